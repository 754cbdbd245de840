// Reading and writing of numbers in a driver that does not override it: the parameter list answers.
#include <string>

#include "driver/driverState.h"

#include <epicsStdio.h>

namespace
{

// A value as it stands in messages.
struct Text {
    char text[32];
    explicit Text(epicsInt32 value) { epicsSnprintf(text, sizeof text, "%d", value); }
    explicit Text(epicsInt64 value)
    {
        epicsSnprintf(text, sizeof text, "%lld", static_cast<long long>(value));
    }
    explicit Text(epicsUInt32 value) { epicsSnprintf(text, sizeof text, "0x%x", value); }
    explicit Text(epicsFloat64 value) { epicsSnprintf(text, sizeof text, "%.15g", value); }
};

template <typename Value> asynStatus reportResult(const asynPortDriver &driver, asynUser *user,
                                                  const char *method, const char *name,
                                                  asynStatus status, Value value)
{
    if (status != asynSuccess)
        epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                      "port %s: %s of parameter %s, value %s: %s", driver.portName, method, name,
                      Text(value).text, pasynManager->strStatus(status));
    else
        asynPrint(user, ASYN_TRACEIO_DRIVER, "port %s: %s of parameter %s, value %s\n",
                  driver.portName, method, name, Text(value).text);
    return status;
}

template <typename Value, typename Get>
asynStatus read(asynPortDriver &driver, asynUser *user, const char *method, Value *value, Get get)
{
    int reason, addr;
    const char *name;
    asynStatus status = driver.parseAsynUser(user, &reason, &addr, &name);
    if (status != asynSuccess)
        return status;
    status = get(addr);
    driver.getTimeStamp(&user->timestamp);
    driver.getParamAlarmStatus(addr, reason, &user->alarmStatus);
    driver.getParamAlarmSeverity(addr, reason, &user->alarmSeverity);
    user->auxStatus = status;
    return reportResult(driver, user, method, name, status, *value);
}

template <typename Value, typename Set>
asynStatus write(asynPortDriver &driver, asynUser *user, const char *method, Value value, Set set)
{
    int reason, addr;
    const char *name;
    asynStatus status = driver.parseAsynUser(user, &reason, &addr, &name);
    if (status != asynSuccess)
        return status;
    status = set(addr);
    // Also after a failure: earlier changes may be waiting.
    const asynStatus called = driver.callParamCallbacks(addr, addr);
    return reportResult(driver, user, method, name, status != asynSuccess ? status : called, value);
}

// Interrupt masks of a UInt32Digital parameter.
template <typename Act> asynStatus interrupt(asynPortDriver &driver, asynUser *user,
                                             const char *method, const epicsUInt32 &mask, Act act)
{
    int reason, addr;
    const char *name;
    asynStatus status = driver.parseAsynUser(user, &reason, &addr, &name);
    if (status != asynSuccess)
        return status;
    status = act(addr);
    return reportResult(driver, user, method, name, status, mask);
}

} // namespace

asynStatus asynPortDriver::readInt32(asynUser *pasynUser, epicsInt32 *value)
{
    return read(*this, pasynUser, "readInt32", value,
                [=](int addr) { return getIntegerParam(addr, pasynUser->reason, value); });
}

asynStatus asynPortDriver::writeInt32(asynUser *pasynUser, epicsInt32 value)
{
    return write(*this, pasynUser, "writeInt32", value,
                 [=](int addr) { return setIntegerParam(addr, pasynUser->reason, value); });
}

asynStatus asynPortDriver::readInt64(asynUser *pasynUser, epicsInt64 *value)
{
    return read(*this, pasynUser, "readInt64", value,
                [=](int addr) { return getInteger64Param(addr, pasynUser->reason, value); });
}

asynStatus asynPortDriver::writeInt64(asynUser *pasynUser, epicsInt64 value)
{
    return write(*this, pasynUser, "writeInt64", value,
                 [=](int addr) { return setInteger64Param(addr, pasynUser->reason, value); });
}

asynStatus asynPortDriver::readFloat64(asynUser *pasynUser, epicsFloat64 *value)
{
    return read(*this, pasynUser, "readFloat64", value,
                [=](int addr) { return getDoubleParam(addr, pasynUser->reason, value); });
}

asynStatus asynPortDriver::writeFloat64(asynUser *pasynUser, epicsFloat64 value)
{
    return write(*this, pasynUser, "writeFloat64", value,
                 [=](int addr) { return setDoubleParam(addr, pasynUser->reason, value); });
}

asynStatus asynPortDriver::readUInt32Digital(asynUser *pasynUser, epicsUInt32 *value,
                                             epicsUInt32 mask)
{
    return read(*this, pasynUser, "readUInt32Digital", value, [=](int addr) {
        return getUIntDigitalParam(addr, pasynUser->reason, value, mask);
    });
}

asynStatus asynPortDriver::writeUInt32Digital(asynUser *pasynUser, epicsUInt32 value,
                                              epicsUInt32 mask)
{
    return write(*this, pasynUser, "writeUInt32Digital", value, [=](int addr) {
        return setUIntDigitalParam(addr, pasynUser->reason, value, mask);
    });
}

asynStatus asynPortDriver::setInterruptUInt32Digital(asynUser *pasynUser, epicsUInt32 mask,
                                                     interruptReason reason)
{
    return interrupt(*this, pasynUser, "setInterruptUInt32Digital", mask, [=](int addr) {
        return setUInt32DigitalInterrupt(addr, pasynUser->reason, mask, reason);
    });
}

asynStatus asynPortDriver::clearInterruptUInt32Digital(asynUser *pasynUser, epicsUInt32 mask)
{
    return interrupt(*this, pasynUser, "clearInterruptUInt32Digital", mask, [=](int addr) {
        return clearUInt32DigitalInterrupt(addr, pasynUser->reason, mask);
    });
}

asynStatus asynPortDriver::getInterruptUInt32Digital(asynUser *pasynUser, epicsUInt32 *mask,
                                                     interruptReason reason)
{
    *mask = 0;
    return interrupt(*this, pasynUser, "getInterruptUInt32Digital", *mask, [=](int addr) {
        return getUInt32DigitalInterrupt(addr, pasynUser->reason, mask, reason);
    });
}

// Records that convert linearly take these for the raw range; a driver in engineering units has
// none, and clients of asyn count on 16 bits then.
asynStatus asynPortDriver::getBounds(asynUser *pasynUser, epicsInt32 *low, epicsInt32 *high)
{
    *low = 0;
    *high = 65535;
    asynPrint(pasynUser, ASYN_TRACEIO_DRIVER, "port %s: getBounds of parameter %d, %d to %d\n",
              portName, pasynUser->reason, *low, *high);
    return asynSuccess;
}

asynStatus asynPortDriver::getBounds64(asynUser *pasynUser, epicsInt64 *low, epicsInt64 *high)
{
    *low = 0;
    *high = 65535;
    asynPrint(pasynUser, ASYN_TRACEIO_DRIVER, "port %s: getBounds64 of parameter %d, 0 to 65535\n",
              portName, pasynUser->reason);
    return asynSuccess;
}
