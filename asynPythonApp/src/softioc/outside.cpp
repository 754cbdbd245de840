#include "softioc/outside.h"

#include <atomic>

#include <epicsThread.h>

namespace
{

// A thread increments the count before it checks whether the return is blocked. So once the return
// is blocked and the count is 0, no thread is returning.
std::atomic<int> returning{0};
std::atomic<epicsThreadId> closedBy{nullptr};

void stop()
{
    for (;;)
        epicsThreadSleep(3600); // until the process ends
}

} // namespace

Outside::~Outside()
{
    ++returning;
    const epicsThreadId closer = closedBy;
    if (closer && closer != epicsThreadGetIdSelf()) {
        --returning;
        stop();
    }
    detached_.reset();
    --returning;
}

void Outside::close() noexcept
{
    closedBy = epicsThreadGetIdSelf();
    while (returning > 0)
        epicsThreadSleep(0.001);
}
