// Time stamps of records with TSE -2: the port's, wherever the driver has it from.
#include <asynShellCommands.h>
#include <registryFunction.h>

#include "liveDatabase.h"
#include "simpleDriver.h"

namespace
{

const std::string device = "field(TSE, \"-2\") ", doubles = "field(FTVL, DOUBLE) field(NELM, 4) ";
const std::string database =
    record("longin", "li", "asynInt32", "@asyn(P)I32", ioIntr + device) +
    record("longin", "passive", "asynInt32", "@asyn(P)I32", device) +
    record("longin", "plain", "asynInt32", "@asyn(P)I32", ioIntr) +
    record("stringin", "si", "asynOctetRead", "@asyn(P)TEXT", ioIntr + device) +
    record("waveform", "wave", "asynFloat64ArrayIn", "@asyn(P)WAVE", doubles + ioIntr + device) +
    record("ai", "mean", "asynFloat64Average", "@asyn(P)F64", device) +
    record("aai", "aai", "asynFloat64ArrayIn", "@asyn(P)WAVE", doubles + device) +
    record("longout", "lo", "asynInt32", "@asyn(P)START", device) +
    record("stringout", "so", "asynOctetWrite", "@asyn(P)TEXT", device) +
    record("aao", "aao", "asynFloat64ArrayOut", "@asyn(P)WAVE", doubles + device) +
    record("longout", "slow", "asynInt32", "@asyn(B)I32", device) +
    record("longout", "back", "asynInt32", "@asyn(P)I32", device + "info(asyn:READBACK, \"1\")");

const epicsTimeStamp set{1000, 5}, fromSource{2000, 7}, fromFunction{3000, 9};

epicsTimeStamp timeOf(const char *name)
{
    Held held(name);
    return recordOf(name).time;
}

bool has(const char *name, const epicsTimeStamp &expected)
{
    epicsTimeStamp is;
    if (eventually(
            [&] {
                is = timeOf(name);
                return epicsTimeEqual(&is, &expected);
            },
            bundled ? 30 : 1))
        return true;
    testDiag("%s has %u.%09u", name, is.secPastEpoch, is.nsec);
    return false;
}

// Within a minute: of this run, and not one of those above.
bool isNow(const char *name)
{
    return eventually([=] {
        const double age = epicsTime::getCurrent() - epicsTime(timeOf(name));
        return age > -60 && age < 60;
    });
}

void publishAll(SimpleDriver &driver)
{
    static int count = 0;
    ++count;
    double data[] = {1, 2};
    driver.publish([&] {
        driver.setIntegerParam(driver.i32, count);
        driver.setStringParam(driver.text, std::to_string(count));
        driver.setDoubleParam(driver.f64, count);
    });
    driver.doCallbacksFloat64Array(data, 2, driver.wave, 0);
    process("passive");
    process("mean");
}

const char *const inputs[] = {"li", "passive", "wave", "si", "mean", "back"};
constexpr size_t stamped = bundled ? 6 : 3; // asyn leaves the time of the others as it is

void setByDriver(SimpleDriver &driver)
{
    testDiag("setTimeStamp and updateTimeStamp");
    driver.publish([&] { driver.setTimeStamp(&set); });
    publishAll(driver);
    for (size_t i = 0; i < stamped; ++i)
        testOk(has(inputs[i], set), "setTimeStamp reaches records with TSE -2: %s", inputs[i]);
    testOk(isNow("plain"), "without TSE -2 a record has the time of its processing");
    driver.publish([&] { driver.updateTimeStamp(); });
    publishAll(driver);
    for (size_t i = 0; i < stamped; ++i)
        testOk(isNow(inputs[i]), "updateTimeStamp takes the time of day: %s", inputs[i]);
    driver.publish([&] {
        driver.setTimeStamp(&set);
        driver.setIntegerParam(driver.i32, 77);
        driver.callParamCallbacks();
        driver.setTimeStamp(&fromFunction);
    });
    testOk(becomes("li", 77) && has("li", set), "a value keeps the time of its callback");
}

void source(void *pvt, epicsTimeStamp *when)
{
    *when = *static_cast<const epicsTimeStamp *>(pvt);
}

void function(void *, epicsTimeStamp *when)
{
    *when = fromFunction;
}

void written(const char *rule, const epicsTimeStamp *expected)
{
    testdbPutFieldOk("lo", DBR_LONG, 3);
    testdbPutFieldOk("so", DBR_STRING, "text");
    process("aao");
    testdbPutFieldOk("slow", DBR_LONG, 3);
    testOk(becomes("slow.PACT", 0), "the port thread has written");
    if (!bundled)
        return; // asyn leaves their TIME undefined
    for (const char *name : {"lo", "so", "aao", "slow"})
        testOk(expected ? has(name, *expected) : isNow(name), "%s: %s", rule, name);
}

void sources(SimpleDriver &driver, SimpleDriver &blocker)
{
    testDiag("registered sources");
    written("an output record has the time of its write", nullptr);
    driver.registerSource(source, &fromSource);
    blocker.registerSource(source, &fromSource);
    driver.publish([&] { driver.setTimeStamp(&set); });
    publishAll(driver);
    testOk(has("li", set), "a registered source is asked by updateTimeStamp only");
    driver.publish([&] { driver.updateTimeStamp(); });
    publishAll(driver);
    for (size_t i = 0; i < stamped; ++i)
        testOk(has(inputs[i], fromSource), "a registered source stamps: %s", inputs[i]);
    written("a registered source stamps output records", &fromSource);
    driver.publish([&] { driver.setTimeStamp(&set); });
    testdbPutFieldOk("lo", DBR_LONG, 4);
    publishAll(driver);
    testOk(has("li", set), "and a write leaves the port's time stamp as it is");
    process("aai");
    if (bundled)
        testOk(has("aai", fromSource), "a read that the driver does not stamp has the source's");

    testDiag("the shell's commands");
    registryFunctionAdd("testTimeStamps", reinterpret_cast<REGISTRYFUNCTION>(function));
    asynUnregisterTimeStampSource("B");
    testOk(asynRegisterTimeStampSource("P", "testTimeStamps") == 0,
           "asynRegisterTimeStampSource registers a function");
    driver.publish([&] { driver.updateTimeStamp(); });
    publishAll(driver);
    testOk(has("li", fromFunction), "which stamps from now on");
    asynUnregisterTimeStampSource("P");
    driver.publish([&] { driver.updateTimeStamp(); });
    publishAll(driver);
    for (size_t i = 0; i < stamped; ++i)
        testOk(isNow(inputs[i]), "asynUnregisterTimeStampSource: the time of day again: %s",
               inputs[i]);
    written("and of output records", nullptr);
}

} // namespace

int main()
{
    testPlan(bundled ? 58 : 33);
    auto *driver = new SimpleDriver("P"), *blocker = new SimpleDriver("B", ASYN_CANBLOCK);
    return live(database, [=] {
        setByDriver(*driver);
        sources(*driver, *blocker);
    });
}
