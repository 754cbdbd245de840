#include "common/callGate.h"

#include <condition_variable>
#include <mutex>

namespace
{

// Where threads wait for the calls of any closed gate to end. Not in the gate, which may be gone as
// soon as its last call has been counted out.
struct Quiet {
    std::mutex mutex; // for ended alone
    std::condition_variable ended;

    static Quiet &all()
    {
        static auto *quiet = new Quiet; // never destroyed: calls may end after main() has
        return *quiet;
    }
};

} // namespace

// The calls in which the calling thread is, the innermost first.
static thread_local const CallGate::Pass *innermost = nullptr;

CallGate::Pass::Pass(CallGate &gate) : gate_(&gate)
{
    if (gate.state_.fetch_add(1) & closed) {
        gate.leave();
        gate_ = nullptr;
        return;
    }
    innermost_ = &innermost;
    outer_ = *innermost_;
    *innermost_ = this;
}

CallGate::Pass::~Pass()
{
    if (!gate_)
        return;
    *innermost_ = outer_;
    gate_->leave();
}

void CallGate::leave()
{
    if (!(state_.fetch_sub(1) & closed))
        return;
    Quiet &quiet = Quiet::all();
    const std::lock_guard<std::mutex> guard(quiet.mutex);
    quiet.ended.notify_all();
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
    if ((state_ & ~closed) <= own)
        return;
    Quiet &quiet = Quiet::all();
    std::unique_lock<std::mutex> lock(quiet.mutex);
    quiet.ended.wait(lock, [&] { return (state_ & ~closed) <= own; });
}
