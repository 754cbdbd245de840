// Ports and records that are busy: whoever wants to get a word in gets it, and nothing is mixed up.
#include <atomic>
#include <memory>
#include <thread>

#include <asynInt32SyncIO.h>

#include "liveDatabase.h"
#include "simpleDriver.h"

namespace
{

// A blocking port whose reads take their time.
class SlowDriver : public SimpleDriver
{
  public:
    explicit SlowDriver(const char *name) : SimpleDriver(name, ASYN_CANBLOCK) {}
    asynStatus readInt32(asynUser *user, epicsInt32 *value) override
    {
        epicsThreadSleep(0.003);
        ++reads;
        if (user->reason != i32)
            return asynPortDriver::readInt32(user, value);
        ++answers;
        *value = 77;
        return asynSuccess;
    }
    std::atomic<int> reads{0}, answers{0};
};

constexpr int records = 50;

std::string database()
{
    std::string all;
    for (int i = 0; i < records; ++i)
        all += record("longin", "busy" + std::to_string(i), "asynInt32", "@asyn(SLOW)START",
                      "field(SCAN, \".1 second\") ");
    return all +
           record("waveform", "wave", "asynFloat64ArrayIn", "@asyn(P)WAVE",
                  "field(FTVL, DOUBLE) field(NELM, 100) ") +
           record("longin", "switched", "asynInt32", "@asyn(SLOW)I32", ioIntr);
}

void synchronous(SlowDriver &driver)
{
    asynUser *user = nullptr;
    testOk1(pasynInt32SyncIO->connect("SLOW", 0, &user, "I32") == asynSuccess);
    eventually([&] { return driver.reads > 100; });
    const int before = driver.reads;
    int good = 0;
    double longest = 0;
    for (int i = 0; i < 10; ++i) {
        const epicsTime begin = epicsTime::getCurrent();
        good += pasynInt32SyncIO->write(user, i, 20.0) == asynSuccess;
        longest = std::max(longest, epicsTime::getCurrent() - begin);
        epicsThreadSleep(0.01);
    }
    testOk(good == 10, "a synchronous client of a busy port is served: %d of 10, %g s", good,
           longest);
    testDiag("%d reads meanwhile", driver.reads - before);
    pasynInt32SyncIO->disconnect(user);
}

void switching(SimpleDriver &driver)
{
    std::atomic<bool> stop{false};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
        threads.emplace_back([&] {
            std::vector<double> data(100);
            while (!stop)
                driver.doCallbacksFloat64Array(data.data(), data.size(), driver.wave, 0);
        });
    double longest = 0;
    for (int i = 0; i < 20; ++i) {
        const epicsTime begin = epicsTime::getCurrent();
        testdbPutFieldOk("wave.SCAN", DBR_STRING, i % 2 ? "Passive" : "I/O Intr");
        if (!(i % 2))
            eventually([] { return number("wave.NORD") == 100; });
        longest = std::max(longest, epicsTime::getCurrent() - begin);
    }
    testOk(longest < 20, "SCAN is switched while four threads make callbacks: %g s", longest);
    stop = true;
    for (std::thread &thread : threads)
        thread.join();
}

void underWay(SlowDriver &driver)
{
    {
        Held held("switched");
        const int before = driver.answers;
        process("switched");
        testOk1(eventually([&] { return driver.answers > before; }));
        epicsThreadSleep(0.1); // until the record waits for its lock, which nothing tells
        driver.publish([&] { driver.setIntegerParam(driver.i32, 5); });
        testdbPutFieldOk("switched.SCAN", DBR_STRING, "Passive");
    }
    testOk1(becomes("switched.PACT", 0));
    testOk(number("switched") == 77,
           "a value that SCAN drops does not take the place of the one that was read: %g",
           number("switched"));
}

} // namespace

int main()
{
    testPlan(bundled ? 29 : 4);
    auto *slow = new SlowDriver("SLOW");
    auto *driver = new SimpleDriver("P");
    return live(database(), [=] {
        synchronous(*slow);
        if (!bundled)
            return; // asyn takes the dropped value, and SCAN may wait for ever
        underWay(*slow);
        switching(*driver);
    });
}
