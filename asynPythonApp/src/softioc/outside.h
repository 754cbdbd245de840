// A thread of Python's that is outside of it for a call of the port, and its way back.
//
// Python ends a daemon thread that comes back while it goes down, by unwinding its stack, which C++
// does not allow. So before that the way back is closed: who then wants to return stops for good.
#pragma once

#include <optional>

#include "interpreter/interpreter.h"

class Outside
{
  public:
    // Expects the calling thread to be attached to core.
    [[nodiscard]] explicit Outside(InterpreterCore &core) { detached_.emplace(core); }
    ~Outside();
    Outside(const Outside &) = delete;
    Outside &operator=(const Outside &) = delete;

    // From now on only the calling thread comes back. Waits for those who are about to; not
    // attached.
    static void close() noexcept;

  private:
    std::optional<Detach> detached_;
};
