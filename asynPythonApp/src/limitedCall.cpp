#include "limitedCall.h"

#include <exception>
#include <memory>
#include <string>

#include <epicsEvent.h>
#include <epicsThread.h>
#include <errlog.h>

namespace
{

struct Call {
    std::string name;
    std::function<void()> work;
    epicsEvent done;
};

void run(void *argument)
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

} // namespace

bool callLimited(const char *name, double limit, std::function<void()> work)
{
    auto call = std::make_shared<Call>();
    call->name = name;
    call->work = std::move(work);
    auto argument = std::make_unique<std::shared_ptr<Call>>(call);
    if (!epicsThreadCreate(name, epicsThreadPriorityMedium,
                           epicsThreadGetStackSize(epicsThreadStackBig), run, argument.get())) {
        errlogPrintf("%s: no thread can be started\n", name);
        return false;
    }
    argument.release(); // the thread's
    return call->done.wait(limit);
}
