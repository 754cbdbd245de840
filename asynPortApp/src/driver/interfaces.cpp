// From asyn's tables of functions to the virtual methods: every call locked, no exception let out.
#include "common/portUser.h"
#include "common/rareMessages.h"
#include "driver/driverState.h"

#include <epicsStdio.h>

namespace
{

asynStatus say(asynUser *user, asynStatus status, const char *format, const char *port,
               const char *what)
{
    epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize), format, port,
                  what);
    return status;
}

asynStatus failed(asynPortDriver &driver, asynUser *user, const char *what)
{
    say(user, asynError, "port %s: the driver threw a C++ exception: %s", driver.portName, what);
    static auto *messages = new RareMessages; // records that are scanned would fill a disk
    if (messages->due(driver.portName, user->reason))
        asynPrint(user, ASYN_TRACE_ERROR, "%s\n", user->errorMessage);
    return asynError;
}

// A table entry that calls one method with the port locked.
template <auto Method> struct Locked;
template <typename... Arguments, asynStatus (asynPortDriver::*Method)(asynUser *, Arguments...)>
struct Locked<Method> {
    static asynStatus call(void *pvt, asynUser *user, Arguments... arguments) noexcept
    {
        if (!pvt)
            return say(user, asynDisabled, "%s%s", "the port is shut down", "");
        auto &driver = *static_cast<asynPortDriver *>(pvt);
        try {
            DriverLock lock(driver);
            if (lock.status() != asynSuccess)
                return say(user, lock.status(), "port %s refuses its lock: %s", driver.portName,
                           pasynManager->strStatus(lock.status()));
            return (driver.*Method)(user, arguments...);
        } catch (const std::exception &error) {
            return failed(driver, user, error.what());
        } catch (...) {
            return failed(driver, user, "not a std::exception");
        }
    }
};

void report(void *pvt, FILE *fp, int details) noexcept
{
    if (!pvt) {
        fprintf(fp, "  the port is shut down\n");
        return;
    }
    auto &driver = *static_cast<asynPortDriver *>(pvt);
    try {
        DriverLock lock(driver);
        if (lock.status() == asynSuccess)
            driver.report(fp, details);
        else
            fprintf(fp, "  port %s refuses its lock: %s\n", driver.portName,
                    pasynManager->strStatus(lock.status()));
    } catch (const std::exception &error) {
        fprintf(fp, "  the report ended by a C++ exception: %s\n", error.what());
    } catch (...) {
        fprintf(fp, "  the report ended by a C++ exception\n");
    }
}

asynCommon common = {report, Locked<&asynPortDriver::connect>::call,
                     Locked<&asynPortDriver::disconnect>::call};
asynDrvUser drvUser = {Locked<&asynPortDriver::drvUserCreate>::call,
                       Locked<&asynPortDriver::drvUserGetType>::call,
                       Locked<&asynPortDriver::drvUserDestroy>::call};
asynOption option = {Locked<&asynPortDriver::writeOption>::call,
                     Locked<&asynPortDriver::readOption>::call};
asynInt32 int32 = {Locked<&asynPortDriver::writeInt32>::call,
                   Locked<&asynPortDriver::readInt32>::call,
                   Locked<&asynPortDriver::getBounds>::call, nullptr, nullptr};
asynInt64 int64 = {Locked<&asynPortDriver::writeInt64>::call,
                   Locked<&asynPortDriver::readInt64>::call,
                   Locked<&asynPortDriver::getBounds64>::call, nullptr, nullptr};
asynFloat64 float64 = {Locked<&asynPortDriver::writeFloat64>::call,
                       Locked<&asynPortDriver::readFloat64>::call, nullptr, nullptr};
asynUInt32Digital digital = {Locked<&asynPortDriver::writeUInt32Digital>::call,
                             Locked<&asynPortDriver::readUInt32Digital>::call,
                             Locked<&asynPortDriver::setInterruptUInt32Digital>::call,
                             Locked<&asynPortDriver::clearInterruptUInt32Digital>::call,
                             Locked<&asynPortDriver::getInterruptUInt32Digital>::call,
                             nullptr,
                             nullptr};
asynOctet octet = {Locked<&asynPortDriver::writeOctet>::call,
                   Locked<&asynPortDriver::readOctet>::call,
                   Locked<&asynPortDriver::flushOctet>::call,
                   nullptr,
                   nullptr,
                   Locked<&asynPortDriver::setInputEosOctet>::call,
                   Locked<&asynPortDriver::getInputEosOctet>::call,
                   Locked<&asynPortDriver::setOutputEosOctet>::call,
                   Locked<&asynPortDriver::getOutputEosOctet>::call};
asynEnum enumeration = {Locked<&asynPortDriver::writeEnum>::call,
                        Locked<&asynPortDriver::readEnum>::call, nullptr, nullptr};
asynGenericPointer pointer = {Locked<&asynPortDriver::writeGenericPointer>::call,
                              Locked<&asynPortDriver::readGenericPointer>::call, nullptr, nullptr};

#define ARRAY_TABLE(NAME)                                                                          \
    asyn##NAME table##NAME = {Locked<&asynPortDriver::write##NAME>::call,                          \
                              Locked<&asynPortDriver::read##NAME>::call, nullptr, nullptr}
ARRAY_TABLE(Int8Array);
ARRAY_TABLE(Int16Array);
ARRAY_TABLE(Int32Array);
ARRAY_TABLE(Int64Array);
ARRAY_TABLE(Float32Array);
ARRAY_TABLE(Float64Array);

} // namespace

void fillInterfaces(asynStandardInterfaces &all, int interfaceMask, int interruptMask)
{
#define ENTRY(MASK, FIELD, TABLE)                                                                  \
    if (interfaceMask & (MASK))                                                                    \
        all.FIELD.pinterface = &(TABLE);
#define INTERRUPT_ENTRY(MASK, FIELD, FLAG, TABLE)                                                  \
    ENTRY(MASK, FIELD, TABLE)                                                                      \
    all.FLAG = (interruptMask & (MASK)) != 0;
    ENTRY(asynCommonMask, common, common)
    ENTRY(asynDrvUserMask, drvUser, drvUser)
    ENTRY(asynOptionMask, option, option)
    INTERRUPT_ENTRY(asynInt32Mask, int32, int32CanInterrupt, int32)
    INTERRUPT_ENTRY(asynInt64Mask, int64, int64CanInterrupt, int64)
    INTERRUPT_ENTRY(asynFloat64Mask, float64, float64CanInterrupt, float64)
    INTERRUPT_ENTRY(asynUInt32DigitalMask, uInt32Digital, uInt32DigitalCanInterrupt, digital)
    INTERRUPT_ENTRY(asynOctetMask, octet, octetCanInterrupt, octet)
    INTERRUPT_ENTRY(asynInt8ArrayMask, int8Array, int8ArrayCanInterrupt, tableInt8Array)
    INTERRUPT_ENTRY(asynInt16ArrayMask, int16Array, int16ArrayCanInterrupt, tableInt16Array)
    INTERRUPT_ENTRY(asynInt32ArrayMask, int32Array, int32ArrayCanInterrupt, tableInt32Array)
    INTERRUPT_ENTRY(asynInt64ArrayMask, int64Array, int64ArrayCanInterrupt, tableInt64Array)
    INTERRUPT_ENTRY(asynFloat32ArrayMask, float32Array, float32ArrayCanInterrupt, tableFloat32Array)
    INTERRUPT_ENTRY(asynFloat64ArrayMask, float64Array, float64ArrayCanInterrupt, tableFloat64Array)
    INTERRUPT_ENTRY(asynGenericPointerMask, genericPointer, genericPointerCanInterrupt, pointer)
    INTERRUPT_ENTRY(asynEnumMask, Enum, enumCanInterrupt, enumeration)
#undef INTERRUPT_ENTRY
#undef ENTRY
}

void *findAsynPortDriver(const char *portName)
{
    if (!portName)
        return nullptr;
    asynInterface *found = nullptr;
    PortUser user;
    if (user.connect(portName, -1) == asynSuccess)
        found = pasynManager->findInterface(user.get(), asynCommonType, 0);
    // Only a port whose asynCommon is the one above is an asynPortDriver.
    return found && found->pinterface == &common ? found->drvPvt : nullptr;
}
