// Drivers by their names, and what may be called from outside of them.
#include <string>

#include "client.h"

class Another : public asynPortDriver
{
  public:
    explicit Another(const char *name) : asynPortDriver(name, 1, asynInt32Mask, 0, 0, 0, 0, 0) {}
};

static void parameters(everyInterface &driver)
{
    int index = -1, count = 0;
    asynParamType type = asynParamNotDefined;
    asynStatus status = asynSuccess;
    const char *name = nullptr;
    epicsInt32 value = 0;
    epicsInt64 large = 0;
    epicsUInt32 bits = 0;
    double number = 0;
    char text[20] = "";
    std::string string;
    driver.lock();
    checkInt("params findParam", driver.findParam("F64", &index), asynSuccess);
    checkInt("params index", index, driver.p.f64);
    checkInt("params asynParamNotFound", driver.findParam("NOTHING", &index), asynParamNotFound);
    checkInt("params getParamName", driver.getParamName(driver.p.text, &name), asynSuccess);
    checkText("params name", name, "TEXT");
    checkInt("params getParamType", driver.getParamType(driver.p.bits, &type), asynSuccess);
    checkInt("params type", type, asynParamUInt32Digital);
    checkInt("params getNumParams", driver.getNumParams(&count), asynSuccess);
    checkInt("params count", count, 17);
    check("params a name once", driver.createParam("I32", asynParamInt32, &index) != asynSuccess);
    checkInt("params createParam", driver.createParam("LATE", asynParamInt32, &index), asynSuccess);
    checkInt("params setIntegerParam", driver.setIntegerParam(1, index, 6), asynSuccess);
    checkInt("params getIntegerParam", driver.getIntegerParam(1, index, &value), asynSuccess);
    checkInt("params value", value, 6);
    checkInt("params asynParamUndefined", driver.getIntegerParam(0, index, &value),
             asynParamUndefined);
    checkInt("params asynParamWrongType", driver.setDoubleParam(index, 1), asynParamWrongType);
    checkInt("params asynParamBadIndex", driver.setIntegerParam(1000, 1), asynParamBadIndex);
    checkInt("params asynParamInvalidList", driver.setIntegerParam(99, index, 1),
             asynParamInvalidList);
    driver.setInteger64Param(driver.p.i64, epicsInt64(1) << 50);
    driver.getInteger64Param(driver.p.i64, &large);
    checkInt("params 64 bits", large, epicsInt64(1) << 50);
    driver.setUIntDigitalParam(driver.p.bits, 0xF0, 0xFF);
    driver.getUIntDigitalParam(driver.p.bits, &bits, 0x3F);
    checkInt("params bits", bits, 0x30);
    driver.setUInt32DigitalInterrupt(driver.p.bits, 0x6, interruptOnOneToZero);
    driver.clearUInt32DigitalInterrupt(driver.p.bits, 0x2);
    driver.getUInt32DigitalInterrupt(driver.p.bits, &bits, interruptOnOneToZero);
    checkInt("params interrupt mask", bits, 0x4);
    driver.setDoubleParam(driver.p.f64, 0.75);
    driver.getDoubleParam(driver.p.f64, &number);
    checkDouble("params number", number, 0.75);
    driver.setStringParam(driver.p.text, "short");
    driver.getStringParam(driver.p.text, sizeof text, text);
    checkText("params text", text, "short");
    driver.getStringParam(driver.p.text, string);
    checkText("params string", string.c_str(), "short");
    driver.setParamStatus(driver.p.f64, asynOverflow);
    driver.getParamStatus(driver.p.f64, &status);
    checkInt("params status", status, asynOverflow);
    driver.setParamStatus(driver.p.f64, asynSuccess);
    driver.setParamAlarmStatus(driver.p.f64, 5);
    driver.getParamAlarmStatus(driver.p.f64, &value);
    checkInt("params alarm status", value, 5);
    driver.setParamAlarmSeverity(driver.p.f64, 2);
    driver.getParamAlarmSeverity(driver.p.f64, &value);
    checkInt("params alarm severity", value, 2);
    driver.setParamAlarmStatus(driver.p.f64, 0);
    driver.setParamAlarmSeverity(driver.p.f64, 0);
    driver.callParamCallbacks();
    epicsTimeStamp time = {5, 6}, now = {0, 0};
    driver.setTimeStamp(&time);
    driver.getTimeStamp(&now);
    check("params time stamp", now.secPastEpoch == 5 && now.nsec == 6);
    driver.updateTimeStamp();
    driver.getTimeStamp(&now);
    check("params updateTimeStamp", now.secPastEpoch > 100000000);
    driver.unlock();
}

void clientFind(const char *port)
{
    auto *base = static_cast<asynPortDriver *>(findAsynPortDriver(port));
    everyInterface *driver = findDerivedAsynPortDriver<everyInterface>(port);
    check("find findAsynPortDriver", base != nullptr);
    check("find findDerivedAsynPortDriver", driver != nullptr && driver == base);
    checkText("find portName", base->portName, port);
    checkInt("find maxAddr", base->maxAddr, 2);
    check("find not of another class", findDerivedAsynPortDriver<Another>(port) == nullptr);
    check("find no such port", findAsynPortDriver("NOWHERE") == nullptr &&
                                   findDerivedAsynPortDriver<everyInterface>("NOWHERE") == nullptr);
    parameters(*driver);
}
