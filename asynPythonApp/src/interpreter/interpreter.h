// A port's Python interpreter, and the classes by which threads enter and leave it.
//
// A thread is "attached" to an interpreter while it has a current thread state there, which means
// that it holds the interpreter's GIL. A "detached" thread holds no GIL. The comments in this
// library use both words in this sense.
//
// Attach enters the interpreter: afterwards the thread is attached. Detach leaves it for a while,
// in code that Python called. Lock order: the port lock first, the GIL second. An attached thread
// must not wait for a port lock, a record lock or an EPICS call.
#pragma once

#include <Python.h>

#include <memory>
#include <string>

#include "interpreter/interpreterCore.h"
#include "interpreter/interpreterMode.h"

class Interpreter
{
  public:
    // Starts Python if the process has not done so. On return the calling thread is detached.
    // Throws std::runtime_error.
    Interpreter(const std::string &port, InterpreterMode mode);
    ~Interpreter(); // closes the interpreter, but does not end it: only end() does
    Interpreter(const Interpreter &) = delete;
    Interpreter &operator=(const Interpreter &) = delete;

    // Prevents threads from entering from now on.
    void close() noexcept;

    // Closes the interpreter and ends it if no thread is inside. Waits up to limit seconds for
    // threads that are. Otherwise leaves the interpreter as it is, sets *reason and returns false.
    // The caller is detached and holds no lock.
    bool end(double limit, std::string *reason);

    InterpreterCore &core() noexcept { return *core_; }
    const std::shared_ptr<InterpreterCore> &coreReference() const noexcept { return core_; }
    InterpreterMode mode() const noexcept { return mode_; }

  private:
    bool endNow(std::string *reason);
    bool endSub(std::string *reason);

    const InterpreterMode mode_;
    std::shared_ptr<InterpreterCore> core_;
    PyThreadState *last_ = nullptr; // used only by end(), which one thread calls once
};

class Attach
{
  public:
    [[nodiscard]] explicit Attach(Interpreter &interpreter) : Attach(interpreter.core()) {}
    [[nodiscard]] explicit Attach(InterpreterCore &core);
    ~Attach();
    Attach(const Attach &) = delete;
    Attach &operator=(const Attach &) = delete;

    // False if the interpreter is closing; the thread is then not attached.
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
    ThreadSeat seat_; // for a thread that Python created: it is listed in ThreadStates
    bool lent_;
};

// Attaches the calling thread to the main interpreter. Python must be running.
class AttachMain
{
  public:
    [[nodiscard]] AttachMain();
    ~AttachMain(); // the same thread state must be current
    AttachMain(const AttachMain &) = delete;
    AttachMain &operator=(const AttachMain &) = delete;
    PyThreadState *state() const noexcept { return state_; }

  private:
    PyThreadState *slotBefore_;
    PyThreadState *state_;
};
