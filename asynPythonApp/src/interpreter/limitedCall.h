// A call on a thread of its own that is waited for no longer than a limit: what may hang.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

class LimitedCall
{
  public:
    // Runs work on a new EPICS thread of that name; if there can be none, a message says so and
    // wait runs it. Exceptions are logged under that name.
    LimitedCall(const char *name, std::function<void()> work);

    // False when it has not returned within limit seconds from its start; it then goes on, so that
    // it owns what it needs. Once.
    bool wait(double limit);

  private:
    struct Call;
    static void make(Call &call);
    static void run(void *argument);

    const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::shared_ptr<Call> call_;
    bool hasThread_ = false;
};
