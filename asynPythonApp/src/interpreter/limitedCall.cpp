#include "interpreter/limitedCall.h"

#include <algorithm>
#include <exception>
#include <string>

#include <epicsEvent.h>
#include <epicsThread.h>
#include <errlog.h>

#include "../../../asynPortApp/src/common/epicsEntry.h"

struct LimitedCall::Call {
    std::string name;
    std::function<void()> work;
    epicsEvent done;
};

// The call may still run after the wait for it has timed out, so it owns its data.
void LimitedCall::make(Call &call)
{
    try {
        call.work();
    } catch (const std::exception &error) {
        errlogPrintf("%s: %s\n", call.name.c_str(), error.what());
    } catch (...) {
        errlogPrintf("%s: a C++ exception\n", call.name.c_str());
    }
    call.work = nullptr;
    call.done.signal();
}

void LimitedCall::run(void *argument)
{
    std::unique_ptr<std::shared_ptr<Call>> own(static_cast<std::shared_ptr<Call> *>(argument));
    make(**own);
}

LimitedCall::LimitedCall(const char *name, std::function<void()> work)
    : call_(std::make_shared<Call>())
{
    call_->name = name;
    call_->work = std::move(work);
    auto argument = std::make_unique<std::shared_ptr<Call>>(call_);
    hasThread_ = epicsThreadCreate(name, epicsThreadPriorityMedium,
                                   epicsThreadGetStackSize(epicsThreadStackBig), epicsEntry<run>,
                                   argument.get()) != nullptr;
    if (hasThread_)
        static_cast<void>(argument.release()); // the thread's
    else
        errlogPrintf("%s: no thread can be started; it is done without a time limit\n", name);
}

bool LimitedCall::wait(double limit)
{
    if (!hasThread_) {
        make(*call_);
        return true;
    }
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start_;
    return call_->done.wait(std::max(0.0, limit - passed.count()));
}
