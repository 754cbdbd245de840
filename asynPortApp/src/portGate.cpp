#include "portGate.h"

namespace portManager
{

// The calls in which the calling thread is, the innermost first.
static thread_local const CallGate::Pass *innermost = nullptr;

CallGate::Pass::Pass(CallGate &gate) : gate_(&gate)
{
    if (gate.state_.fetch_add(1) & closed) {
        gate.leave();
        gate_ = nullptr;
        return;
    }
    outer_ = innermost;
    innermost = this;
}

CallGate::Pass::~Pass()
{
    if (!gate_)
        return;
    innermost = outer_;
    gate_->leave();
}

void CallGate::leave()
{
    if (!(state_.fetch_sub(1) & closed))
        return;
    const std::lock_guard<std::mutex> guard(mutex_);
    quiet_.notify_all();
}

unsigned CallGate::ownCalls() const
{
    unsigned count = 0;
    for (const Pass *each = innermost; each; each = each->outer_)
        count += each->gate_ == this;
    return count;
}

void CallGate::close()
{
    const unsigned own = ownCalls();
    state_.fetch_or(closed);
    std::unique_lock<std::mutex> lock(mutex_);
    quiet_.wait(lock, [&] { return (state_ & ~closed) <= own; });
}

} // namespace portManager
