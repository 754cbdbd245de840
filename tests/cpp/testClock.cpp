// The time of day is set while clients wait: no limit and no interval takes notice.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>
#include <stdexcept>
#include <thread>

#include <asynInt32SyncIO.h>
#include <asynShellCommands.h>
#include <epicsGeneralTime.h>
#include <generalTimeSup.h>

#include "../behaviour/request.h"
#include "../behaviour/simpleDriver.h"
#include "../behaviour/traceLog.h"

namespace
{

constexpr double day = 86400;
std::atomic<double> ahead{0}; // s

// Base's own time does not go back: put back, it stays where it is for as long.
int timeOfDay(epicsTimeStamp *time)
{
    timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    epicsTimeFromTimespec(time, &now);
    epicsTimeAddSeconds(time, ahead);
    return 0;
}

void putAhead()
{
    ahead = ahead + day;
    epicsTimeStamp now;
    epicsTimeGetCurrent(&now);
}

class Throwing : public SimpleDriver
{
  public:
    using SimpleDriver::SimpleDriver;
    asynStatus readInt32(asynUser *, epicsInt32 *) override { throw std::runtime_error("broken"); }
};

void requests()
{
    Journal journal;
    Request holder(journal, "h", "QUEUED"), waiting(journal, "w", "QUEUED");
    holder.waits = true;
    holder.queue();
    testOk1(holder.started());
    waiting.queue(asynQueuePriorityLow, 100);
    putAhead();
    epicsThreadSleep(0.1);
    holder.go.signal();
    testOk(waiting.ended() && journal.text() == "hw", "a request keeps its time: %s",
           journal.text().c_str());
}

void locks()
{
    asynUser *holder = pasynManager->createAsynUser(nullptr, nullptr);
    asynUser *user = pasynManager->createAsynUser(nullptr, nullptr);
    pasynManager->connectDevice(holder, "QUEUED", 0);
    pasynManager->connectDevice(user, "QUEUED", 0);
    user->timeout = 100;
    pasynManager->lockPort(holder);
    std::atomic<int> status{-1};
    std::thread client([&] {
        status = pasynManager->queueLockPort(user);
        if (status == asynSuccess)
            pasynManager->queueUnlockPort(user);
    });
    epicsThreadSleep(0.1);
    putAhead();
    epicsThreadSleep(0.1);
    pasynManager->unlockPort(holder);
    client.join();
    testOk(status == asynSuccess, "whoever waits for a port's lock keeps its time, too");
    pasynManager->freeAsynUser(user);
    pasynManager->freeAsynUser(holder);
}

void traces()
{
    asynUser *user = nullptr;
    pasynInt32SyncIO->connect("THROWS", 0, &user, "I32");
    const TraceLog log(user, ASYN_TRACE_ERROR);
    epicsInt32 value = 0;
    pasynInt32SyncIO->read(user, &value, 10);
    putAhead();
    pasynInt32SyncIO->read(user, &value, 10);
    const std::vector<std::string> lines = log.lines();
    const auto told = std::count_if(lines.begin(), lines.end(), [](const std::string &line) {
        return line.find("broken") != std::string::npos;
    });
    testOk(told == 1, "an exception is traced once in ten seconds: %d", static_cast<int>(told));
}

void backwards()
{
    SimpleDriver &driver = *new SimpleDriver("GONE", ASYN_CANBLOCK);
    asynAutoConnect("GONE", -1, 0);
    driver.connected(false);
    ahead = ahead - day;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    testOk(asynWaitConnect("GONE", 0.2) != 0 && std::chrono::steady_clock::now() < end,
           "a limit ends while the time stands still");
}

} // namespace

int main()
{
    generalTimeRegisterCurrentProvider("ahead", 1, timeOfDay);
    testPlan(5);
    new SimpleDriver("QUEUED", ASYN_CANBLOCK);
    new Throwing("THROWS", 0);
    requests();
    locks();
    traces();
    backwards();
    return testDone();
}
