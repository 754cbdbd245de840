// A port's Python interpreter, and the only two ways in and out of it.
//
// Attach takes the calling thread into the interpreter: afterwards it holds the GIL. Detach leaves
// it for a while, from code that Python called. The lock order is: port lock outside, GIL inside.
// Nobody waits for a port lock, a record lock or any EPICS call while attached.
#pragma once

#include <Python.h>

#include <atomic>
#include <memory>
#include <string>

class FairnessTicker;

// What threads keep of an interpreter. Never freed: a thread may look at it when it ends.
struct InterpreterCore {
    std::string name;
    PyInterpreterState *state = nullptr;
    std::atomic<bool> closing{false}; // set once; from then on Attach refuses
};

// One sub-interpreter on the process's GIL.
class Interpreter
{
  public:
    // Starts Python where the process has not done so. On return the calling thread is not
    // attached. Throws std::runtime_error.
    explicit Interpreter(const std::string &name);
    ~Interpreter();
    Interpreter(const Interpreter &) = delete;
    Interpreter &operator=(const Interpreter &) = delete;

    // From now on no thread gets in.
    void close() noexcept;

    // One line for reports: mode and Python version.
    static std::string describe();

    InterpreterCore &core() noexcept { return *core_; }

  private:
    InterpreterCore *core_;
    std::unique_ptr<FairnessTicker> ticker_;
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
    explicit operator bool() const noexcept { return state_ != nullptr; }

  private:
    PyThreadState *state_ = nullptr;
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
    PyThreadState *state_;
    bool lent_; // the thread was born in Python, its state stands in the thread's table meanwhile
};
