// What reading and writing do in a driver that does not override them.
#include <algorithm>
#include <cstring>

#include "portDriverState.h"

#include <epicsStdio.h>

namespace {

const char *nameOf(asynPortDriver &driver, int reason)
{
    const char *name = "?";
    driver.getParamName(reason, &name);
    return name;
}

asynStatus say(asynPortDriver &driver, asynUser *user, asynStatus status, const char *what)
{
    epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                  "port %s, parameter %s: %s: %s", driver.portName, nameOf(driver, user->reason),
                  what, pasynManager->strStatus(status));
    return status;
}

asynStatus notSupported(asynPortDriver &driver, asynUser *user, const char *what)
{
    epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                  "port %s, parameter %s: %s is not supported by this driver", driver.portName,
                  nameOf(driver, user->reason), what);
    return asynError;
}

// Reads by get, a function of the address, and leaves status, alarm and time stamp with the client.
template <typename Get>
asynStatus readParam(asynPortDriver &driver, asynUser *user, const char *what, Get get)
{
    int addr = 0;
    asynStatus status = driver.getAddress(user, &addr);
    if (status != asynSuccess)
        return status;
    status = get(addr);
    driver.getTimeStamp(&user->timestamp);
    driver.getParamAlarmStatus(addr, user->reason, &user->alarmStatus);
    driver.getParamAlarmSeverity(addr, user->reason, &user->alarmSeverity);
    if (status == asynSuccess)
        driver.getParamStatus(addr, user->reason, &status);
    user->auxStatus = status;
    if (status != asynSuccess)
        return say(driver, user, status, what);
    asynPrint(user, ASYN_TRACEIO_DRIVER, "port %s, parameter %s: %s\n", driver.portName,
              nameOf(driver, user->reason), what);
    return status;
}

template <typename Set>
asynStatus writeParam(asynPortDriver &driver, asynUser *user, const char *what, Set set)
{
    int addr = 0;
    asynStatus status = driver.getAddress(user, &addr);
    if (status != asynSuccess)
        return status;
    status = set(addr);
    if (status == asynSuccess)
        status = driver.callParamCallbacks(addr, addr);
    if (status != asynSuccess)
        return say(driver, user, status, what);
    asynPrint(user, ASYN_TRACEIO_DRIVER, "port %s, parameter %s: %s\n", driver.portName,
              nameOf(driver, user->reason), what);
    return status;
}

} // namespace

asynStatus asynPortDriver::readInt32(asynUser *user, epicsInt32 *value)
{
    return readParam(*this, user, "readInt32",
                     [=](int addr) { return getIntegerParam(addr, user->reason, value); });
}

asynStatus asynPortDriver::writeInt32(asynUser *user, epicsInt32 value)
{
    return writeParam(*this, user, "writeInt32",
                      [=](int addr) { return setIntegerParam(addr, user->reason, value); });
}

asynStatus asynPortDriver::readInt64(asynUser *user, epicsInt64 *value)
{
    return readParam(*this, user, "readInt64",
                     [=](int addr) { return getInteger64Param(addr, user->reason, value); });
}

asynStatus asynPortDriver::writeInt64(asynUser *user, epicsInt64 value)
{
    return writeParam(*this, user, "writeInt64",
                      [=](int addr) { return setInteger64Param(addr, user->reason, value); });
}

asynStatus asynPortDriver::readFloat64(asynUser *user, epicsFloat64 *value)
{
    return readParam(*this, user, "readFloat64",
                     [=](int addr) { return getDoubleParam(addr, user->reason, value); });
}

asynStatus asynPortDriver::writeFloat64(asynUser *user, epicsFloat64 value)
{
    return writeParam(*this, user, "writeFloat64",
                      [=](int addr) { return setDoubleParam(addr, user->reason, value); });
}

asynStatus asynPortDriver::readUInt32Digital(asynUser *user, epicsUInt32 *value, epicsUInt32 mask)
{
    return readParam(*this, user, "readUInt32Digital", [=](int addr) {
        return getUIntDigitalParam(addr, user->reason, value, mask);
    });
}

asynStatus asynPortDriver::writeUInt32Digital(asynUser *user, epicsUInt32 value, epicsUInt32 mask)
{
    return writeParam(*this, user, "writeUInt32Digital", [=](int addr) {
        return setUIntDigitalParam(addr, user->reason, value, mask);
    });
}

asynStatus asynPortDriver::setInterruptUInt32Digital(asynUser *user, epicsUInt32 mask,
                                                     interruptReason reason)
{
    return setUInt32DigitalInterrupt(user->reason, mask, reason);
}

asynStatus asynPortDriver::clearInterruptUInt32Digital(asynUser *user, epicsUInt32 mask)
{
    return clearUInt32DigitalInterrupt(user->reason, mask);
}

asynStatus asynPortDriver::getInterruptUInt32Digital(asynUser *user, epicsUInt32 *mask,
                                                     interruptReason reason)
{
    return getUInt32DigitalInterrupt(user->reason, mask, reason);
}

asynStatus asynPortDriver::getBounds(asynUser *, epicsInt32 *low, epicsInt32 *high)
{
    *low = *high = 0; // no hardware range: records do not convert
    return asynSuccess;
}

asynStatus asynPortDriver::getBounds64(asynUser *, epicsInt64 *low, epicsInt64 *high)
{
    *low = *high = 0;
    return asynSuccess;
}

asynStatus asynPortDriver::readOctet(asynUser *user, char *value, size_t maxChars, size_t *nActual,
                                     int *eomReason)
{
    *nActual = 0;
    return readParam(*this, user, "readOctet", [=](int addr) {
        std::string text;
        const asynStatus status = getStringParam(addr, user->reason, text);
        const size_t count = std::min(text.size(), maxChars);
        std::memcpy(value, text.data(), count);
        if (count < maxChars)
            value[count] = '\0';
        *nActual = count;
        if (eomReason)
            *eomReason = count < text.size() ? ASYN_EOM_CNT : ASYN_EOM_END;
        return status;
    });
}

asynStatus asynPortDriver::writeOctet(asynUser *user, const char *value, size_t maxChars,
                                      size_t *nActual)
{
    *nActual = 0;
    return writeParam(*this, user, "writeOctet", [=](int addr) {
        const asynStatus status =
            setStringParam(addr, user->reason, std::string(value, strnlen(value, maxChars)));
        if (status == asynSuccess)
            *nActual = maxChars;
        return status;
    });
}

asynStatus asynPortDriver::flushOctet(asynUser *)
{
    return asynSuccess; // a parameter list has nothing waiting to be read
}

asynStatus asynPortDriver::setInputEosOctet(asynUser *, const char *eos, int eosLen)
{
    state_->inputEos_.assign(eos, static_cast<size_t>(std::max(eosLen, 0)));
    return asynSuccess;
}

asynStatus asynPortDriver::setOutputEosOctet(asynUser *, const char *eos, int eosLen)
{
    state_->outputEos_.assign(eos, static_cast<size_t>(std::max(eosLen, 0)));
    return asynSuccess;
}

static asynStatus giveEos(const std::string &from, char *eos, int eosSize, int *eosLen)
{
    if (static_cast<int>(from.size()) > eosSize)
        return asynOverflow;
    from.copy(eos, from.size());
    if (static_cast<int>(from.size()) < eosSize)
        eos[from.size()] = '\0';
    *eosLen = static_cast<int>(from.size());
    return asynSuccess;
}

asynStatus asynPortDriver::getInputEosOctet(asynUser *, char *eos, int eosSize, int *eosLen)
{
    return giveEos(state_->inputEos_, eos, eosSize, eosLen);
}

asynStatus asynPortDriver::getOutputEosOctet(asynUser *, char *eos, int eosSize, int *eosLen)
{
    return giveEos(state_->outputEos_, eos, eosSize, eosLen);
}

#define ARRAY_DEFAULTS(NAME, TYPE)                                                              \
    asynStatus asynPortDriver::read##NAME(asynUser *user, TYPE *, size_t, size_t *nIn)          \
    {                                                                                           \
        *nIn = 0;                                                                               \
        return notSupported(*this, user, "read" #NAME);                                         \
    }                                                                                           \
    asynStatus asynPortDriver::write##NAME(asynUser *user, TYPE *, size_t)                      \
    {                                                                                           \
        return notSupported(*this, user, "write" #NAME);                                        \
    }

ARRAY_DEFAULTS(Int8Array, epicsInt8)
ARRAY_DEFAULTS(Int16Array, epicsInt16)
ARRAY_DEFAULTS(Int32Array, epicsInt32)
ARRAY_DEFAULTS(Int64Array, epicsInt64)
ARRAY_DEFAULTS(Float32Array, epicsFloat32)
ARRAY_DEFAULTS(Float64Array, epicsFloat64)

asynStatus asynPortDriver::readGenericPointer(asynUser *user, void *)
{
    return notSupported(*this, user, "readGenericPointer");
}

asynStatus asynPortDriver::writeGenericPointer(asynUser *user, void *)
{
    return notSupported(*this, user, "writeGenericPointer");
}

asynStatus asynPortDriver::readOption(asynUser *user, const char *, char *, int)
{
    return notSupported(*this, user, "readOption");
}

asynStatus asynPortDriver::writeOption(asynUser *user, const char *, const char *)
{
    return notSupported(*this, user, "writeOption");
}

asynStatus asynPortDriver::readEnum(asynUser *user, char **, int *, int *, size_t, size_t *nIn)
{
    *nIn = 0;
    return notSupported(*this, user, "readEnum");
}

asynStatus asynPortDriver::writeEnum(asynUser *user, char **, int *, int *, size_t)
{
    return notSupported(*this, user, "writeEnum");
}

static void reportParam(FILE *fp, int index, const Parameter &p)
{
    fprintf(fp, "    %d %s", index, p.name.c_str());
    if (!p.defined)
        fprintf(fp, " has no value");
    else if (p.type == asynParamInt32)
        fprintf(fp, " asynInt32 %d", p.int32);
    else if (p.type == asynParamInt64)
        fprintf(fp, " asynInt64 %lld", static_cast<long long>(p.int64));
    else if (p.type == asynParamUInt32Digital)
        fprintf(fp, " asynUInt32Digital 0x%x", p.uint32);
    else if (p.type == asynParamFloat64)
        fprintf(fp, " asynFloat64 %.17g", p.float64);
    else if (p.type == asynParamOctet)
        fprintf(fp, " asynOctet \"%s\"", p.text.c_str());
    fprintf(fp, " status %s\n", pasynManager->strStatus(p.status));
}

void asynPortDriver::reportParams(FILE *fp, int details)
{
    for (size_t i = 0; i < state_->lists_.size(); ++i) {
        ParamList &list = state_->lists_[i];
        fprintf(fp, "  address %zu: %zu parameters\n", i, list.size());
        if (details < 1)
            continue;
        for (int index = 0; index < static_cast<int>(list.size()); ++index)
            reportParam(fp, index, *list.at(index));
    }
}

void asynPortDriver::report(FILE *fp, int details)
{
    epicsTimeStamp when;
    char text[40];
    getTimeStamp(&when);
    epicsTimeToStrftime(text, sizeof text, "%Y-%m-%d %H:%M:%S.%03f", &when);
    fprintf(fp, "  time stamp %s\n", text);
    if (details >= 1)
        reportParams(fp, details);
}
