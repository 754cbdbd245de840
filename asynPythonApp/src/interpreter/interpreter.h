// A port's Python interpreter, and the only two ways in and out of it.
//
// Attach takes the calling thread into the interpreter: afterwards it holds the GIL. Detach leaves
// it for a while, from code that Python called. The lock order is: port lock outside, GIL inside.
// Nobody waits for a port lock, a record lock or any EPICS call while attached.
#pragma once

#include <Python.h>

#include <memory>
#include <string>

#include "interpreter/interpreterCore.h"
#include "interpreter/interpreterMode.h"

class Interpreter
{
  public:
    // Starts Python where the process has not done so. On return the calling thread is not
    // attached. Throws std::runtime_error.
    Interpreter(const std::string &port, InterpreterMode mode);
    ~Interpreter(); // closes it; what end() has not ended stays
    Interpreter(const Interpreter &) = delete;
    Interpreter &operator=(const Interpreter &) = delete;

    // From now on no thread gets in.
    void close() noexcept;

    // Closes it, and takes it down where nobody is in it any more: waits up to limit seconds for
    // threads that are. False when it is left behind, with the reason in *reason. Not attached,
    // no lock held.
    bool end(double limit, std::string *reason);

    InterpreterCore &core() noexcept { return *core_; }
    const std::shared_ptr<InterpreterCore> &coreReference() const noexcept { return core_; }
    InterpreterMode mode() const noexcept { return mode_; }

  private:
    bool endNow(std::string *reason);
    bool endSub(std::string *reason);

    const InterpreterMode mode_;
    std::shared_ptr<InterpreterCore> core_;
    PyThreadState *last_ = nullptr; // by end() alone, which one thread calls once
};

class Attach
{
  public:
    [[nodiscard]] explicit Attach(Interpreter &interpreter) : Attach(interpreter.core()) {}
    [[nodiscard]] explicit Attach(InterpreterCore &core);
    ~Attach();
    Attach(const Attach &) = delete;
    Attach &operator=(const Attach &) = delete;

    // False when the interpreter is closing: the thread is then not attached.
    explicit operator bool() const noexcept { return seat_ != nullptr; }

  private:
    ThreadSeat *seat_ = nullptr;
    PyThreadState *slotBefore_ = nullptr;
};

class Detach
{
  public:
    // Expects the calling thread to be attached to core.
    [[nodiscard]] explicit Detach(InterpreterCore &core);
    ~Detach();
    Detach(const Detach &) = delete;
    Detach &operator=(const Detach &) = delete;

  private:
    InterpreterCore &core_;
    ThreadSeat seat_; // for a thread that was born in Python: it stands in the thread's table
    bool lent_;
};

// The calling thread in the main interpreter, for what has to be done there. Python is started.
class AttachMain
{
  public:
    [[nodiscard]] AttachMain();
    ~AttachMain(); // expects the same state to be current
    AttachMain(const AttachMain &) = delete;
    AttachMain &operator=(const AttachMain &) = delete;
    PyThreadState *state() const noexcept { return state_; }

  private:
    PyThreadState *slotBefore_;
    PyThreadState *state_;
};
