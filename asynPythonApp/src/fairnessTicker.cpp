#include "fairnessTicker.h"

#include "interpreter.h"

namespace
{
constexpr double period = 0.005; // s, CPython's own switch interval
}

FairnessTicker::FairnessTicker(InterpreterCore &core)
    : core_(core), thread_(*this, "pythonTicker", epicsThreadGetStackSize(epicsThreadStackSmall),
                           epicsThreadPriorityLow)
{
    thread_.start();
}

FairnessTicker::~FairnessTicker()
{
    stop_.signal();
    thread_.exitWait();
}

void FairnessTicker::run()
{
    while (!stop_.wait(period)) {
        Attach attached(core_);
        if (!attached)
            return;
    }
}
