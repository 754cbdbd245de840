// Lets a Python thread leave the interpreter for a call of the port, and return to it.
//
// While Python is being finalised, it ends a returning daemon thread by unwinding its stack, which
// C++ does not allow. So before that, close() blocks the return: a thread that then wants to return
// sleeps until the process ends.
#pragma once

#include <optional>

#include "interpreter/interpreter.h"

class Outside
{
  public:
    // The caller is attached to core.
    [[nodiscard]] explicit Outside(InterpreterCore &core) { detached_.emplace(core); }
    ~Outside();
    Outside(const Outside &) = delete;
    Outside &operator=(const Outside &) = delete;

    // From now on only the calling thread can return. Waits for threads that are about to return.
    // The caller is detached.
    static void close() noexcept;

  private:
    std::optional<Detach> detached_;
};
