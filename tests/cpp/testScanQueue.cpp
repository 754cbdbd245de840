// The queues of the scan threads, whose source is a part of this program.
#include <atomic>
#include <thread>

#include <dbAccess.h>
#include <epicsEvent.h>
#include <epicsUnitTest.h>
#include <initHooks.h>

#include "devScanQueue.h"

namespace
{

// Counts what it is served for.
class Counter : public ScanClient
{
  public:
    void serve() override
    {
        const int now = announced; // two of the threads may be in here
        for (int before = served; before < now && !served.compare_exchange_weak(before, now);)
            continue;
    }
    void release() override {}

    std::atomic<int> announced{0}, served{0};
};

// As a record whose PRIO changes while values come.
void changingPriority()
{
    auto &counter = *new Counter; // as all clients never destroyed
    auto announce = [&counter](int shift) {
        for (int i = 0; i < 20000; ++i) {
            ++counter.announced;
            counter.request((i + shift) % 3);
        }
    };
    std::thread one(announce, 0), two(announce, 1);
    one.join();
    two.join();
    for (int i = 0; i < 3000 && counter.served != 40000; ++i)
        epicsThreadSleep(0.01);
    testOk(counter.served == 40000, "the last request is served: %d", counter.served.load());
}

class Thrower : public ScanClient
{
  public:
    void serve() override
    {
        if (++calls == 1)
            throw 42;
        again.signal();
    }
    void release() override {}

    std::atomic<int> calls{0};
    epicsEvent again;
};

void anyException()
{
    auto &thrower = *new Thrower;
    thrower.request(1);
    for (int i = 0; i < 3000 && !thrower.again.wait(0.01); ++i)
        thrower.request(1);
    testOk(thrower.calls > 1, "a scan thread outlives what its clients throw");
}

} // namespace

int main()
{
    testPlan(2);
    new Counter; // the threads
    initHookAnnounce(initHookAfterDatabaseRunning);
    changingPriority();
    anyException();
    return testDone();
}
