// The queues of the scan threads, whose source is a part of this program.
#include <atomic>
#include <cstring>
#include <string>
#include <thread>

#include <dlfcn.h>

#include <callback.h>
#include <dbAccess.h>
#include <epicsEvent.h>
#include <epicsUnitTest.h>
#include <initHooks.h>

#include "scan/scanQueue.h"

static std::atomic<bool> refusesThreads{false};

// In front of Base's: a system that gives no thread.
extern "C" epicsThreadId epicsThreadCreateOpt(const char *name, EPICSTHREADFUNC function,
                                              void *argument, const epicsThreadOpts *options)
{
    if (refusesThreads)
        return nullptr;
    static const auto real =
        reinterpret_cast<decltype(&epicsThreadCreateOpt)>(dlsym(RTLD_NEXT, "epicsThreadCreateOpt"));
    return real(name, function, argument, options);
}

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
    void end() override {}
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
    void end() override {}
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

// Says which kind of thread came to its end, and stays there as long as it is told to.
class Ending : public ScanClient
{
  public:
    void serve() override { came("asyn"); }
    void end() override { came("cb"); }
    void release() override {}

    bool by(const char *thread, int after)
    {
        for (int i = 0; i < 1000 && calls == after; ++i)
            epicsThreadSleep(0.01);
        return calls == after + 1 && std::strncmp(whose, thread, std::strlen(thread)) == 0;
    }

    std::atomic<int> calls{0};
    std::atomic<bool> stays{false};
    char whose[40] = ""; // written before calls; not a std::string, which threads would share

  private:
    void came(const char *kind)
    {
        const char *name = epicsThreadGetNameSelf();
        const bool known = std::strncmp(name, kind, std::strlen(kind)) == 0;
        snprintf(whose, sizeof whose, "%s", known ? name : "?");
        ++calls;
        while (stays)
            epicsThreadSleep(0.001);
    }
};

void endsWithoutBase()
{
    auto &client = *new Ending;
    client.requestEnd(0);
    testOk(client.by("asynScan", 0), "without Base's callbacks a scan thread serves");
}

void ends()
{
    auto &one = *new Ending, &other = *new Ending;
    one.requestEnd(1);
    testOk(one.by("cb", 0), "a callback thread of Base does");
    one.stays = true;
    one.requestEnd(1);
    testOk(one.by("cb", 1), "once more");
    one.requestEnd(1);
    other.requestEnd(1);
    other.requestEnd(1);
    one.stays = false;
    testOk(one.by("cb", 2) && other.by("cb", 0), "a request while it is there counts, two are one");
}

void endsOfFullBase()
{
    auto &one = *new Ending, &other = *new Ending;
    one.stays = true;
    one.requestEnd(2);
    testOk(one.by("cb", 0), "Base's callback thread is busy");
    static epicsCallback idle;
    callbackSetCallback([](epicsCallback *) {}, &idle);
    callbackSetPriority(2, &idle);
    while (callbackRequest(&idle) == 0)
        continue;
    other.requestEnd(2);
    testOk(other.by("asynScan", 0), "and its queue full: a scan thread serves");
    one.stays = false;
    for (int i = 0; i < 1000 && callbackRequest(&idle) != 0; ++i)
        epicsThreadSleep(0.01);
    other.requestEnd(2);
    testOk(other.by("cb", 1), "it is empty again");
}

// Pauses the IOC while a client stays in its call, and lets that end. True if the pause did not
// wait for it.
bool pausesBefore(Ending &staying)
{
    std::atomic<bool> paused{false};
    std::thread pause([&] {
        initHookAnnounce(initHookAtIocPause);
        paused = true;
    });
    epicsThreadSleep(0.1); // what would be wrong shows up in it mostly
    const bool early = paused;
    staying.stays = false;
    pause.join();
    return early;
}

void endsOfPause()
{
    auto &one = *new Ending, &other = *new Ending;
    one.stays = true;
    one.requestEnd(0);
    one.by("cb", 0);
    other.requestEnd(0); // stands behind it
    const bool early = pausesBefore(one);
    one.requestEnd(0);
    epicsThreadSleep(0.1);
    testOk(!early && other.calls == 0 && one.calls == 1,
           "a pause waits for who is at an end, and then there is none");
    initHookAnnounce(initHookAfterDatabaseRunning);
    testOk(other.by("asynScan", 0) && one.by("asynScan", 1), "until the IOC goes on");
}

void apart()
{
    auto &client = *new Ending, &other = *new Ending, &scanned = *new Ending;
    refusesThreads = true;
    client.requestApart();
    testOk(client.by("asynScan", 0), "without a thread apart a scan thread serves: %s",
           client.whose);
    refusesThreads = false;
    client.requestApart();
    testOk(client.by("asynRejoin", 1), "there is one as soon as the system gives one: %s",
           client.whose);
    client.stays = true;
    client.requestApart();
    testOk(client.by("asynRejoin", 2), "who takes long there");
    for (int priority = 0; priority < 3; ++priority) {
        scanned.request(priority);
        testOk(scanned.by("asynScan", priority), "keeps no scan thread: %d", priority);
    }
    other.requestApart();
    const bool early = pausesBefore(client);
    testOk(!early && other.calls == 0, "a pause waits for it, and none comes then");
    initHookAnnounce(initHookAfterDatabaseRunning);
    testOk(other.by("asynRejoin", 0), "until the IOC goes on");
}

} // namespace

int main()
{
    testPlan(19);
    new Counter; // the threads
    initHookAnnounce(initHookAfterDatabaseRunning);
    changingPriority();
    anyException();
    endsWithoutBase();
    callbackInit();
    ends();
    endsOfFullBase();
    endsOfPause();
    apart();
    callbackStop();
    return testDone();
}
