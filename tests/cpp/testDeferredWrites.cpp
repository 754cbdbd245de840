// What the library has beside asyn: writes that end later, writes that are refused, records that
// follow their driver, and arrays of strings.
#include <atomic>
#include <thread>

#include <asynCompletion.h>
#include <callback.h>
#include <epicsEvent.h>
#include <epicsStdio.h>
#include <iocInit.h>
#include <recGbl.h>

#include "../behaviour/liveDatabase.h"
#include "../behaviour/simpleDriver.h"

namespace
{

// Keeps the value of every write that is not refused; ends none of its own.
class Later : public SimpleDriver
{
  public:
    using SimpleDriver::SimpleDriver;

    asynStatus writeInt32(asynUser *user, epicsInt32 value) override
    {
        ++written;
        if (value < 0)
            return refused(user);
        if (value == unlucky) {
            epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                          "%d is unlucky", value);
            return asynError;
        }
        setIntegerParam(user->reason, value);
        if (defers)
            pending = asynDeferCompletion(user);
        if (pending && endsAtOnce)
            asynComplete(pending, asynSuccess, nullptr);
        return asynSuccess;
    }
    asynStatus writeFloat64(asynUser *user, epicsFloat64 value) override
    {
        return value < 0 ? refused(user) : SimpleDriver::writeFloat64(user, value);
    }
    asynStatus writeOctet(asynUser *user, const char *value, size_t count, size_t *done) override
    {
        *done = 0;
        if (value[0] == '-')
            return refused(user);
        return SimpleDriver::writeOctet(user, value, count, done);
    }
    asynStatus writeFloat64Array(asynUser *user, epicsFloat64 *value, size_t count) override
    {
        if (count > 0 && value[0] < 0)
            return refused(user);
        return SimpleDriver::writeFloat64Array(user, value, count);
    }
    asynStatus readInt8Array(asynUser *, epicsInt8 *value, size_t most, size_t *count) override
    {
        *count = std::min(most, strings.size());
        std::copy_n(strings.begin(), *count, value);
        return asynSuccess;
    }
    asynStatus writeInt8Array(asynUser *, epicsInt8 *value, size_t count) override
    {
        strings.assign(value, value + count);
        return asynSuccess;
    }

    bool writesBlock()
    {
        int blocks = 0;
        pasynManager->canBlock(pasynUserSelf, &blocks);
        return blocks != 0;
    }
    void lead() { testOk1(asynFollowPort(pasynUserSelf) == asynSuccess); }

    std::string kept()
    {
        lock();
        std::string copy(strings.data(), strings.size());
        unlock();
        return copy;
    }

    static constexpr int unlucky = 1313;
    std::atomic<bool> defers{false}, endsAtOnce{false};
    std::atomic<int> written{0};
    std::atomic<bool> known{false};
    std::atomic<asynCompletion *> pending{nullptr};
    std::string strings = std::string("first").append(35, '\0') + std::string("2").append(39, '\0');

  private:
    asynStatus refused(asynUser *user)
    {
        known = asynRefuseWrite(user) != 0;
        return asynError;
    }
};

const std::string follow = "info(asynPort:follow, 1) ";

std::string database(const std::string &port)
{
    const std::string at = "@asyn(" + port + ")", p = port + ":";
    return record("longout", p + "lo", "asynInt32", at + "I32", follow) +
           record("bo", p + "bo", "asynInt32", at + "NEVER", follow) +
           record("ao", p + "ao", "asynFloat64", at + "F64") +
           record("stringout", p + "so", "asynOctetWrite", at + "TEXT") +
           record("aao", p + "aao", "asynFloat64ArrayOut", at + "WAVE",
                  "field(FTVL, DOUBLE) field(NELM, 4) ") +
           record("waveform", p + "strings", "asynInt8ArrayOut", at + "WAVE",
                  "field(FTVL, STRING) field(NELM, 3) " + follow) +
           record("waveform", p + "stringsin", "asynInt8ArrayIn", at + "WAVE",
                  "field(FTVL, STRING) field(NELM, 1) ") +
           record("longin", p + "passive", "asynInt32", at + "I32", follow) +
           record("longin", p + "scanned", "asynInt32", at + "I32",
                  follow + "field(SCAN, \"10 second\")") +
           record("longin", p + "still", "asynInt32", at + "I32");
}

bool waits(const std::string &name)
{
    return number((name + ".PACT").c_str()) == 1;
}

void deferred(Later &driver, const std::string &name)
{
    driver.defers = true;
    testOk(put(name.c_str(), 5), "%s is written", name.c_str());
    testOk(eventually([&] { return driver.pending && waits(name); }), "and stays active");
    testOk(put(name.c_str(), 6), "another value meanwhile");
    const int before = driver.written;
    asynCompletion *first = driver.pending.exchange(nullptr);
    asynComplete(first, asynSuccess, nullptr);
    testOk(eventually([&] { return driver.written > before && driver.pending; }),
           "is written when the first has ended");
    testOk(number((name + ".SEVR").c_str()) == NO_ALARM, "without an alarm");
    asynComplete(driver.pending, asynTimeout, "it took too long");
    testOk(eventually([&] { return !waits(name); }), "the second ends, too");
    testOk(becomes((name + ".STAT").c_str(), TIMEOUT_ALARM) &&
               number((name + ".SEVR").c_str()) == INVALID_ALARM,
           "with the alarm of its status");
    driver.endsAtOnce = true;
    testOk(put(name.c_str(), 7) && eventually([&] { return !waits(name); }) &&
               becomes((name + ".SEVR").c_str(), NO_ALARM),
           "one that has ended before its method returns");
    driver.defers = driver.endsAtOnce = false;
    driver.pending = nullptr;
    testOk(put(name.c_str(), 8) && eventually([&] { return !waits(name); }),
           "one that is not deferred");
}

void undeferred(Later &driver, const std::string &name)
{
    driver.defers = true;
    testOk(put(name.c_str(), 5) && eventually([&] { return !waits(name) && driver.written > 0; }) &&
               !driver.pending,
           "a port that blocks ends its writes itself");
    driver.defers = false;
}

void manyEnds(Later &driver, const std::string &name)
{
    driver.defers = true;
    bool all = true;
    for (int i = 0; i < 300; ++i) {
        put(name.c_str(), i);
        all = all && eventually([&] { return driver.pending != nullptr; });
        asynCompletion *pending = driver.pending.exchange(nullptr);
        std::thread([=] { asynComplete(pending, asynSuccess, nullptr); }).join();
        all = all && eventually([&] { return !waits(name); });
    }
    testOk(all, "%s: 300 writes, ended by other threads", name.c_str());
    driver.defers = false;
}

// Who ends a write may hold what the record's owner waits for: it never waits for the record.
void endsWhileHeld(Later &driver, const std::string &name)
{
    driver.defers = true;
    put(name.c_str(), 11);
    testOk(eventually([&] { return driver.pending != nullptr; }), "%s is written", name.c_str());
    {
        const Held held(name);
        std::atomic<bool> returned{false};
        std::thread ender([&] {
            asynComplete(driver.pending.exchange(nullptr), asynSuccess, nullptr);
            returned = true;
        });
        testOk(eventually([&] { return returned.load(); }),
               "its end does not wait for who holds the record");
        testOk(recordOf(name).pact, "which is active as long");
        ender.join();
    }
    testOk(eventually([&] { return !waits(name); }), "and not longer");
    driver.defers = false;
}

void endsWhilePaused(Later &driver, const std::string &name)
{
    driver.defers = true;
    put(name.c_str(), 12);
    testOk(eventually([&] { return driver.pending != nullptr; }), "%s is written", name.c_str());
    testOk1(iocPause() == 0);
    asynComplete(driver.pending.exchange(nullptr), asynSuccess, nullptr);
    epicsThreadSleep(0.1); // what would be wrong shows up in it mostly
    testOk(waits(name), "no record processes while the IOC pauses");
    testOk1(iocRun() == 0);
    testOk(eventually([&] { return !waits(name); }), "then it ends");
    driver.defers = false;
}

// Looks in the error log for words.
struct Heard {
    explicit Heard(const char *words) : words_(words) { errlogAddListener(listen, this); }
    ~Heard() { errlogRemoveListeners(listen, this); }
    Heard(const Heard &) = delete;
    Heard &operator=(const Heard &) = delete;
    bool soon()
    {
        return eventually([this] {
            errlogFlush();
            return heard_.load();
        });
    }

  private:
    static void listen(void *pvt, const char *message)
    {
        auto *self = static_cast<Heard *>(pvt);
        if (std::strstr(message, self->words_))
            self->heard_ = true;
    }
    const char *words_;
    std::atomic<bool> heard_{false};
};

// A record that is well keeps no room for what drivers say.
void whatIsWrong(Later &driver, const std::string &name)
{
    for (int times = 0; times < 2; ++times) {
        Heard unlucky("1313 is unlucky");
        put(name.c_str(), Later::unlucky);
        testOk(unlucky.soon(), "%s: the driver's words are told", name.c_str());
        put(name.c_str(), 1);
        testOk(becomes((name + ".SEVR").c_str(), NO_ALARM), "it is well again");
    }
    if (driver.writesBlock())
        return;
    Heard late("words of a late end");
    driver.defers = true;
    put(name.c_str(), 2);
    testOk(eventually([&] { return driver.pending != nullptr; }), "a write is deferred");
    asynComplete(driver.pending.exchange(nullptr), asynTimeout, "words of a late end");
    testOk(late.soon(), "what its end tells is told");
    driver.defers = false;
    put(name.c_str(), 3);
    testOk(becomes((name + ".SEVR").c_str(), NO_ALARM), "and the record is well");
}

bool accepted(const std::string &name, double value)
{
    return put(name.c_str(), value) && eventually([&] { return !waits(name); }) &&
           number(name.c_str()) == value;
}

void refusal(Later &driver, const std::string &p, bool plainPutFails)
{
    testOk(accepted(p + "lo", 9), "a value that is accepted");
    const bool done = put((p + "lo").c_str(), -1);
    testOk(!done || !plainPutFails, "the put that is refused fails");
    testOk(eventually([&] { return driver.known.load(); }), "the client knows of refusals");
    testOk(becomes((p + "lo").c_str(), 9), "and its old value is back");
    testOk(number((p + "lo.SEVR").c_str()) == NO_ALARM, "without an alarm");
    driver.publish([&] {
        driver.setIntegerParam(driver.i32, 33);
        driver.setParamAlarmStatus(driver.i32, HIHI_ALARM);
        driver.setParamAlarmSeverity(driver.i32, MAJOR_ALARM);
    });
    testOk(becomes((p + "lo").c_str(), 33) && becomes((p + "lo.SEVR").c_str(), MAJOR_ALARM) &&
               becomes((p + "lo.STAT").c_str(), HIHI_ALARM),
           "a readback after it has its own alarm: %s", text((p + "lo.STAT").c_str()).c_str());
    driver.publish([&] {
        driver.setParamAlarmStatus(driver.i32, NO_ALARM);
        driver.setParamAlarmSeverity(driver.i32, NO_ALARM);
    });
    testOk(becomes((p + "lo.SEVR").c_str(), NO_ALARM), "and none when that is over");
    testOk(accepted(p + "ao", 1.5), "ao is accepted");
    put((p + "ao").c_str(), -2);
    testOk(becomes((p + "ao").c_str(), 1.5) && becomes((p + "ao.OVAL").c_str(), 1.5), "ao");
    testOk(accepted(p + "aao", 2.5), "aao is accepted");
    put((p + "aao").c_str(), -2);
    testOk(eventually([&] { return !waits(p + "aao"); }), "and refused");
    testOk(becomes((p + "aao").c_str(), 2.5) && number((p + "aao.SEVR").c_str()) == NO_ALARM,
           "aao");
    DBADDR address;
    dbNameToAddr((p + "so").c_str(), &address);
    dbPutField(&address, DBR_STRING, "yes", 1);
    testOk(eventually([&] { return !waits(p + "so"); }) && text((p + "so").c_str()) == "yes", "so");
    dbPutField(&address, DBR_STRING, "-no", 1);
    testOk(reads((p + "so").c_str(), "yes"), "so is refused");
}

void following(Later &driver, const std::string &p)
{
    testOk(number((p + "bo.UDF").c_str()) == 1 && number((p + "bo.SEVR").c_str()) == INVALID_ALARM,
           "an output of which the driver has no value");
    testOk(number((p + "strings.NORD").c_str()) == 2 && text((p + "strings").c_str()) == "first" &&
               number((p + "strings.SEVR").c_str()) == NO_ALARM,
           "an array starts with the driver's, without an alarm");
    driver.lock();
    driver.setIntegerParam(driver.i32, 77);
    driver.callParamCallbacks();
    driver.unlock();
    testOk(becomes((p + "passive").c_str(), 77), "an input with SCAN Passive follows");
    testOk(becomes((p + "scanned").c_str(), 77), "one with a period, too");
    testOk(becomes((p + "lo").c_str(), 77), "and an output");
    testOk(number((p + "still").c_str()) == 0, "an input without the info item does not");
    put((p + "passive.SCAN").c_str(), 10); // I/O Intr
    put((p + "passive.SCAN").c_str(), 0);
    driver.lock();
    driver.setIntegerParam(driver.i32, 78);
    driver.callParamCallbacks();
    driver.unlock();
    testOk(becomes((p + "passive").c_str(), 78), "still so after SCAN was changed and back");
}

void followingAll(Later &driver)
{
    driver.lock();
    driver.setIntegerParam(driver.i32, 5);
    driver.callParamCallbacks();
    driver.unlock();
    testOk(becomes("ALL:in", 5) && becomes("ALL:out", 5), "all records of a port follow it");
}

void stringArrays(Later &driver, const std::string &p)
{
    process(p + "stringsin");
    testOk(eventually([&] { return !waits(p + "stringsin"); }) &&
               becomes((p + "stringsin.NORD").c_str(), 1) &&
               reads((p + "stringsin").c_str(), "first"),
           "as many strings as fit are read");
    DBADDR address;
    dbNameToAddr((p + "strings").c_str(), &address);
    const char three[3][MAX_STRING_SIZE] = {"a", "bc", "def"};
    dbPutField(&address, DBR_STRING, three, 3);
    testOk(eventually([&] { return driver.kept().size() == 3 * MAX_STRING_SIZE; }) &&
               driver.kept().compare(2 * MAX_STRING_SIZE, 3, "def") == 0,
           "three are written");
    std::string two = driver.kept().substr(MAX_STRING_SIZE);
    driver.doCallbacksInt8Array(reinterpret_cast<epicsInt8 *>(&two[0]), two.size(), driver.wave, 0);
    testOk(reads((p + "strings").c_str(), "bc") && becomes((p + "strings.NORD").c_str(), 2),
           "a callback brings two");
}

// A driver that may go while it has not ended a write; the time source is its own.
class Mortal : public Later
{
  public:
    Mortal() : Later("END", ASYN_DESTRUCTIBLE)
    {
        defers = true;
        registerSource(now, this);
        findAsynPortDriver(
            "END"); // by the lock of this, whoever finds the port later knows all that
    }
    ~Mortal() override
    {
        alive = false;
        mark_ = 0;
    }
    static std::atomic<bool> alive;
    static std::atomic<int> askedTooLate;

  private:
    static void now(void *pvt, epicsTimeStamp *time)
    {
        if (!alive || static_cast<Mortal *>(pvt)->mark_ != 0xA11FE)
            ++askedTooLate;
        epicsTimeGetCurrent(time);
    }
    std::atomic<int> mark_{0xA11FE};
};
std::atomic<bool> Mortal::alive{true};
std::atomic<int> Mortal::askedTooLate{0};

// What Base's callback threads have been asked for by now is done.
void callbackQueueFlush()
{
    static epicsCallback callback;
    static epicsEvent done;
    for (int priority = 0; priority < NUM_CALLBACK_PRIORITIES; ++priority) {
        callbackSetCallback([](epicsCallback *) { done.signal(); }, &callback);
        callbackSetPriority(priority, &callback);
        if (callbackRequest(&callback) != 0 || !done.wait(10))
            testDiag("Base's callbacks do not come");
    }
}

void endsWithoutDriver(Mortal *driver)
{
    asynCompletion *lost = nullptr;
    for (int round = 0; round < 3; ++round) {
        testOk(put("END:lo", 5) && eventually([=] { return driver->pending && waits("END:lo"); }),
               "a write is deferred");
        if (lost) { // of the driver before
            asynComplete(lost, asynTimeout, "too late");
            callbackQueueFlush();
            testOk(waits("END:lo"), "what another driver's write comes to does not end it");
        }
        lost = driver->pending;
        put("END:lo", 6); // comes when the first has ended
        asynUser *user = pasynManager->createAsynUser(nullptr, nullptr);
        pasynManager->connectDevice(user, "END", -1);
        testOk(pasynManager->shutdownPort(user) == asynSuccess && !Mortal::alive,
               "the port is shut down, and its driver gone");
        pasynManager->freeAsynUser(user);
        testOk(eventually([] { return !waits("END:lo"); }) && becomes("END:lo.STAT", COMM_ALARM) &&
                   becomes("END:lo.SEVR", INVALID_ALARM),
               "the record ends its write with an alarm");
#ifdef HAS_ALARM_MESSAGE
        testOk(text("END:lo.AMSG") == "port END is shut down", "and says why: %s",
               text("END:lo.AMSG").c_str());
#endif
        testOk(Mortal::askedTooLate == 0, "and asks the driver for nothing");
        Mortal::alive = true;
        driver = new Mortal;
        testOk(becomes("END:lo.SEVR", NO_ALARM), "it works again with the next driver");
    }
    testOk(put("END:lo", 7) && eventually([=] { return driver->pending != nullptr; }),
           "a write is deferred");
    asynComplete(driver->pending, asynSuccess, nullptr);
    testOk(eventually([] { return !waits("END:lo"); }) && number("END:lo.SEVR") == NO_ALARM,
           "and ended by that driver");
    asynComplete(lost, asynTimeout, "too late");
    callbackQueueFlush();
    testOk(number("END:lo.SEVR") == NO_ALARM, "after which no other end counts");
}

} // namespace

int main()
{
#ifdef HAS_ALARM_MESSAGE
    testPlan(108);
#else
    testPlan(105);
#endif
    auto &prompt = *new Later("P"), &blocking = *new Later("B", ASYN_CANBLOCK);
    auto &all = *new Later("ALL");
    all.lead();
    auto *mortal = new Mortal;
    const std::string records =
        database("P") + database("B") +
        record("longout", "END:lo", "asynInt32", "@asyn(END)I32", "field(TSE, \"-2\") ") +
        record("longin", "ALL:in", "asynInt32", "@asyn(ALL)I32") +
        record("longout", "ALL:out", "asynInt32", "@asyn(ALL)I32");
    return live(records, [&] {
        asynUser *other = pasynManager->createAsynUser(nullptr, nullptr);
        testOk(!asynDeferCompletion(other) && !asynRefuseWrite(other),
               "a client that is no record waits for nothing");
        testOk(asynFollowPort(other) == asynError, "a client of no port has none to follow");
        pasynManager->freeAsynUser(other);
        followingAll(all);
        endsWithoutDriver(mortal);
        for (Later *driver : {&prompt, &blocking}) {
            const std::string p = std::string(driver->portName) + ":";
            testDiag("port %s", driver->portName);
            following(*driver, p);
            if (driver == &prompt) {
                deferred(*driver, p + "lo");
                manyEnds(*driver, p + "lo");
                endsWhileHeld(*driver, p + "lo");
                endsWhilePaused(*driver, p + "lo");
            } else {
                undeferred(*driver, p + "lo");
            }
            whatIsWrong(*driver, p + "lo");
            refusal(*driver, p, driver == &prompt);
            stringArrays(*driver, p);
        }
    });
}
