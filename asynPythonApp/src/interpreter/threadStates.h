// The thread states of the calling thread, one for each interpreter that it has entered.
//
// Creating a thread state for every call would cost 50 times as much as keeping one.
#pragma once

#include <Python.h>

#include <memory>
#include <vector>

#include "interpreter/interpreterCore.h"

class ThreadStates
{
  public:
    static ThreadStates &ofThisThread() { return current_ ? *current_ : makeForThisThread(); }
    ~ThreadStates(); // called when the thread ends; releases its thread states

    // Returns the thread's seat in core and creates it if necessary. Returns NULL if the
    // interpreter is closing.
    ThreadSeat *seat(InterpreterCore &core)
    {
        for (const Entry &entry : entries_)
            if (entry.core.get() == &core)
                return entry.seat;
        return make(core);
    }

    // Registers a seat for the time that the thread is detached, for threads whose thread state
    // Python created. Returns false if the thread already has a seat.
    bool lend(InterpreterCore &core, ThreadSeat &seat);
    void takeBack(InterpreterCore &core);

  private:
    struct Entry {
        std::shared_ptr<InterpreterCore> core;
        ThreadSeat *seat; // owned by the core, or registered by lend()
        bool lent;
    };
    static ThreadStates &makeForThisThread();
    ThreadSeat *make(InterpreterCore &core);
    template <typename Which> void remove(Which which);

    std::vector<Entry> entries_; // used only by the owning thread

    // With the initial-exec model the access needs no function call. By default, a thread_local
    // object in a library needs two.
    __attribute__((tls_model("initial-exec"))) static inline thread_local ThreadStates *current_ =
        nullptr;
};
