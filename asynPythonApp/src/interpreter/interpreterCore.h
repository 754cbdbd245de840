// What threads share of an interpreter: whether it is open, and who is in it.
#pragma once

#include <Python.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

// A thread's place in an interpreter: its thread state, and how often it is in, one Attach within
// the other. Kept for threads that were not born in Python.
class ThreadSeat
{
  public:
    explicit ThreadSeat(PyThreadState *state) : state_(state) {}

    // By the thread itself. False, and not in, when the interpreter is closing: since a thread says
    // that it is in before it looks, nobody is in or will be once closing is set and all are out.
    bool enter(const std::atomic<bool> &closing) noexcept
    {
        inside_.store(inside_.load(std::memory_order_relaxed) + 1);
        if (!closing)
            return true;
        leave();
        return false;
    }
    void leave() noexcept
    {
        inside_.store(inside_.load(std::memory_order_relaxed) - 1, std::memory_order_release);
    }

    bool occupied() const noexcept { return inside_ != 0; } // by any thread
    PyThreadState *state() const noexcept { return state_.load(std::memory_order_relaxed); }
    // A free seat is given to another thread: InterpreterCore::mutex held.
    void place(PyThreadState *state) noexcept { state_ = state; }
    // Gives the state up, to be deleted. By the thread itself while it is in, or by whoever ends
    // the interpreter.
    PyThreadState *take() noexcept { return state_.exchange(nullptr); }

  private:
    std::atomic<PyThreadState *> state_; // NULL: the seat is free
    std::atomic<int> inside_{0};         // written by the thread alone
};

struct InterpreterCore : std::enable_shared_from_this<InterpreterCore> {
    explicit InterpreterCore(std::string name) : portName(std::move(name)) {}

    const std::string portName;
    PyInterpreterState *state = nullptr; // written before any other thread knows of the core

    std::atomic<bool> closing{false}; // set once: nobody gets in any more
    std::atomic<bool> ended{false};   // set once: its thread states are gone

    std::mutex mutex;             // guards seats; held for a few instructions, attached or not
    std::deque<ThreadSeat> seats; // of all threads; one whose thread has ended is free for another

    bool occupied()
    {
        std::lock_guard<std::mutex> guard(mutex);
        return std::any_of(seats.begin(), seats.end(),
                           [](const ThreadSeat &seat) { return seat.occupied(); });
    }
};
