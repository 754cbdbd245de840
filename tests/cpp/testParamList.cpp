// The parameter list: names, types, statuses, what a get without success leaves.
#include <algorithm>
#include <chrono>

#include <epicsString.h>

#include "portClient.h"

namespace
{

void names()
{
    testDiag("names");
    Driver driver(freshName("list"), 2);
    int index = 7, other = 7, count = -1;
    const char *name = nullptr;
    asynParamType type;
    testOk1(driver.findParam("VALUE", &index) == asynParamNotFound && index == -1);
    testOk1(driver.getParamName(0, &name) == asynParamBadIndex);
    testOk1(driver.createParam("Value", asynParamInt32, &index) == asynSuccess && index == 0);
    testOk1(driver.findParam("vALUE", &other) == asynSuccess && other == 0);
    testOk1(driver.findParam(1, "value", &other) == asynSuccess && other == 0);
    testOk1(driver.getParamName(0, &name) == asynSuccess && std::string(name) == "Value");
    testOk1(driver.getParamType(0, &type) == asynSuccess && type == asynParamInt32);
    testOk1(driver.getParamType(3, &type) == asynParamBadIndex);
    testOk(driver.createParam("VALUE", asynParamFloat64, &other) == asynError && other == 0,
           "the same name again is an error and gives the index there is");
    testOk1(driver.getParamType(0, &type) == asynSuccess && type == asynParamInt32);
    testOk1(driver.createParam(1, "Only1", asynParamOctet, &other) == asynSuccess && other == 1);
    testOk1(driver.getNumParams(&count) == asynSuccess && count == 1);
    testOk1(driver.getNumParams(1, &count) == asynSuccess && count == 2);
    testOk1(driver.getNumParams(2, &count) == asynParamInvalidList);
    testOk1(driver.findParam(2, "Value", &other) == asynParamInvalidList && other == -1);
    testOk1(driver.createParam(-1, "x", asynParamInt32, &other) == asynParamInvalidList);
    testOk1(driver.createParam(nullptr, asynParamInt32, &other) == asynError);
    testOk1(driver.findParam(nullptr, &other) == asynParamNotFound);
}

void errors()
{
    testDiag("errors of set and get");
    Driver driver(freshName("list"));
    const int i = driver.make("I", asynParamInt32), f = driver.make("F", asynParamFloat64);
    const int s = driver.make("S", asynParamOctet), d = driver.make("D", asynParamUInt32Digital);
    const int l = driver.make("L", asynParamInt64);
    int value = 5;
    epicsInt64 large = 5;
    double real = 5;
    epicsUInt32 bits = 5;
    char text[8] = "garbage";
    std::string string("garbage");
    testOk1(driver.getIntegerParam(i, &value) == asynParamUndefined && value == 0);
    testOk1(driver.getInteger64Param(l, &large) == asynParamUndefined && large == 0);
    testOk1(driver.getDoubleParam(f, &real) == asynParamUndefined && real == 0);
    testOk1(driver.getUIntDigitalParam(d, &bits, 0xFF) == asynParamUndefined && bits == 0);
    testOk1(driver.getStringParam(s, 8, text) == asynParamUndefined && !*text);
    testOk1(driver.getStringParam(s, string) == asynParamUndefined && string.empty());
    real = 5;
    testOk1(driver.getDoubleParam(i, &real) == asynParamWrongType && real == 0);
    testOk1(driver.getIntegerParam(f, &value) == asynParamWrongType);
    testOk1(driver.setDoubleParam(i, 1.5) == asynParamWrongType);
    testOk1(driver.setStringParam(i, "x") == asynParamWrongType);
    testOk1(driver.setIntegerParam(d, 1) == asynParamWrongType);
    value = 5;
    testOk1(driver.getIntegerParam(99, &value) == asynParamBadIndex && value == 0);
    testOk1(driver.setIntegerParam(-1, 1) == asynParamBadIndex);
    value = 5;
    testOk1(driver.getIntegerParam(1, i, &value) == asynParamInvalidList && value == 0);
    testOk1(driver.setIntegerParam(1, i, 1) == asynParamInvalidList);
    testOk1(driver.setParamStatus(99, asynError) == asynParamBadIndex);
    testOk1(driver.callParamCallbacks(1) == asynParamInvalidList);
}

void values()
{
    testDiag("values");
    Driver driver(freshName("list"), 2);
    const int i = driver.make("I", asynParamInt32), f = driver.make("F", asynParamFloat64);
    const int s = driver.make("S", asynParamOctet), d = driver.make("D", asynParamUInt32Digital);
    const int l = driver.make("L", asynParamInt64);
    int value;
    epicsInt64 large;
    double real;
    epicsUInt32 bits;
    char text[6];
    std::string string;
    testOk1(driver.setIntegerParam(i, -3) == asynSuccess);
    testOk1(driver.getIntegerParam(i, &value) == asynSuccess && value == -3);
    testOk(driver.getIntegerParam(1, i, &value) == asynParamUndefined,
           "an address has a list of its own");
    driver.setInteger64Param(l, 1LL << 60);
    testOk1(driver.getInteger64Param(l, &large) == asynSuccess && large == 1LL << 60);
    driver.setDoubleParam(f, 0.1);
    testOk1(driver.getDoubleParam(f, &real) == asynSuccess && real == 0.1);
    driver.setUIntDigitalParam(d, 0xFFFF, 0x0F0);
    testOk1(driver.getUIntDigitalParam(d, &bits, 0xFFFFFFFF) == asynSuccess && bits == 0x0F0);
    driver.setUIntDigitalParam(d, 0x3, 0x30);
    testOk1(driver.getUIntDigitalParam(d, &bits, 0xFFFFFFFF) == asynSuccess && bits == 0x0C0);
    testOk1(driver.getUIntDigitalParam(d, &bits, 0x40) == asynSuccess && bits == 0x40);
    driver.setStringParam(s, "longer than six");
    testOk1(driver.getStringParam(s, sizeof text, text) == asynSuccess &&
            std::string(text) == "longe");
    testOk1(driver.getStringParam(s, string) == asynSuccess && string == "longer than six");
    driver.setStringParam(s, std::string("std::string"));
    testOk1(driver.getStringParam(s, string) == asynSuccess && string == "std::string");
    driver.setStringParam(s, static_cast<const char *>(nullptr));
    testOk1(driver.getStringParam(s, string) == asynSuccess && string.empty());
}

void statuses()
{
    testDiag("statuses and interrupt masks");
    Driver driver(freshName("list"));
    const int i = driver.make("I", asynParamInt32), d = driver.make("D", asynParamUInt32Digital);
    asynStatus status;
    int alarm, value;
    epicsUInt32 mask;
    driver.setIntegerParam(i, 4);
    driver.setParamStatus(i, asynTimeout);
    driver.setParamAlarmStatus(i, 3);
    driver.setParamAlarmSeverity(i, 2);
    testOk1(driver.getParamStatus(i, &status) == asynSuccess && status == asynTimeout);
    testOk1(driver.getParamAlarmStatus(i, &alarm) == asynSuccess && alarm == 3);
    testOk1(driver.getParamAlarmSeverity(i, &alarm) == asynSuccess && alarm == 2);
    testOk(driver.getIntegerParam(i, &value) == asynTimeout && value == 4,
           "a get returns the parameter's status, and its value");
    testOk1(driver.setUInt32DigitalInterrupt(d, 0x3, interruptOnZeroToOne) == asynSuccess);
    testOk1(driver.setUInt32DigitalInterrupt(d, 0x6, interruptOnOneToZero) == asynSuccess);
    testOk1(driver.getUInt32DigitalInterrupt(d, &mask, interruptOnZeroToOne) == asynSuccess &&
            mask == 0x3);
    testOk1(driver.getUInt32DigitalInterrupt(d, &mask, interruptOnOneToZero) == asynSuccess &&
            mask == 0x6);
    testOk1(driver.getUInt32DigitalInterrupt(d, &mask, interruptOnBoth) == asynSuccess &&
            mask == 0x7);
    testOk1(driver.clearUInt32DigitalInterrupt(d, 0x2) == asynSuccess);
    testOk1(driver.getUInt32DigitalInterrupt(d, &mask, interruptOnBoth) == asynSuccess &&
            mask == 0x5);
    driver.setUInt32DigitalInterrupt(d, 0x8, interruptOnBoth);
    testOk1(driver.getUInt32DigitalInterrupt(d, &mask, interruptOnZeroToOne) == asynSuccess &&
            mask == 0x8);
    testOk1(driver.getUInt32DigitalInterrupt(i, &mask, interruptOnBoth) == asynParamWrongType);
}

double secondsToMake(int count)
{
    Driver driver(freshName("list"));
    const auto begin = std::chrono::steady_clock::now();
    int index;
    for (int i = 0; i < count; ++i) {
        driver.createParam(("PARAMETER_" + std::to_string(i)).c_str(), asynParamInt32, &index);
        driver.findParam(("parameter_" + std::to_string(i / 2)).c_str(), &index);
    }
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// The best of three: the machine may have other things to do.
double leastSecondsToMake(int count)
{
    return std::min({secondsToMake(count), secondsToMake(count), secondsToMake(count)});
}

void many()
{
    const double few = leastSecondsToMake(10000);
    const double all = leastSecondsToMake(100000);
    // Searching all names for each would take many seconds.
    testOk(all < 40 * few || all < 5, "ten times the parameters take %.3f s after %.3f s", all,
           few);
}

class Set : public asynParamSet
{
  public:
    Set()
    {
        add("first", asynParamInt32, &first);
        add("second", asynParamFloat64, &second);
    }
    int first = -1, second = -1;
};

void paramSets()
{
    testDiag("a parameter set");
    Set set;
    asynPortDriver driver(&set, freshName("list").c_str(), 1, allInterfaces, allInterfaces, 0, 0, 0,
                          0);
    testOk1(set.first == 0 && set.second == 1);
    testOk1(driver.setDoubleParam(set.second, 1.5) == asynSuccess);
}

} // namespace

int main()
{
    testPlan(63);
    names();
    errors();
    values();
    statuses();
    many();
    paramSets();
    return testDone();
}
