// The part of an interpreter that threads share: whether it is open, and which threads are inside.
#pragma once

#include <Python.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

// A thread's entry in an interpreter: its thread state and the number of nested Attach objects.
// Kept for threads that Python did not create.
class ThreadSeat
{
  public:
    explicit ThreadSeat(PyThreadState *state) : state_(state) {}

    // Called by the thread itself. Returns false, without entering, if the interpreter is closing.
    // The thread increments its count before it checks closing. So once closing is set and all
    // counts are 0, no thread is inside and none can enter.
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

    bool occupied() const noexcept { return inside_ != 0; } // may be called by any thread
    PyThreadState *state() const noexcept { return state_.load(std::memory_order_relaxed); }
    // Assigns a free seat to another thread. InterpreterCore::mutex is held.
    void place(PyThreadState *state) noexcept { state_ = state; }
    // Returns the thread state, which the caller deletes, and frees the seat. Called by the seat's
    // thread while it is inside, or by the thread that ends the interpreter.
    PyThreadState *take() noexcept { return state_.exchange(nullptr); }

  private:
    std::atomic<PyThreadState *> state_; // NULL if the seat is free
    std::atomic<int> inside_{0};         // written only by the seat's thread
};

struct InterpreterCore : std::enable_shared_from_this<InterpreterCore> {
    explicit InterpreterCore(std::string name) : portName(std::move(name)) {}

    const std::string portName;
    PyInterpreterState *state = nullptr; // set before other threads can see the core

    std::atomic<bool> closing{false}; // set once: no thread may enter any more
    std::atomic<bool> ended{false};   // set once: the thread states are deleted

    std::mutex mutex;             // guards seats; held only briefly, attached or detached
    std::deque<ThreadSeat> seats; // one per thread; reused after its thread has ended

    bool occupied()
    {
        std::lock_guard<std::mutex> guard(mutex);
        return std::any_of(seats.begin(), seats.end(),
                           [](const ThreadSeat &seat) { return seat.occupied(); });
    }
};
