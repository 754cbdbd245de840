// What threads share of an interpreter: whether it is open, who is in it, and the thread states
// that are kept for threads which were not born in Python.
#pragma once

#include <Python.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

struct InterpreterCore : std::enable_shared_from_this<InterpreterCore> {
    explicit InterpreterCore(std::string name) : portName(std::move(name)) {}

    const std::string portName;
    PyInterpreterState *state = nullptr; // written before any other thread knows of the core

    // A thread that is not born in Python counts itself in before it looks whether the interpreter
    // is closing; so, once closing is set and inside is 0, nobody is in and nobody will be.
    std::atomic<int> inside{0};
    std::atomic<bool> closing{false}; // set once
    std::atomic<bool> ended{false};   // set once: its thread states are gone

    std::mutex mutex; // guards kept; held for a few instructions, attached or not
    std::vector<PyThreadState *> kept;

    // Counts the caller in; false, and not counted, when the interpreter is closing.
    bool enter() noexcept
    {
        ++inside;
        if (!closing)
            return true;
        --inside;
        return false;
    }
    void leave() noexcept { --inside; }
};
