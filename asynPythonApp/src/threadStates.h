// The thread states that the calling thread has, one for each interpreter it has been in.
//
// A fresh thread state for every call would cost 50 times as much as a kept one.
#pragma once

#include <Python.h>

#include <vector>

struct InterpreterCore;

class ThreadStates
{
  public:
    static ThreadStates &ofThisThread();
    ~ThreadStates(); // at the thread's end: gives back what it owns

    // The thread's state in core, made where there is none. Never NULL, except without memory.
    PyThreadState *get(InterpreterCore &core);

    // Makes state known as the thread's state in core. Owned ones are deleted at the thread's end.
    // False when one is known already.
    bool add(InterpreterCore &core, PyThreadState *state, bool owned);
    void remove(InterpreterCore &core);

  private:
    struct Entry {
        InterpreterCore *core;
        PyThreadState *state;
        bool owned;
    };
    std::vector<Entry> entries_; // touched by its own thread alone
};
