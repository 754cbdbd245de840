// Scalars, strings, and what is of the driver as a whole.
#include "everyInterface.h"

#include <epicsStdio.h>
#include <epicsString.h>

namespace
{

const int everything = asynCommonMask | asynDrvUserMask | asynOptionMask | asynInt32Mask |
                       asynUInt32DigitalMask | asynFloat64Mask | asynOctetMask | asynInt8ArrayMask |
                       asynInt16ArrayMask | asynInt32ArrayMask | asynFloat32ArrayMask |
                       asynFloat64ArrayMask | asynGenericPointerMask | asynEnumMask |
                       asynInt64Mask | asynInt64ArrayMask;
const int interrupting = everything & ~(asynCommonMask | asynDrvUserMask | asynOptionMask);

} // namespace

volatile int everyInterface::shutdowns;

everyInterface::everyInterface(EveryParams *params, const char *portName, int maxAddr, int flags)
    : asynPortDriver(params, portName, maxAddr, everything, interrupting, flags, 1, 0, 0),
      p(*params)
{
    const size_t addresses = static_cast<size_t>(maxAddr);
    i8_.resize(addresses);
    i16_.resize(addresses);
    i32_.resize(addresses);
    i64_.resize(addresses);
    f32_.resize(addresses);
    f64_.resize(addresses);
    choices_ = {{"low", 1, 0}, {"high", 2, 1}};
    for (int addr = 0; addr < maxAddr; ++addr) {
        setIntegerParam(addr, p.i32, 0);
        setIntegerParam(addr, p.doubled, 0);
        setInteger64Param(addr, p.i64, 0);
        setUIntDigitalParam(addr, p.bits, 0, 0xFFFFFFFF);
        setDoubleParam(addr, p.f64, 0.0);
        setStringParam(addr, p.text, "");
        setIntegerParam(addr, p.ticks, 0);
        callParamCallbacks(addr);
    }
    epicsThreadCreate("everyInterface", epicsThreadPriorityMedium,
                      epicsThreadGetStackSize(epicsThreadStackMedium), tickThread, this);
}

everyInterface::~everyInterface()
{
    delete &p; // nothing uses it any more
}

void everyInterface::note(const char *method)
{
    callsMutex_.lock();
    ++calls_[method];
    callsMutex_.unlock();
}

int everyInterface::calls(const char *method)
{
    callsMutex_.lock();
    const int count = calls_[method];
    callsMutex_.unlock();
    return count;
}

asynStatus everyInterface::lock()
{
    note("lock");
    return asynPortDriver::lock();
}

asynStatus everyInterface::unlock()
{
    note("unlock");
    return asynPortDriver::unlock();
}

asynStatus everyInterface::getAddress(asynUser *user, int *address)
{
    note("getAddress");
    return asynPortDriver::getAddress(user, address);
}

asynStatus everyInterface::parseAsynUser(asynUser *user, int *reason, int *address,
                                         const char **name)
{
    note("parseAsynUser");
    return asynPortDriver::parseAsynUser(user, reason, address, name);
}

asynStatus everyInterface::readInt32(asynUser *user, epicsInt32 *value)
{
    note("readInt32");
    return asynPortDriver::readInt32(user, value);
}

asynStatus everyInterface::writeInt32(asynUser *user, epicsInt32 value)
{
    static const char *const functionName = "writeInt32";
    int function, addr;
    const char *name;
    note(functionName);
    asynStatus status = parseAsynUser(user, &function, &addr, &name);
    if (status != asynSuccess)
        return status;
    if (function == p.command)
        return command(addr, value);
    if (function == p.i32 && (value < -1000 || value > 1000)) {
        epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                      "%s:%s: %s, address %d: -1000 to 1000 is expected, not %d", portName,
                      functionName, name, addr, value);
        return asynError;
    }
    setIntegerParam(addr, function, value);
    if (function == p.i32)
        setIntegerParam(addr, p.doubled, 2 * value);
    status = callParamCallbacks(addr, addr);
    asynPrint(user, ASYN_TRACEIO_DRIVER, "%s:%s: %s, address %d: %d\n", portName, functionName,
              name, addr, value);
    return status;
}

asynStatus everyInterface::readInt64(asynUser *user, epicsInt64 *value)
{
    note("readInt64");
    return asynPortDriver::readInt64(user, value);
}

asynStatus everyInterface::writeInt64(asynUser *user, epicsInt64 value)
{
    note("writeInt64");
    return asynPortDriver::writeInt64(user, value);
}

asynStatus everyInterface::readUInt32Digital(asynUser *user, epicsUInt32 *value, epicsUInt32 mask)
{
    note("readUInt32Digital");
    return asynPortDriver::readUInt32Digital(user, value, mask);
}

asynStatus everyInterface::writeUInt32Digital(asynUser *user, epicsUInt32 value, epicsUInt32 mask)
{
    note("writeUInt32Digital");
    return asynPortDriver::writeUInt32Digital(user, value, mask);
}

asynStatus everyInterface::setInterruptUInt32Digital(asynUser *user, epicsUInt32 mask,
                                                     interruptReason reason)
{
    note("setInterruptUInt32Digital");
    return asynPortDriver::setInterruptUInt32Digital(user, mask, reason);
}

asynStatus everyInterface::clearInterruptUInt32Digital(asynUser *user, epicsUInt32 mask)
{
    note("clearInterruptUInt32Digital");
    return asynPortDriver::clearInterruptUInt32Digital(user, mask);
}

asynStatus everyInterface::getInterruptUInt32Digital(asynUser *user, epicsUInt32 *mask,
                                                     interruptReason reason)
{
    note("getInterruptUInt32Digital");
    return asynPortDriver::getInterruptUInt32Digital(user, mask, reason);
}

asynStatus everyInterface::getBounds(asynUser *, epicsInt32 *low, epicsInt32 *high)
{
    note("getBounds");
    *low = -1000;
    *high = 1000;
    return asynSuccess;
}

asynStatus everyInterface::getBounds64(asynUser *, epicsInt64 *low, epicsInt64 *high)
{
    note("getBounds64");
    *low = -(epicsInt64(1) << 40);
    *high = epicsInt64(1) << 40;
    return asynSuccess;
}

asynStatus everyInterface::readFloat64(asynUser *user, epicsFloat64 *value)
{
    note("readFloat64");
    return asynPortDriver::readFloat64(user, value);
}

asynStatus everyInterface::writeFloat64(asynUser *user, epicsFloat64 value)
{
    note("writeFloat64");
    return asynPortDriver::writeFloat64(user, value);
}

asynStatus everyInterface::readOctet(asynUser *user, char *value, size_t most, size_t *count,
                                     int *eomReason)
{
    note("readOctet");
    return asynPortDriver::readOctet(user, value, most, count, eomReason);
}

asynStatus everyInterface::writeOctet(asynUser *user, const char *value, size_t most, size_t *count)
{
    note("writeOctet");
    asynPrintIO(user, ASYN_TRACEIO_DRIVER, value, most, "%s:writeOctet: %lu bytes\n", portName,
                static_cast<unsigned long>(most));
    return asynPortDriver::writeOctet(user, value, most, count);
}

asynStatus everyInterface::flushOctet(asynUser *)
{
    note("flushOctet");
    return asynSuccess;
}

asynStatus everyInterface::setInputEosOctet(asynUser *user, const char *eos, int length)
{
    note("setInputEosOctet");
    return asynPortDriver::setInputEosOctet(user, eos, length);
}

asynStatus everyInterface::getInputEosOctet(asynUser *user, char *eos, int size, int *length)
{
    note("getInputEosOctet");
    return asynPortDriver::getInputEosOctet(user, eos, size, length);
}

asynStatus everyInterface::setOutputEosOctet(asynUser *user, const char *eos, int length)
{
    note("setOutputEosOctet");
    return asynPortDriver::setOutputEosOctet(user, eos, length);
}

asynStatus everyInterface::getOutputEosOctet(asynUser *user, char *eos, int size, int *length)
{
    note("getOutputEosOctet");
    return asynPortDriver::getOutputEosOctet(user, eos, size, length);
}

asynStatus everyInterface::drvUserCreate(asynUser *user, const char *drvInfo, const char **typeName,
                                         size_t *size)
{
    note("drvUserCreate");
    return asynPortDriver::drvUserCreate(
        user, epicsStrCaseCmp(drvInfo, "ALIAS") == 0 ? "I32" : drvInfo, typeName, size);
}

asynStatus everyInterface::drvUserGetType(asynUser *user, const char **typeName, size_t *size)
{
    note("drvUserGetType");
    return asynPortDriver::drvUserGetType(user, typeName, size);
}

asynStatus everyInterface::drvUserDestroy(asynUser *user)
{
    note("drvUserDestroy");
    return asynPortDriver::drvUserDestroy(user);
}

void everyInterface::report(FILE *file, int details)
{
    note("report");
    fprintf(file, "everyInterface %s with %d addresses\n", portName, maxAddr);
    asynPortDriver::report(file, details);
}

asynStatus everyInterface::connect(asynUser *user)
{
    note("connect");
    return asynPortDriver::connect(user);
}

asynStatus everyInterface::disconnect(asynUser *user)
{
    note("disconnect");
    return asynPortDriver::disconnect(user);
}

asynStatus everyInterface::callParamCallbacks(int list, int addr)
{
    note("callParamCallbacks");
    return asynPortDriver::callParamCallbacks(list, addr);
}

void everyInterface::reportSetParamErrors(asynStatus, int, int, const char *)
{
    note("reportSetParamErrors"); // and says nothing: the checks provoke them
}

void everyInterface::reportGetParamErrors(asynStatus, int, int, const char *)
{
    note("reportGetParamErrors");
}
