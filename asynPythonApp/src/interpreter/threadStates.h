// The thread states that the calling thread has, one for each interpreter it has been in.
//
// A fresh thread state for every call would cost 50 times as much as a kept one.
#pragma once

#include <Python.h>

#include <memory>
#include <vector>

#include "interpreter/interpreterCore.h"

class ThreadStates
{
  public:
    static ThreadStates &ofThisThread() { return current_ ? *current_ : makeForThisThread(); }
    ~ThreadStates(); // at the thread's end: gives back what is kept for it

    // The thread's seat in core, made where there is none; NULL when the interpreter is closing.
    ThreadSeat *seat(InterpreterCore &core)
    {
        for (const Entry &entry : entries_)
            if (entry.core.get() == &core)
                return entry.seat;
        return make(core);
    }

    // A seat that the thread lends while it is detached, since Python made its state. False when it
    // has one already.
    bool lend(InterpreterCore &core, ThreadSeat &seat);
    void takeBack(InterpreterCore &core);

  private:
    struct Entry {
        std::shared_ptr<InterpreterCore> core;
        ThreadSeat *seat; // the core's, or lent
        bool lent;
    };
    static ThreadStates &makeForThisThread();
    ThreadSeat *make(InterpreterCore &core);
    template <typename Which> void remove(Which which);

    std::vector<Entry> entries_; // touched by its own thread alone

    // Found without a call: a library's thread_local object would cost two of them.
    __attribute__((tls_model("initial-exec"))) static inline thread_local ThreadStates *current_ =
        nullptr;
};
