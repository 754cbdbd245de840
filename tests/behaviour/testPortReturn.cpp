// Records of a port that is shut down while the IOC runs, and that another port of its name finds
// again. The bundled library alone: asyn keeps the names of ports.
#include <atomic>

#include <dbChannel.h>
#include <dbEvent.h>
#include <epicsEvent.h>
#include <iocInit.h>
#include <recGbl.h>

#include "liveDatabase.h"
#include "simpleDriver.h"

namespace
{

class Driver : public SimpleDriver
{
  public:
    Driver(const char *name, int flags, int value) : SimpleDriver(name, ASYN_DESTRUCTIBLE | flags)
    {
        createParam("LATE", asynParamInt32, &late);
        setIntegerParam(i32, value);
        setIntegerParam(start, 42); // one of its states
        setDoubleParam(f64, value);
        setUIntDigitalParam(bits, static_cast<epicsUInt32>(value), 0xFF);
        setStringParam(text, std::to_string(value));
        array = {1.0 * value};
        // By the lock of this, whoever finds the port later knows all of the above.
        findAsynPortDriver(name);
    }
    int late;
};

const std::string readsBack = "info(asyn:READBACK, \"1\") ",
                  doubles = "field(FTVL, DOUBLE) field(NELM, 4) ";

struct Kind {
    const char *type, *dtyp, *drvInfo;
    std::string more;
    const char *name;
    bool hasValue; // that of the driver, when a port is there again
};
const Kind kinds[] = {{"longin", "asynInt32", "I32", "", "passive", true},
                      {"longin", "asynInt32", "I32", ioIntr, "intr", true},
                      {"ai", "asynFloat64", "F64", "field(SCAN, \".1 second\") ", "scanned", true},
                      {"ai", "asynFloat64", "F64", ioIntr, "real", true},
                      {"stringin", "asynOctetRead", "TEXT", ioIntr, "string", true},
                      {"waveform", "asynFloat64ArrayIn", "WAVE", doubles + ioIntr, "wave", true},
                      {"longout", "asynInt32", "I32", "", "out", true},
                      {"ao", "asynFloat64", "F64", readsBack, "realout", true},
                      {"stringout", "asynOctetWrite", "TEXT", "", "stringout", false},
                      {"longout", "asynInt32", "NEVER", "", "without", false},
                      {"mbbo", "asynInt32", "START", "", "choice", false},
                      {"ai", "asynInt32Average", "I32", "", "average", false}};

std::string database(const std::string &port)
{
    std::string all;
    for (const Kind &kind : kinds)
        all += record(kind.type, port + ":" + kind.name, kind.dtyp,
                      "@asyn(" + port + ")" + kind.drvInfo, kind.more);
    return all + record("longin", port + ":bits", "asynUInt32Digital",
                        "@asynMask(" + port + ",0,0xFF)BITS", ioIntr);
}

std::string field(const std::string &record, const char *name)
{
    return text((record + "." + name).c_str());
}

bool alarmed(const std::string &record, const char *stat, const char *sevr)
{
    return field(record, "STAT") == stat && field(record, "SEVR") == sevr;
}

void shutDown(const std::string &port)
{
    asynUser *user = pasynManager->createAsynUser(nullptr, nullptr);
    pasynManager->connectDevice(user, port.c_str(), -1);
    testOk(pasynManager->shutdownPort(user) == asynSuccess, "port %s is shut down: %s",
           port.c_str(), user->errorMessage);
    pasynManager->freeAsynUser(user);
}

void gone(const std::string &port)
{
    shutDown(port);
    for (const Kind &kind : kinds) {
        const std::string name = port + ":" + kind.name;
        testOk(eventually([&] { return alarmed(name, "COMM", "INVALID"); }),
               "its records have a COMM alarm: %s, %s", name.c_str(), field(name, "STAT").c_str());
#ifdef HAS_ALARM_MESSAGE
        testOk(field(name, "AMSG") == "port " + port + " is shut down", "and say why: %s",
               field(name, "AMSG").c_str());
#endif
        process(name);
        testOk(eventually([&] { return number((name + ".PACT").c_str()) == 0; }) &&
                   alarmed(name, "COMM", "INVALID"),
               "and keep it when they process: %s", field(name, "STAT").c_str());
    }
}

void again(const std::string &port, int flags, int value)
{
    auto &driver = *new Driver(port.c_str(), flags, value);
    for (const Kind &kind : kinds) {
        const std::string name = port + ":" + kind.name;
        const bool undefined = kind.dtyp == std::string("asynInt32Average");
        testOk(eventually([&] {
                   return alarmed(name, undefined ? "UDF" : "NO_ALARM",
                                  undefined ? "INVALID" : "NO_ALARM");
               }) ||
                   alarmed(name, "STATE", "MINOR"), // of choice
               "with another port of that name the alarm ends: %s, %s", name.c_str(),
               field(name, "STAT").c_str());
        if (kind.hasValue)
            testOk(number(name.c_str()) == value, "and the record has the driver's value: %s, %g",
                   name.c_str(), number(name.c_str()));
    }
    testOk(field(port + ":choice", "FVST").empty() &&
               field(port + ":choice", "ONST") == "forty-two",
           "and the driver's choices");
    testOk(number((port + ":without").c_str()) == 7,
           "an output keeps its value where the driver has none");
    int written = 0;
    testOk(driver.getIntegerParam(driver.never, &written) != asynSuccess && driver.writes == 0,
           "and does not write it by itself");

    put((port + ":out").c_str(), value + 1);
    testOk(becomes((port + ":intr").c_str(), value + 1), "a put arrives, and its readback");
    driver.publish([&] {
        driver.setDoubleParam(driver.f64, value + 2);
        driver.setStringParam(driver.text, "callback");
        driver.setUIntDigitalParam(driver.bits, 0x55, 0xFF);
        driver.setIntegerParam(driver.i32, value + 3);
    });
    testOk(becomes((port + ":realout").c_str(), value + 2), "asyn:READBACK follows");
    testOk(becomes((port + ":real").c_str(), value + 2) &&
               reads((port + ":string").c_str(), "callback") &&
               becomes((port + ":bits").c_str(), 0x55) &&
               becomes((port + ":intr").c_str(), value + 3),
           "and callbacks arrive");
    testdbPutFieldOk((port + ":stringout").c_str(), DBR_STRING, "3");
    testOk(reads((port + ":string").c_str(), "3"), "a string, too");
    process(port + ":average");
    testOk(eventually([&] { return alarmed(port + ":average", "NO_ALARM", "NO_ALARM"); }),
           "and an average");
}

void lives(const std::string &port, int flags)
{
    testDiag("port %s", port.c_str());
    put((port + ":without").c_str(), 7);
    testdbPutFieldOk((port + ":stringout").c_str(), DBR_STRING, "2");
    testOk(becomes((port + ":without").c_str(), 7) && reads((port + ":string").c_str(), "2"),
           "it works");
    for (int value = 10; value <= 30; value += 10) {
        gone(port);
        again(port, flags, value);
    }
    // SCAN is changed while there is no port.
    gone(port);
    testdbPutFieldOk((port + ":intr.SCAN").c_str(), DBR_STRING, "Passive");
    testdbPutFieldOk((port + ":passive.SCAN").c_str(), DBR_STRING, "I/O Intr");
    auto &driver = *new Driver(port.c_str(), flags, 40);
    testOk(becomes((port + ":passive").c_str(), 40) && becomes((port + ":intr").c_str(), 40),
           "records read when the port is there");
    driver.publish([&] { driver.setIntegerParam(driver.i32, 41); });
    testOk(becomes((port + ":passive").c_str(), 41) && number((port + ":intr").c_str()) == 40,
           "SCAN counts that was set without a port");
}

// Another driver of the name, without the parameter.
void unlike()
{
    testDiag("a driver of another kind");
    class Other : public asynPortDriver
    {
      public:
        Other() : asynPortDriver("Q", 1, allInterfaces, allInterfaces, ASYN_DESTRUCTIBLE, 1, 0, 0)
        {
            findAsynPortDriver("Q"); // as in Driver
        }
    };
    shutDown("Q");
    new Other;
    epicsThreadSleep(3); // long enough for it to be looked at
    testOk(alarmed("late", "COMM", "INVALID"), "the alarm stays");
    shutDown("Q");
    auto *driver = new Driver("Q", 0, 1);
    driver->publish([=] { driver->setIntegerParam(driver->late, 5); });
    testOk(becomes("late", 5) && becomes("late.SEVR", NO_ALARM), "until there is one like it");
}

// The IOC pauses: no record hears of the end before the next port is there.
void whilePaused(const std::string &port, int flags)
{
    // lives() has left the record passive with I/O Intr
    testDiag("port %s ends and returns while the IOC pauses", port.c_str());
    testOk1(iocPause() == 0);
    shutDown(port);
    auto &driver = *new Driver(port.c_str(), flags, 50);
    epicsThreadSleep(1.5); // it is looked at meanwhile, of which nobody sees anything
    testOk1(iocRun() == 0);
    for (const char *name : {"passive", "real", "string", "wave"})
        testOk(becomes((port + ":" + name).c_str(), 50), "%s has the new port's value: %g", name,
               number((port + ":" + name).c_str()));
    driver.publish([&] { driver.setIntegerParam(driver.i32, 51); });
    testOk(becomes((port + ":passive").c_str(), 51), "and callbacks arrive");
    put((port + ":out").c_str(), 52);
    testOk(becomes((port + ":passive").c_str(), 52), "and a put does");
    shutDown(port);
    for (const char *name : {"passive", "out", "wave"})
        testOk(eventually([&] { return alarmed(port + ":" + name, "COMM", "INVALID"); }),
               "its end is seen, too: %s", name);
    new Driver(port.c_str(), flags, 60);
    for (const char *name : {"passive", "out", "wave"})
        testOk(becomes((port + ":" + name).c_str(), 60), "and its return: %s", name);
    // It ends in a pause, and returns after it.
    testOk1(iocPause() == 0);
    shutDown(port);
    testOk1(iocRun() == 0);
    testOk(eventually([&] { return alarmed(port + ":passive", "COMM", "INVALID"); }),
           "an end in a pause is seen after it");
    new Driver(port.c_str(), flags, 70);
    testOk(becomes((port + ":passive").c_str(), 70), "and so is the return");
}

// A driver whose values have alarms and a time.
const epicsTimeStamp stamped{1000, 5};
class Alarming : public SimpleDriver
{
  public:
    Alarming(const std::string &name, int flags, int value, bool alarms)
        : SimpleDriver(name.c_str(), ASYN_DESTRUCTIBLE | flags)
    {
        setIntegerParam(i32, value);
        setStringParam(text, std::to_string(value));
        array = {1.0 * value};
        if (alarms)
            alarm(HIHI_ALARM, MAJOR_ALARM);
        setTimeStamp(&stamped);
        findAsynPortDriver(name.c_str()); // as in Driver
    }
    void alarm(int status, int severity)
    {
        for (const int each : {i32, text}) {
            setParamAlarmStatus(each, status);
            setParamAlarmSeverity(each, severity);
        }
    }
};

const std::string follow = "info(asynPort:follow, \"1\") ", deviceTime = "field(TSE, \"-2\") ";
struct Shown {
    const char *type, *dtyp, *drvInfo;
    std::string more;
    const char *name;
    bool alarms, driversTime; // it has the driver's on return
};
const Shown shownKinds[] = {
    {"longin", "asynInt32", "I32", ioIntr, "intr", true, false},
    {"longin", "asynInt32", "I32", deviceTime + ioIntr, "intrtime", true, true},
    {"longin", "asynInt32", "I32", follow + deviceTime, "in", true, true},
    {"longout", "asynInt32", "I32", follow, "out", true, true},
    {"stringout", "asynOctetWrite", "TEXT", follow, "text", true, true},
    {"waveform", "asynFloat64ArrayOut", "WAVE", doubles + follow, "wave", false, false},
    {"longout", "asynInt32", "I32", readsBack, "back", false, false},
    {"longout", "asynInt32", "I32", readsBack + deviceTime, "backtime", false, true},
    {"longout", "asynInt32", "I32", ioIntr, "outintr", false, false}};

std::string shownDatabase(const std::string &port)
{
    std::string all;
    for (const Shown &kind : shownKinds)
        all += record(kind.type, port + ":" + kind.name, kind.dtyp,
                      "@asyn(" + port + ")" + kind.drvInfo, kind.more);
    return all;
}

epicsTimeStamp timeOf(const std::string &name)
{
    Held held(name);
    return recordOf(name).time;
}

// Counts the events of alarms.
struct AlarmMonitor {
    explicit AlarmMonitor(const std::string &name)
        : channel(dbChannelCreate((name + ".SEVR").c_str()))
    {
        if (!channel)
            testAbort("no record %s", name.c_str());
        dbChannelOpen(channel);
        context = db_init_events();
        db_start_events(context, "monitor", nullptr, nullptr, 0);
        subscription = db_add_event(context, channel, called, this, DBE_ALARM);
        db_event_enable(subscription);
    }
    ~AlarmMonitor()
    {
        db_cancel_event(subscription);
        db_close_events(context);
        dbChannelDelete(channel);
    }
    AlarmMonitor(const AlarmMonitor &) = delete;
    AlarmMonitor &operator=(const AlarmMonitor &) = delete;
    static void called(void *pvt, dbChannel *, int, db_field_log *)
    {
        ++static_cast<AlarmMonitor *>(pvt)->events;
    }
    std::atomic<int> events{0};
    dbChannel *const channel;
    dbEventCtx context = nullptr;
    dbEventSubscription subscription = nullptr;
};

// What a record shows on return, and once a new value has arrived.
void alarmAndTime(const std::string &port, int flags)
{
    testDiag("alarm and time, port %s", port.c_str());
    AlarmMonitor monitor(port + ":out");
    for (const bool alarms : {true, false}) {
        shutDown(port);
        for (const Shown &kind : shownKinds)
            testOk(eventually([&] { return alarmed(port + ":" + kind.name, "COMM", "INVALID"); }),
                   "%s:%s has no port", port.c_str(), kind.name);
        testOk(eventually([&] { return monitor.events > 0; }), "who monitors the alarm is told");
        monitor.events = 0;
        const epicsTimeStamp before = timeOf(port + ":intr");
        auto &driver = *new Alarming(port, flags, 10, alarms);
        for (const Shown &kind : shownKinds) {
            const std::string name = port + ":" + kind.name;
            const bool major = alarms && kind.alarms;
            testOk(eventually([&] {
                       return alarmed(name, major ? "HIHI" : "NO_ALARM",
                                      major ? "MAJOR" : "NO_ALARM");
                   }),
                   "%s has the driver's alarm: %s, %s", name.c_str(), field(name, "STAT").c_str(),
                   field(name, "SEVR").c_str());
            const epicsTimeStamp time = timeOf(name);
            const bool its = epicsTimeEqual(&time, &stamped);
            testOk(kind.driversTime ? its : !its && epicsTimeGreaterThanEqual(&time, &before),
                   "%s has %s time", name.c_str(), kind.driversTime ? "the driver's" : "a new");
        }
        testOk(eventually([&] { return monitor.events > 0; }), "who monitors the alarm is told");
        const epicsTimeStamp later{2000, 7};
        driver.lock();
        driver.alarm(NO_ALARM, NO_ALARM);
        driver.setTimeStamp(&later);
        driver.setIntegerParam(driver.i32, 11);
        driver.setStringParam(driver.text, "11");
        driver.callParamCallbacks();
        driver.unlock();
        double eleven = 11;
        driver.doCallbacksFloat64Array(&eleven, 1, driver.wave, 0);
        for (const Shown &kind : shownKinds) {
            const std::string name = port + ":" + kind.name;
            testOk(becomes(name.c_str(), 11) && alarmed(name, "NO_ALARM", "NO_ALARM"),
                   "%s: a new value has its own alarm: %s", name.c_str(),
                   field(name, "STAT").c_str());
            const epicsTimeStamp time = timeOf(name);
            const bool device = kind.more.find("TSE") != std::string::npos;
            testOk(device ? epicsTimeEqual(&time, &later)
                          : epicsTimeGreaterThanEqual(&time, &before),
                   "and its own time");
        }
    }
}

// A driver that takes its time, in the one or the other of its methods.
class Slow : public SimpleDriver
{
  public:
    enum Where { nowhere, lookUp, firstRead, waitForLock };
    explicit Slow(Where where) : SimpleDriver("SLOW", ASYN_DESTRUCTIBLE), where_(where)
    {
        setIntegerParam(i32, 1);
        if (where == waitForLock)
            lock();                 // until the test gives it back
        findAsynPortDriver("SLOW"); // as in Driver
    }
    asynStatus drvUserCreate(asynUser *user, const char *drvInfo, const char **type,
                             size_t *size) override
    {
        stay(lookUp);
        return SimpleDriver::drvUserCreate(user, drvInfo, type, size);
    }
    asynStatus readInt32(asynUser *user, epicsInt32 *value) override
    {
        stay(firstRead);
        return SimpleDriver::readInt32(user, value);
    }
    asynStatus lock() override
    {
        const std::string thread = epicsThreadGetNameSelf();
        if (thread.compare(0, 4, "asyn") == 0) // of device support
            stay(waitForLock);
        return SimpleDriver::lock();
    }
    std::atomic<bool> inside{false};
    epicsEvent goOn;

  private:
    void stay(Where where)
    {
        if (where != where_ || inside.exchange(true))
            return;
        if (where != waitForLock)
            goOn.wait();
    }
    const Where where_;
};

// A record that waits for its driver keeps no other I/O Intr record waiting.
void slowly(Slow::Where where, const char *what)
{
    static int value = 100;
    shutDown("SLOW");
    testOk(eventually([] { return alarmed("slow", "COMM", "INVALID"); }), "no port");
    auto *slow = new Slow(where);
    testOk(eventually([=] { return slow->inside.load(); }), "a record is in %s", what);
    auto *quick = static_cast<Driver *>(findAsynPortDriver("N"));
    const auto arrives = [&](const char *when) {
        quick->publish([&] { quick->setIntegerParam(quick->i32, ++value); });
        testOk(eventually([] { return number("quick") == value; }, 5),
               "with a record in %s those of other ports follow%s: %g", what, when,
               number("quick"));
    };
    arrives("");
    if (where == Slow::firstRead) { // no lock is to be had, and nobody else is in the list
        slow->setIntegerParam(slow->i32, 55);
        slow->callParamCallbacks();
        arrives(" when it gets a callback");
    }
    if (where == Slow::waitForLock)
        slow->unlock();
    slow->goOn.signal();
    slow->publish([=] { slow->setIntegerParam(slow->i32, 66); });
    testOk(becomes("slow", 66) && becomes("slow.SEVR", NO_ALARM), "then it has joined its port");
}

} // namespace

int main()
{
    testPlan(bundled ? 738 : 1);
    if (!bundled) {
        testSkip(1, "asyn keeps the names of ports");
        return testDone();
    }
    new Driver("P", 0, 1);
    new Driver("B", ASYN_CANBLOCK, 1);
    new Driver("Q", 0, 1);
    new Driver("N", 0, 1);
    new Alarming("A", 0, 1, false);
    new Alarming("AB", ASYN_CANBLOCK, 1, false);
    new Slow(Slow::nowhere);
    return live(database("P") + database("B") + shownDatabase("A") + shownDatabase("AB") +
                    record("longin", "late", "asynInt32", "@asyn(Q)LATE", ioIntr) +
                    record("longin", "quick", "asynInt32", "@asyn(N)I32", ioIntr) +
                    record("longin", "slow", "asynInt32", "@asyn(SLOW)I32", ioIntr),
                [] {
                    lives("P", 0);
                    lives("B", ASYN_CANBLOCK);
                    whilePaused("P", 0);
                    whilePaused("B", ASYN_CANBLOCK);
                    alarmAndTime("A", 0);
                    alarmAndTime("AB", ASYN_CANBLOCK);
                    unlike();
                    slowly(Slow::lookUp, "drvUserCreate()");
                    slowly(Slow::firstRead, "its first read");
                    slowly(Slow::waitForLock, "the wait for its driver's lock");
                });
}
