// The simulated oscilloscope as a C++ driver, with the template of the Python one: the same values.
// Nothing here but asyn's public API and EPICS', so that it is a test of asyn as well.
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <alarm.h>
#include <asynInt32SyncIO.h>
#include <asynPortDriver.h>
#include <iocsh.h>

#include "liveDatabase.h"

namespace
{

constexpr size_t points = 1000;
const double pi = std::acos(-1.0);

std::string pv(const char *name)
{
    return std::string("SCOPE:") + name;
}

double value(const char *name)
{
    return number(pv(name).c_str());
}

std::vector<double> array(const char *name)
{
    DBADDR address;
    std::vector<double> values(2 * points);
    long count = static_cast<long>(values.size());
    if (dbNameToAddr(pv(name).c_str(), &address) != 0 ||
        dbGetField(&address, DBR_DOUBLE, values.data(), nullptr, &count, nullptr) != 0)
        count = 0;
    values.resize(static_cast<size_t>(count));
    return values;
}

void put(const char *name, double value)
{
    testdbPutFieldOk(pv(name).c_str(), DBR_DOUBLE, value);
}

bool settles(const char *name, double expected)
{
    return eventually([=] { return std::fabs(value(name) - expected) < 1e-9; });
}

double furthest(const std::vector<double> &values, const std::function<double(size_t)> &expected)
{
    double distance = values.size() == points ? 0 : INFINITY;
    for (size_t i = 0; i < values.size() && distance < INFINITY; ++i)
        distance = std::max(distance, std::fabs(values[i] - expected(i)));
    return distance;
}

void start()
{
    testDiag("what the scope starts with");
    testOk(settles("Run_RBV", 1), "it runs");
    testOk(settles("MaxPoints_RBV", points), "points");
    testOk(settles("TimePerDiv_RBV", 0.0001), "time per division");
    testOk(settles("VertGain_RBV", 10) && settles("VoltsPerDiv_RBV", 1), "gain");
    testOk(settles("NoiseAmplitude_RBV", 0.1), "noise");
    testOk(settles("UpdateTime_RBV", 0.5), "update time");
    testOk(settles("VoltOffset_RBV", 0) && settles("TriggerDelay_RBV", 0), "offset and delay");
    testOk(text(pv("VoltsPerDivSelect_RBV").c_str()) == "1 V", "the chosen volts per division");
    for (const char *name : {"Run", "NoiseAmplitude", "VertGainSelect", "TimePerDivSelect"})
        testdbGetFieldEqual(pv(name).append(".SEVR").c_str(), DBR_LONG, NO_ALARM);
    const double step = 10.0 / (points - 1);
    testOk(furthest(array("TimeBase_RBV"), [=](size_t i) { return double(i) * step; }) < 1e-9,
           "the time base has ten divisions");
}

bool isSine(double volts, double seconds, double delay, double offset)
{
    return eventually([=] {
        const double step = 10 * seconds / (points - 1);
        return furthest(array("Waveform_RBV"), [=](size_t i) {
                   const double value = std::sin(2 * pi * 1000 * (delay + double(i) * step));
                   return 5 + (value + offset) / volts;
               }) < 1e-9;
    });
}

void waveform()
{
    testDiag("the waveform");
    put("UpdateTime", 0.01);
    put("NoiseAmplitude", 0);
    testOk(isSine(1, 0.0001, 0, 0), "a sine of 1 kHz and 1 V");
    testOk(settles("MeanValue_RBV", 0), "its mean");
    testOk(eventually([] { return std::fabs(value("MaxValue_RBV") - 1) < 1e-5; }) &&
               eventually([] { return std::fabs(value("MinValue_RBV") + 1) < 1e-5; }),
           "its peaks");
    testdbPutFieldOk(pv("TimePerDivSelect").c_str(), DBR_STRING, "0.2 ms");
    testOk(settles("TimePerDiv_RBV", 0.0002), "time per division");
    testOk(isSine(1, 0.0002, 0, 0), "two periods");
    put("TriggerDelay", 0.0001);
    put("VoltOffset", 1.5);
    testOk(isSine(1, 0.0002, 0.0001, 1.5), "delay and offset");
    testOk(eventually([] { return std::fabs(value("MeanValue_RBV") - 1.5) < 0.01; }), "mean");
    testdbPutFieldOk(pv("VoltsPerDivSelect").c_str(), DBR_STRING, "0.5 V");
    testOk(settles("VoltsPerDiv_RBV", 0.5), "volts per division");
    testOk(isSine(0.5, 0.0002, 0.0001, 1.5), "scaled");
    testOk(text(pv("VoltsPerDivSelect_RBV").c_str()) == "0.5 V", "and the choice follows");
    put("TriggerDelay", 0);
    put("VoltOffset", 0);
}

void ranges()
{
    testDiag("ranges");
    put("NoiseAmplitude", 2);
    testOk(eventually([] { return value("MaxValue_RBV") > 2; }), "noise shows");
    testOk(eventually([] { return value("MinValue_RBV") < -2; }), "on both sides");
    testOk(value("MaxValue_RBV") <= 3 && value("MinValue_RBV") >= -3, "within its amplitude");
    put("NoiseAmplitude", 20);
    testOk(settles("NoiseAmplitude_RBV", 10), "10 V at most");
    put("NoiseAmplitude", -1);
    testOk(settles("NoiseAmplitude_RBV", 0), "0 V at least");
    put("UpdateTime", 0.001);
    testOk(settles("UpdateTime_RBV", 0.01), "10 ms at least");
    put("UpdateTime", 100);
    testOk(settles("UpdateTime_RBV", 60), "60 s at most");
    put("UpdateTime", 0.01);
    testOk(pasynInt32SyncIO->writeOnce("S", 0, 3, 1.0, "SCOPE_VERT_GAIN_SELECT") == asynError,
           "there is no gain of 3");
    testOk(value("VertGain_RBV") == 10, "the gain stays");
}

void gain()
{
    testDiag("the gain rewrites the choices");
    const struct {
        const char *gain;
        std::vector<std::string> volts;
    } expected[] = {{"1", {"0.1 V", "0.2 V", "0.5 V", "1 V", "2 V"}},
                    {"100", {"0.01 V", "0.02 V", "0.05 V"}},
                    {"10", {"0.1 V", "0.2 V", "0.5 V", "1 V"}}};
    const char *const states[] = {"ZR", "ON", "TW", "TH", "FR", "FV"};
    for (const auto &each : expected) {
        testdbPutFieldOk(pv("VertGainSelect").c_str(), DBR_STRING, each.gain);
        for (const std::string record : {"VoltsPerDivSelect", "VoltsPerDivSelect_RBV"})
            testOk(eventually([&] {
                       for (size_t i = 0; i < 6; ++i)
                           if (text(pv((record + "." + states[i] + "ST").c_str()).c_str()) !=
                               (i < each.volts.size() ? each.volts[i] : ""))
                               return false;
                       return true;
                   }),
                   "gain %s, choices of %s", each.gain, record.c_str());
        testOk(settles("VertGain_RBV", std::atof(each.gain)), "gain");
        testOk(eventually(
                   [&] { return text(pv("VoltsPerDivSelect_RBV").c_str()) == each.volts.back(); }),
               "the last choice is chosen");
    }
}

// A setting's readback tells that the driver has gone round once more.
void runAndStop()
{
    testDiag("run and stop");
    put("NoiseAmplitude", 0.5);
    testdbPutFieldOk(pv("Run").c_str(), DBR_STRING, "Stop");
    testOk(eventually([] { return text(pv("Run_RBV").c_str()) == "Done"; }), "stopped");
    // The array comes by a way of its own, perhaps after the readback.
    put("NoiseAmplitude", 0.6);
    testOk(settles("NoiseAmplitude_RBV", 0.6), "settings are taken all the same");
    std::vector<double> before;
    testOk(eventually([&] {
               std::vector<double> now = array("Waveform_RBV");
               before.swap(now);
               return before == now;
           }),
           "the waveform stands still");
    put("NoiseAmplitude", 0.7);
    testOk(settles("NoiseAmplitude_RBV", 0.7) && array("Waveform_RBV") == before, "and stays");
    testdbPutFieldOk(pv("Run").c_str(), DBR_STRING, "Run");
    testOk(eventually([&] { return array("Waveform_RBV") != before; }), "running again");
    testOk(text(pv("Run_RBV").c_str()) == "Running", "and says so");
}

} // namespace

int main()
{
    testPlan(75);
    testdbPrepare();
    testdbReadDatabase("base.dbd", DBD_PATH, nullptr);
    testdbReadDatabase("asyn.dbd", DBD_PATH, nullptr);
    testdbReadDatabase("cppScope.dbd", SCOPE_PATH, nullptr);
    testOk1(registerAllRecordDeviceDrivers(pdbbase) == 0);
    testOk1(iocshCmd("cppScopeConfigure S 1000") == 0);
    testdbReadDatabase("scope.template", SCOPE_PATH, "P=,R=SCOPE:,PORT=S");
    eltc(0);
    testIocInitOk();
    start();
    waveform();
    ranges();
    gain();
    runAndStop();
    testIocShutdownOk(); // the database stays, as in liveDatabase.h
    auto *driver = static_cast<asynPortDriver *>(findAsynPortDriver("S"));
    driver->shutdownPortDriver();
    delete driver;
    testPass("the driver can be deleted");
    return testDone();
}
