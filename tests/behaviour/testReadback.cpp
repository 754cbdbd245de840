// Output records and what the driver says: start values, info(asyn:INITIAL_READBACK) and
// info(asyn:READBACK).
#include <epicsEvent.h>
#include <waveformRecord.h>

#include "liveDatabase.h"
#include "simpleDriver.h"

namespace
{

// Has values before the IOC is up, and counts what is written.
class Started : public SimpleDriver
{
  public:
    explicit Started(const char *name, int flags = 0) : SimpleDriver(name, flags)
    {
        setIntegerParam(i32, 1);
        setInteger64Param(i64, 1);
        setDoubleParam(f64, 1);
        setUIntDigitalParam(bits, 1, 0xFF);
        setStringParam(text, "1");
        array = {1, 1};
    }
    asynStatus writeInt64(asynUser *user, epicsInt64 value) override
    {
        ++writes;
        return asynPortDriver::writeInt64(user, value);
    }
    asynStatus writeFloat64(asynUser *user, epicsFloat64 value) override
    {
        ++writes;
        return asynPortDriver::writeFloat64(user, value);
    }
    asynStatus writeUInt32Digital(asynUser *user, epicsUInt32 value, epicsUInt32 mask) override
    {
        ++writes;
        return asynPortDriver::writeUInt32Digital(user, value, mask);
    }
    asynStatus writeOctet(asynUser *user, const char *value, size_t count, size_t *done) override
    {
        ++writes;
        return asynPortDriver::writeOctet(user, value, count, done);
    }
    asynStatus writeFloat64Array(asynUser *user, epicsFloat64 *value, size_t count) override
    {
        ++writes;
        return SimpleDriver::writeFloat64Array(user, value, count);
    }
};

// On a blocking port: says something else while it writes.
class Contrary : public SimpleDriver
{
  public:
    explicit Contrary(const char *name) : SimpleDriver(name, ASYN_CANBLOCK) {}
    asynStatus writeInt32(asynUser *user, epicsInt32 value) override
    {
        const asynStatus status = SimpleDriver::writeInt32(user, value + 100);
        writing.signal();
        go.wait();
        return status;
    }
    epicsEvent writing, go;
};

struct Kind {
    const char *type, *dtyp, *link, *more;
};
const Kind scalars[] = {{"ao", "asynInt32", "@asyn(P)I32", ""},
                        {"bo", "asynInt32", "@asyn(P)I32", ""},
                        {"mbbo", "asynInt32", "@asyn(P)I32", ""},
                        {"longout", "asynInt32", "@asyn(P)I32", ""},
                        {"ao", "asynInt64", "@asyn(P)I64", ""},
                        {"longout", "asynInt64", "@asyn(P)I64", ""},
                        {"int64out", "asynInt64", "@asyn(P)I64", ""},
                        {"ao", "asynFloat64", "@asyn(P)F64", ""},
                        {"bo", "asynUInt32Digital", "@asynMask(P,0,0x3)BITS", ""},
                        {"mbbo", "asynUInt32Digital", "@asynMask(P,0,0x3)BITS", ""},
                        {"longout", "asynUInt32Digital", "@asynMask(P,0,0x3)BITS", ""},
                        {"mbboDirect", "asynUInt32Digital", "@asynMask(P,0,0x3)BITS", ""}};
const Kind texts[] = {
    {"stringout", "asynOctetWrite", "@asyn(P)TEXT", ""},
    {"lso", "asynOctetWrite", "@asyn(P)TEXT", "field(SIZV, 20) "},
    {"waveform", "asynOctetWrite", "@asyn(P)TEXT", "field(FTVL, CHAR) field(NELM, 20) "}};
const Kind arrays[] = {
    {"aao", "asynFloat64ArrayOut", "@asyn(P)WAVE", "field(FTVL, DOUBLE) field(NELM, 4) "},
    {"waveform", "asynFloat64ArrayOut", "@asyn(P)WAVE", "field(FTVL, DOUBLE) field(NELM, 4) "}};

constexpr const char *readback = "info(asyn:READBACK, \"1\") ",
                     *initial = "info(asyn:INITIAL_READBACK, \"1\") ";

std::string nameOf(const char *prefix, const Kind &kind)
{
    return std::string(prefix) + kind.type + kind.dtyp;
}

template <size_t Size>
std::string records(const char *prefix, const Kind (&kinds)[Size], const char *more)
{
    std::string all;
    for (const Kind &kind : kinds)
        all += record(kind.type, nameOf(prefix, kind), kind.dtyp, kind.link,
                      std::string(kind.more) + more);
    return all;
}

const std::string database =
    records("start:", scalars, "") + records("start:", texts, "") +
    records("initial:", texts, initial) + records("initial:", arrays, initial) +
    records("back:", scalars, readback) + records("back:", texts, readback) +
    records("back:", arrays, readback) +
    record("longout", "never", "asynInt32", "@asyn(P)NEVER", "field(VAL, 5)") +
    record("stringout", "neverinitial", "asynOctetWrite", "@asyn(Q)TEXT", initial) +
    record("ao", "slope", "asynFloat64", "@asyn(P)F64", "field(ASLO, 2) field(AOFF, 1)") +
    record("longout", "slow", "asynInt32", "@asyn(B)I32", readback) +
    record("longout", "interrupt", "asynInt32", "@asyn(P)START", ioIntr);

bool holds(const std::string &name, const Kind &kind, double value)
{
    if (std::string(kind.dtyp) != "asynOctetWrite")
        return number(name.c_str()) == value;
    const std::string expected(1, static_cast<char>('0' + static_cast<int>(value)));
    if (kind.type != std::string("waveform"))
        return text(name.c_str()) == expected;
    Held held(name);
    return *static_cast<char *>(reinterpret_cast<waveformRecord &>(recordOf(name)).bptr) ==
           expected[0];
}

void startValues()
{
    testDiag("start values");
    for (const Kind &kind : scalars) {
        const std::string name = nameOf("start:", kind);
        testOk(holds(name, kind, 1), "an output record starts with the driver's value: %s",
               name.c_str());
        const bool fault = !bundled && name == "start:aoasynInt64"; // asyn leaves UDF 1
        testOk(number((name + ".UDF").c_str()) == 0 || fault, "a start value clears UDF: %s",
               name.c_str());
    }
    testOk(number("slope") == 3, "ASLO and AOFF apply to a start value");
    testOk(number("never") == 5, "where the driver has no value, VAL stays");
    for (const Kind &kind : texts) {
        testOk(!holds(nameOf("start:", kind), kind, 1), "a string has no start value by itself: %s",
               kind.type);
        const std::string name = nameOf("initial:", kind);
        testOk(holds(name, kind, 1), "asyn:INITIAL_READBACK: a string has a start value: %s",
               kind.type);
        testOk(number((name + ".UDF").c_str()) == 0, "which clears UDF: %s", kind.type);
    }
    testOk(number("neverinitial.UDF") == 1, "asyn:INITIAL_READBACK without a value");
    for (const Kind &kind : arrays)
        testOk(number((nameOf("initial:", kind) + ".NORD").c_str()) == 0,
               "an array never has a start value: %s", kind.type);
}

template <size_t Size> void follows(const Kind (&kinds)[Size], double value)
{
    for (const Kind &kind : kinds) {
        const std::string name = nameOf("back:", kind);
        testOk(eventually([&] { return holds(name, kind, value); }),
               "asyn:READBACK follows the driver: %s", name.c_str());
        testOk(number((name + ".UDF").c_str()) == 0, "and clears UDF: %s", name.c_str());
    }
}

void readbacks(Started &driver)
{
    testDiag("asyn:READBACK");
    driver.writes = 0;
    for (int value : {0, 1}) {
        driver.publish([&] {
            driver.setIntegerParam(driver.i32, value);
            driver.setInteger64Param(driver.i64, value);
            driver.setDoubleParam(driver.f64, value);
            driver.setUIntDigitalParam(driver.bits, static_cast<epicsUInt32>(value), 0xFF);
            driver.setStringParam(driver.text, std::to_string(value));
        });
        double data[] = {static_cast<double>(value), 5};
        driver.doCallbacksFloat64Array(data, 2, driver.wave, 0);
        follows(scalars, value);
        follows(texts, value);
        follows(arrays, value);
    }
    testOk(driver.writes == 0, "a readback is not written into the driver: %d", driver.writes);
    testOk(number("start:longoutasynInt32") == 1, "a record without asyn:READBACK stays");
    driver.publish([&] { driver.setParamStatus(driver.i32, asynTimeout); });
    testOk(becomes("back:longoutasynInt32.STAT", TIMEOUT_ALARM), "a status alarms");
    driver.publish([&] { driver.setParamStatus(driver.i32, asynSuccess); });
    testOk(becomes("back:longoutasynInt32.STAT", NO_ALARM), "and its end does, too");
    testdbPutFieldOk("back:longoutasynInt32", DBR_LONG, 7);
    int written = -1;
    driver.getIntegerParam(driver.i32, &written);
    testOk(written == 7 && driver.writes == 1, "a put is written once: %d", driver.writes);
}

void deferred(Contrary &driver)
{
    testDiag("a readback while the record's own write is active");
    testdbPutFieldOk("slow", DBR_LONG, 5);
    driver.writing.wait();
    testOk(number("slow.PACT") == 1 && number("slow") == 5,
           "a readback is deferred while the record's write is active");
    driver.go.signal();
    testOk(becomes("slow", 105) && number("slow.PACT") == 0, "and comes after it");
    testOk(driver.writes == 1, "without another write: %d", driver.writes);
    driver.publish([&] { driver.setIntegerParam(driver.i32, 6); });
    testOk(becomes("slow", 6) && driver.writes == 1, "the next readback comes at once");
}

void interrupts(Started &driver)
{
    testDiag("an output record with SCAN I/O Intr");
    if (!bundled)
        return; // asyn leaves it alone
    driver.writes = 0;
    driver.publish([&] { driver.setIntegerParam(driver.start, 8); });
    testOk(becomes("interrupt", 8) && driver.writes == 0,
           "an output record with SCAN I/O Intr follows the driver: %g", number("interrupt"));
    testdbPutFieldOk("interrupt.SCAN", DBR_STRING, "Passive");
    driver.publish([&] { driver.setIntegerParam(driver.start, 9); });
    testOk(number("interrupt") == 8, "and no longer when it is Passive");
    testdbPutFieldOk("back:longoutasynInt32.SCAN", DBR_STRING, "I/O Intr");
    testdbPutFieldOk("back:longoutasynInt32.SCAN", DBR_STRING, "Passive");
    driver.publish([&] { driver.setIntegerParam(driver.i32, 4); });
    testOk(becomes("back:longoutasynInt32", 4), "asyn:READBACK outlasts SCAN I/O Intr");
}

} // namespace

int main()
{
    testPlan(bundled ? 125 : 119);
    auto *driver = new Started("P");
    new SimpleDriver("Q");
    auto *contrary = new Contrary("B");
    return live(database, [=] {
        startValues();
        readbacks(*driver);
        deferred(*contrary);
        interrupts(*driver);
    });
}
