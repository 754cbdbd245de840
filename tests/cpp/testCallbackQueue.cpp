// Base's callback queues at their worst: 10 entries, full, and a priority that is stuck. I/O Intr
// records go on, and get the last of a million values (fewer under sanitizers).
//
// Base 7.0.10 can stop serving a priority for good after one "ring buffer full".
#include <atomic>

#include <callback.h>

#include "../behaviour/liveDatabase.h"
#include "../behaviour/simpleDriver.h"

namespace
{

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int burst = 100000;
#else
constexpr int burst = 1000000;
#endif
constexpr int queueSize = 10;
const char *const priorities[NUM_CALLBACK_PRIORITIES] = {"LOW", "MEDIUM", "HIGH"};

std::atomic<bool> release{false};

void wait(epicsCallback *)
{
    while (!release)
        epicsThreadSleep(0.01);
}

// Each priority's thread is in wait(), and its queue is full.
bool fillQueues()
{
    static epicsCallback requests[NUM_CALLBACK_PRIORITIES][2 * queueSize];
    bool full = true;
    for (int priority = 0; priority < NUM_CALLBACK_PRIORITIES; ++priority) {
        int refused = 0;
        for (epicsCallback &request : requests[priority]) {
            callbackSetCallback(wait, &request);
            callbackSetPriority(priority, &request);
            refused += callbackRequest(&request) != 0;
        }
        full = full && refused > 0;
    }
    return full;
}

std::string records()
{
    std::string all =
        record("waveform", "wf", "asynFloat64ArrayIn", "@asyn(P)WAVE",
               std::string(ioIntr) + "field(FTVL, DOUBLE) field(NELM, 1)") +
        record("longout", "lo", "asynInt32", "@asyn(P)START", "info(asyn:READBACK, \"1\")");
    for (const char *priority : priorities)
        all += record("longin", std::string("li") + priority, "asynInt32", "@asyn(P)I32",
                      std::string(ioIntr) + "field(PRIO, " + priority + ")");
    return all;
}

bool allHave(double value)
{
    return becomes("liLOW", value) && becomes("liMEDIUM", value) && becomes("liHIGH", value) &&
           becomes("lo", value) && becomes("wf", value);
}

// All parameters, the last of each being the same.
void publish(SimpleDriver &driver, int value, bool all)
{
    driver.publish([&] {
        driver.setIntegerParam(driver.i32, value);
        if (all)
            driver.setIntegerParam(driver.start, value);
    });
    double element = value;
    if (all)
        driver.doCallbacksFloat64Array(&element, 1, driver.wave, 0);
}

} // namespace

int main()
{
    testPlan(5);
    callbackSetQueueSize(queueSize);
    auto *driver = new SimpleDriver("P");
    return live(records(), [=] {
        testOk(fillQueues(), "each of Base's queues is full, and says so");
        for (int i = 1; i <= burst; ++i)
            publish(*driver, i, i % 100 == 0);
        testOk(allHave(burst), "the last of a million values arrives all the same");
        release = true;
        publish(*driver, 7, true);
        testOk(allHave(7), "and so do later ones");
    });
}
