// The thread states that the calling thread has, one for each interpreter it has been in.
//
// A fresh thread state for every call would cost 50 times as much as a kept one.
#pragma once

#include <Python.h>

#include <memory>
#include <vector>

struct InterpreterCore;

class ThreadStates
{
  public:
    static ThreadStates &ofThisThread();
    ~ThreadStates(); // at the thread's end: gives back what is kept for it

    // The thread's state in core, made where there is none. Never NULL, except without memory.
    // Expects the thread to be counted in.
    PyThreadState *get(InterpreterCore &core)
    {
        for (const Entry &entry : entries_)
            if (entry.core.get() == &core)
                return entry.state;
        return make(core);
    }

    // A state that the thread lends while it is detached, since Python made it. False when one is
    // known already.
    bool lend(InterpreterCore &core, PyThreadState *state);
    void takeBack(InterpreterCore &core);

  private:
    struct Entry {
        std::shared_ptr<InterpreterCore> core;
        PyThreadState *state;
        bool kept; // and deleted at the thread's or the interpreter's end
    };
    PyThreadState *make(InterpreterCore &core);
    void forgetEnded();

    std::vector<Entry> entries_; // touched by its own thread alone
};
