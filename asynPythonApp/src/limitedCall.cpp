#include "limitedCall.h"

#include <algorithm>
#include <exception>
#include <string>

#include <epicsEvent.h>
#include <epicsThread.h>
#include <errlog.h>

struct LimitedCall::Call {
    std::string name;
    std::function<void()> work;
    epicsEvent done;
};

void LimitedCall::run(void *argument)
{
    std::unique_ptr<std::shared_ptr<Call>> own(static_cast<std::shared_ptr<Call> *>(argument));
    Call &call = **own;
    try {
        call.work();
    } catch (const std::exception &error) {
        errlogPrintf("%s: %s\n", call.name.c_str(), error.what());
    }
    call.work = nullptr;
    call.done.signal();
}

LimitedCall::LimitedCall(const char *name, std::function<void()> work)
    : call_(std::make_shared<Call>())
{
    call_->name = name;
    call_->work = std::move(work);
    auto argument = std::make_unique<std::shared_ptr<Call>>(call_);
    if (epicsThreadCreate(name, epicsThreadPriorityMedium,
                          epicsThreadGetStackSize(epicsThreadStackBig), run, argument.get())) {
        argument.release(); // the thread's
    } else {
        errlogPrintf("%s: no thread can be started\n", name);
        call_.reset();
    }
}

bool LimitedCall::wait(double limit)
{
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start_;
    return call_ && call_->done.wait(std::max(0.0, limit - passed.count()));
}
