#include "fairnessTicker.h"

#include <epicsTime.h>

#include "interpreter.h"

namespace
{
constexpr double period = 0.005; // s, CPython's own switch interval
// While somebody keeps the GIL, each attach waits for one interval anyway.
constexpr double busyPeriod = 0.0005;       // s
constexpr double queueTime = 0.0001;        // s
constexpr epicsUInt64 longAttach = 1000000; // ns, of one that had to wait
} // namespace

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
    for (bool busy = false; !stop_.wait(busy ? busyPeriod : period);) {
        const epicsUInt64 start = epicsMonotonicGet();
        Attach attached(core_);
        if (!attached)
            return;
        busy = epicsMonotonicGet() - start > longAttach;
        // The one that was made to drop the GIL is to queue up behind those that wait for it.
        if (busy)
            epicsThreadSleep(queueTime);
    }
}
