// SCAN I/O Intr: rings, what they drop and say, switching SCAN, and callbacks before the IOC is up.
#include <asynShellCommands.h>
#include <compressRecord.h>
#include <epicsEvent.h>
#include <registryFunction.h>
#include <subRecord.h>

#include "liveDatabase.h"
#include "simpleDriver.h"
#include "traceLog.h"

namespace
{

using namespace std::string_literals;

const std::string doubles = "field(FTVL, DOUBLE) field(NELM, 4) ";

// An I/O Intr record that forwards to one that collects its values.
std::string collected(const char *type, const char *name, const char *dtyp, const char *drvInfo,
                      const std::string &more, const char *element)
{
    const std::string seen = std::string(name) + ":seen";
    const std::string link =
        std::string(dtyp) == "asynUInt32Digital" ? "@asynMask(P,0,0xFF)" : "@asyn(P)";
    return record(type, name, dtyp, link + drvInfo,
                  ioIntr + more + "field(FLNK, \"" + seen + "\") ") +
           "record(compress, \"" + seen + "\") { field(INP, \"" + name + element +
           "\") field(ALG, \"Circular Buffer\") field(NSAM, 50) }\n";
}

const char *fifo(int size)
{
    static std::string info;
    info = "info(asyn:FIFO, \"" + std::to_string(size) + "\") ";
    return info.c_str();
}

const std::string database =
    collected("longin", "ten", "asynInt32", "I32", "", "") +
    collected("longin", "three", "asynInt32", "I32", fifo(3), "") +
    collected("longin", "one", "asynInt32", "I32", fifo(1), "") +
    collected("ai", "real", "asynFloat64", "F64", "", "") +
    collected("int64in", "large", "asynInt64", "I64", "", "") +
    collected("longin", "digital", "asynUInt32Digital", "BITS", "", "") +
    collected("stringin", "string", "asynOctetRead", "TEXT", "", "") +
    collected("stringin", "textthree", "asynOctetRead", "TEXT", fifo(3), "") +
    collected("waveform", "wave", "asynFloat64ArrayIn", "WAVE", doubles, "") +
    collected("waveform", "arraythree", "asynFloat64ArrayIn", "WAVE", doubles + fifo(3), "") +
    collected("waveform", "arrayone", "asynFloat64ArrayIn", "WAVE", doubles + fifo(1), "") +
    collected("longin", "early", "asynInt32", "START", "", "") +
    record("ai", "mean", "asynInt32Average", "@asyn(P)I32", "field(SVAL, 2)") +
    record("longin", "waited", "asynInt32", "@asyn(P)I32", ioIntr + "field(FLNK, \"noted\")"s) +
    "record(sub, \"noted\") { field(SNAM, \"noteProcessing\") }\n";

std::vector<double> seenBy(const std::string &name)
{
    DBADDR address;
    double values[50];
    long count = 50;
    if (dbNameToAddr((name + ":seen").c_str(), &address) ||
        dbGetField(&address, DBR_DOUBLE, values, nullptr, &count, nullptr))
        testAbort("%s cannot be read", name.c_str());
    return {values, values + count};
}

void forget(const std::string &name)
{
    testdbPutFieldOk((name + ":seen.RES").c_str(), DBR_LONG, 1);
}

// What a record sees of values 1 to 15 that come while it is held; with its trace output.
struct Burst {
    std::vector<double> seen;
    std::string trace;
};

void publishAll(SimpleDriver &driver, int value)
{
    driver.publish([&] {
        driver.setIntegerParam(driver.i32, value);
        driver.setInteger64Param(driver.i64, value);
        driver.setDoubleParam(driver.f64, value);
        driver.setUIntDigitalParam(driver.bits, static_cast<epicsUInt32>(value), 0xFF);
        driver.setStringParam(driver.text, std::to_string(value));
    });
    double data[] = {static_cast<double>(value)};
    driver.doCallbacksFloat64Array(data, 1, driver.wave, 0);
}

// The record has processed what came before, and waits for nothing.
void settle(SimpleDriver &driver, const std::string &name)
{
    static int marker = 100;
    publishAll(driver, ++marker);
    if (!becomes(name.c_str(), marker))
        testAbort("%s does not get %d", name.c_str(), marker);
}

Burst burst(SimpleDriver &driver, const std::string &name)
{
    settle(driver, name);
    forget(name);
    TraceLog log(driver.self(), ASYN_TRACE_ERROR | ASYN_TRACE_WARNING);
    {
        Held held(name);
        for (int i = 1; i <= 15; ++i)
            publishAll(driver, i);
    }
    Burst result;
    eventually(
        [&] {
            result.seen = seenBy(name);
            return !result.seen.empty() && result.seen.back() == 15;
        },
        bundled ? 10 : 1);
    for (const std::string &line : log.lines())
        if (line.find(name) != std::string::npos)
            result.trace += line + "\n";
    return result;
}

bool newest(const std::vector<double> &seen, size_t count)
{
    if (seen.size() != count)
        return false;
    for (size_t i = 0; i < count; ++i)
        if (seen[i] != static_cast<double>(15 - count + 1 + i))
            return false;
    return true;
}

std::string shown(const Burst &burst)
{
    std::string all = std::to_string(burst.seen.size()) + " values,";
    for (double value : burst.seen)
        all += " " + std::to_string(static_cast<int>(value));
    return all + "; " + burst.trace;
}

void rings(SimpleDriver &driver)
{
    testDiag("fifteen values while a record is held");
    for (const char *name : {"ten", "real", "large", "digital"}) {
        const Burst seen = burst(driver, name);
        testOk(newest(seen.seen, 10), "a scalar's ring holds the ten newest values: %s: %s", name,
               shown(seen).c_str());
        testOk(seen.trace.find(" 5 ") != std::string::npos &&
                   seen.trace.find("overflow") != std::string::npos,
               "and the overflows are traced as a warning with their number: %s", name);
    }
    const struct {
        const char *name;
        size_t size;
    } fifos[] = {{"three", 3}, {"one", 1}, {"textthree", 3}, {"arraythree", 3}};
    for (const auto &each : fifos) {
        const Burst seen = burst(driver, each.name);
        testOk(newest(seen.seen, each.size) || !bundled, "info(asyn:FIFO): %s: %s", each.name,
               shown(seen).c_str());
        testOk(seen.trace.find(" " + std::to_string(15 - each.size) + " ") != std::string::npos ||
                   !bundled,
               "and its overflows: %s", each.name);
    }
    for (const char *name : {"string", "wave"}) {
        const Burst seen = burst(driver, name);
        testOk(!seen.seen.empty() && seen.seen.back() == 15 && (newest(seen.seen, 1) || !bundled),
               "strings and arrays have no ring, the newest comes: %s: %s", name,
               shown(seen).c_str());
        testOk(seen.trace.find(" 14 ") != std::string::npos || (!bundled && !seen.trace.empty()),
               "what was passed over is traced as a warning: %s: %s", name, seen.trace.c_str());
    }
    if (bundled) { // asyn's queue of one array holds none
        const Burst seen = burst(driver, "arrayone");
        testOk(newest(seen.seen, 1), "an array record with asyn:FIFO 1 updates: %s",
               shown(seen).c_str());
    }
}

void publish(SimpleDriver &driver, int value)
{
    driver.publish([&] {
        driver.setIntegerParam(driver.i32, value);
        driver.setStringParam(driver.text, std::to_string(value));
    });
    double data[] = {static_cast<double>(value)};
    driver.doCallbacksFloat64Array(data, 1, driver.wave, 0);
}

void switching(SimpleDriver &driver)
{
    testDiag("switching SCAN");
    const char *const names[] = {"ten", "string", "wave"};
    for (const char *name : names) {
        const std::string scan = std::string(name) + ".SCAN";
        publish(driver, 20);
        testOk(reads(name, "20"), "%s follows", name);
        testdbPutFieldOk(scan.c_str(), DBR_STRING, "Passive");
        forget(name);
        publish(driver, 21);
        testOk(reads("three", "21") && text(name) == "20" && seenBy(name).empty(),
               "a record that is Passive does not process by callbacks: %s", name);
        testdbPutFieldOk(scan.c_str(), DBR_STRING, "I/O Intr");
        publish(driver, 22);
        testOk(reads(name, "22"), "and does when it is I/O Intr again: %s", name);
        testdbPutFieldOk(scan.c_str(), DBR_STRING, ".1 second");
        forget(name);
        if (name != names[2]) // the driver keeps no array that could be read
            testOk(eventually([=] { return seenBy(name).size() >= 2; }),
                   "a periodic record reads: %s", name);
        testdbPutFieldOk(scan.c_str(), DBR_STRING, "I/O Intr");
    }
    process("mean"); // takes what came so far
    testdbPutFieldOk("mean.SCAN", DBR_STRING, "I/O Intr");
    publish(driver, 30);
    publish(driver, 32);
    testOk(becomes("mean", 31), "an average is switched to I/O Intr: %g", number("mean"));
    testdbPutFieldOk("mean.SCAN", DBR_STRING, "Passive");
    process("mean");
    publish(driver, 40);
    publish(driver, 44);
    process("mean");
    testOk(number("mean") == 42, "and back: %g", number("mean"));
}

epicsEvent processed; // a record

long noteProcessing(subRecord *)
{
    processed.signal();
    return 0;
}

// A client in C++ whose callback waits for a record that the same call has changed.
void waitForRecord(void *seen, asynUser *, epicsFloat64)
{
    *static_cast<bool *>(seen) = processed.wait(20);
}

void waiting(SimpleDriver &driver)
{
    testDiag("callbacks that wait for a record");
    bool seen = false;
    asynUser *user = pasynManager->duplicateAsynUser(driver.self(), nullptr, nullptr);
    user->reason = driver.f64;
    asynInterface *interface = pasynManager->findInterface(user, asynFloat64Type, 1);
    auto *table = static_cast<asynFloat64 *>(interface->pinterface);
    void *registrar = nullptr;
    table->registerInterruptUser(interface->drvPvt, user, waitForRecord, &seen, &registrar);
    driver.publish([&] { driver.setIntegerParam(driver.i32, 59); });
    testOk1(becomes("waited", 59));
    while (processed.tryWait())
        continue;
    driver.publish([&] {
        driver.setIntegerParam(driver.i32, 60);
        driver.setDoubleParam(driver.f64, 60);
    });
    testOk(seen, "see the records of parameters that were told of before");
    table->cancelInterruptUser(interface->drvPvt, user, registrar);
    pasynManager->freeAsynUser(user);
}

void early(SimpleDriver &driver)
{
    testDiag("callbacks before the IOC is up");
    testOk(becomes("early", 3), "what was set before the IOC is up comes when it is");
    publish(driver, 50); // passes through the same thread
    testOk(becomes("ten", 50) && seenBy("early") == std::vector<double>{3},
           "once, with the newest value: %zu", seenBy("early").size());
}

// asyn takes as much memory as somebody asks for.
std::string endless()
{
    return bundled ? collected("longin", "endless", "asynInt32", "I32", fifo(2000000000), "") +
                         collected("waveform", "arrayendless", "asynFloat64ArrayIn", "WAVE",
                                   doubles + fifo(2000000000), "")
                   : "";
}

void limits(SimpleDriver &driver)
{
    testDiag("a queue for more values than there is memory for");
    const Burst seen = burst(driver, "endless");
    testOk(newest(seen.seen, 15), "is cut, and works: %s", shown(seen).c_str());
}

} // namespace

int main()
{
    testPlan(bundled ? 73 : 69);
    registryFunctionAdd("noteProcessing", reinterpret_cast<REGISTRYFUNCTION>(noteProcessing));
    auto *driver = new SimpleDriver("P");
    for (int i = 1; i <= 3; ++i)
        driver->publish([&] { driver->setIntegerParam(driver->start, i); });
    return live(database + endless(), [=] {
        early(*driver);
        rings(*driver);
        if (bundled)
            limits(*driver);
        switching(*driver);
        waiting(*driver);
    });
}
