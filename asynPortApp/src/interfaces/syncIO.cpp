// The pasynXxxSyncIO tables: one call that waits for its turn at the port and returns the result.
#include <cstring>

#include <asynCommonSyncIO.h>
#include <asynDrvUser.h>
#include <asynEnum.h>
#include <asynEnumSyncIO.h>
#include <asynFloat32Array.h>
#include <asynFloat32ArraySyncIO.h>
#include <asynFloat64.h>
#include <asynFloat64Array.h>
#include <asynFloat64ArraySyncIO.h>
#include <asynFloat64SyncIO.h>
#include <asynGenericPointer.h>
#include <asynGenericPointerSyncIO.h>
#include <asynInt16Array.h>
#include <asynInt16ArraySyncIO.h>
#include <asynInt32.h>
#include <asynInt32Array.h>
#include <asynInt32ArraySyncIO.h>
#include <asynInt32SyncIO.h>
#include <asynInt64.h>
#include <asynInt64Array.h>
#include <asynInt64ArraySyncIO.h>
#include <asynInt64SyncIO.h>
#include <asynInt8Array.h>
#include <asynInt8ArraySyncIO.h>
#include <asynOctet.h>
#include <asynOctetSyncIO.h>
#include <asynOption.h>
#include <asynOptionSyncIO.h>
#include <asynUInt32Digital.h>
#include <asynUInt32DigitalSyncIO.h>

#include "interfaces/syncIO.h"

using namespace syncIO;

namespace
{

#define SCALAR_SYNCIO(NAME, TYPE)                                                                  \
    const char *const type##NAME = asyn##NAME##Type;                                               \
    using Io##NAME = Io<asyn##NAME, type##NAME>;                                                   \
    asynStatus write##NAME(asynUser *user, TYPE value, double timeout)                             \
    {                                                                                              \
        return Io##NAME::call(user, timeout, &asyn##NAME::write, value);                           \
    }                                                                                              \
    asynStatus read##NAME(asynUser *user, TYPE *value, double timeout)                             \
    {                                                                                              \
        return Io##NAME::call(user, timeout, &asyn##NAME::read, value);                            \
    }                                                                                              \
    asynStatus writeOnce##NAME(const char *port, int addr, TYPE value, double timeout,             \
                               const char *drvInfo)                                                \
    {                                                                                              \
        return Io##NAME::once(port, addr, drvInfo, timeout, &asyn##NAME::write, value);            \
    }                                                                                              \
    asynStatus readOnce##NAME(const char *port, int addr, TYPE *value, double timeout,             \
                              const char *drvInfo)                                                 \
    {                                                                                              \
        return Io##NAME::once(port, addr, drvInfo, timeout, &asyn##NAME::read, value);             \
    }

#define BOUNDED_SYNCIO(NAME, TYPE)                                                                 \
    SCALAR_SYNCIO(NAME, TYPE)                                                                      \
    asynStatus bounds##NAME(asynUser *user, TYPE *low, TYPE *high)                                 \
    {                                                                                              \
        return Io##NAME::call(user, 1.0, &asyn##NAME::getBounds, low, high);                       \
    }                                                                                              \
    asynStatus boundsOnce##NAME(const char *port, int addr, TYPE *low, TYPE *high,                 \
                                const char *drvInfo)                                               \
    {                                                                                              \
        return Io##NAME::once(port, addr, drvInfo, 1.0, &asyn##NAME::getBounds, low, high);        \
    }                                                                                              \
    asyn##NAME##SyncIO table##NAME = {Io##NAME::connect, disconnect,      write##NAME,             \
                                      read##NAME,        bounds##NAME,    writeOnce##NAME,         \
                                      readOnce##NAME,    boundsOnce##NAME};

BOUNDED_SYNCIO(Int32, epicsInt32)
BOUNDED_SYNCIO(Int64, epicsInt64)
SCALAR_SYNCIO(Float64, epicsFloat64)
asynFloat64SyncIO tableFloat64 = {IoFloat64::connect, disconnect,       writeFloat64,
                                  readFloat64,        writeOnceFloat64, readOnceFloat64};

#define ARRAY_SYNCIO(NAME, TYPE)                                                                   \
    const char *const type##NAME = asyn##NAME##Type;                                               \
    using Io##NAME = Io<asyn##NAME, type##NAME>;                                                   \
    asynStatus write##NAME(asynUser *user, TYPE *value, size_t count, double timeout)              \
    {                                                                                              \
        return Io##NAME::call(user, timeout, &asyn##NAME::write, value, count);                    \
    }                                                                                              \
    asynStatus read##NAME(asynUser *user, TYPE *value, size_t count, size_t *in, double timeout)   \
    {                                                                                              \
        return Io##NAME::call(user, timeout, &asyn##NAME::read, value, count, in);                 \
    }                                                                                              \
    asynStatus writeOnce##NAME(const char *port, int addr, TYPE *value, size_t count,              \
                               double timeout, const char *drvInfo)                                \
    {                                                                                              \
        return Io##NAME::once(port, addr, drvInfo, timeout, &asyn##NAME::write, value, count);     \
    }                                                                                              \
    asynStatus readOnce##NAME(const char *port, int addr, TYPE *value, size_t count, size_t *in,   \
                              double timeout, const char *drvInfo)                                 \
    {                                                                                              \
        return Io##NAME::once(port, addr, drvInfo, timeout, &asyn##NAME::read, value, count, in);  \
    }                                                                                              \
    asyn##NAME##SyncIO table##NAME = {Io##NAME::connect, disconnect,      write##NAME,             \
                                      read##NAME,        writeOnce##NAME, readOnce##NAME};

ARRAY_SYNCIO(Int8Array, epicsInt8)
ARRAY_SYNCIO(Int16Array, epicsInt16)
ARRAY_SYNCIO(Int32Array, epicsInt32)
ARRAY_SYNCIO(Int64Array, epicsInt64)
ARRAY_SYNCIO(Float32Array, epicsFloat32)
ARRAY_SYNCIO(Float64Array, epicsFloat64)

const char *const typeDigital = asynUInt32DigitalType;
using Digital = Io<asynUInt32Digital, typeDigital>;
asynUInt32DigitalSyncIO tableDigital = {
    Digital::connect,
    disconnect,
    [](asynUser *user, epicsUInt32 value, epicsUInt32 mask, double timeout) {
        return Digital::call(user, timeout, &asynUInt32Digital::write, value, mask);
    },
    [](asynUser *user, epicsUInt32 *value, epicsUInt32 mask, double timeout) {
        return Digital::call(user, timeout, &asynUInt32Digital::read, value, mask);
    },
    [](asynUser *user, epicsUInt32 mask, interruptReason reason, double timeout) {
        return Digital::call(user, timeout, &asynUInt32Digital::setInterrupt, mask, reason);
    },
    [](asynUser *user, epicsUInt32 mask, double timeout) {
        return Digital::call(user, timeout, &asynUInt32Digital::clearInterrupt, mask);
    },
    [](asynUser *user, epicsUInt32 *mask, interruptReason reason, double timeout) {
        return Digital::call(user, timeout, &asynUInt32Digital::getInterrupt, mask, reason);
    },
    [](const char *port, int addr, epicsUInt32 value, epicsUInt32 mask, double timeout,
       const char *drvInfo) {
        return Digital::once(port, addr, drvInfo, timeout, &asynUInt32Digital::write, value, mask);
    },
    [](const char *port, int addr, epicsUInt32 *value, epicsUInt32 mask, double timeout,
       const char *drvInfo) {
        return Digital::once(port, addr, drvInfo, timeout, &asynUInt32Digital::read, value, mask);
    },
    [](const char *port, int addr, epicsUInt32 mask, interruptReason reason, double timeout,
       const char *drvInfo) {
        return Digital::once(port, addr, drvInfo, timeout, &asynUInt32Digital::setInterrupt, mask,
                             reason);
    },
    [](const char *port, int addr, epicsUInt32 mask, double timeout, const char *drvInfo) {
        return Digital::once(port, addr, drvInfo, timeout, &asynUInt32Digital::clearInterrupt,
                             mask);
    },
    [](const char *port, int addr, epicsUInt32 *mask, interruptReason reason, double timeout,
       const char *drvInfo) {
        return Digital::once(port, addr, drvInfo, timeout, &asynUInt32Digital::getInterrupt, mask,
                             reason);
    },
};

const char *const typeEnum = asynEnumType;
using Enum = Io<asynEnum, typeEnum>;
asynEnumSyncIO tableEnum = {
    Enum::connect,
    disconnect,
    [](asynUser *user, char **strings, int *values, int *severities, size_t count, double timeout) {
        return Enum::call(user, timeout, &asynEnum::write, strings, values, severities, count);
    },
    [](asynUser *user, char **strings, int *values, int *severities, size_t count, size_t *in,
       double timeout) {
        return Enum::call(user, timeout, &asynEnum::read, strings, values, severities, count, in);
    },
    [](const char *port, int addr, char **strings, int *values, int *severities, size_t count,
       double timeout, const char *drvInfo) {
        return Enum::once(port, addr, drvInfo, timeout, &asynEnum::write, strings, values,
                          severities, count);
    },
    [](const char *port, int addr, char **strings, int *values, int *severities, size_t count,
       size_t *in, double timeout, const char *drvInfo) {
        return Enum::once(port, addr, drvInfo, timeout, &asynEnum::read, strings, values,
                          severities, count, in);
    },
};

const char *const typePointer = asynGenericPointerType;
using Pointer = Io<asynGenericPointer, typePointer>;

asynStatus writeReadPointer(asynUser *user, void *out, void *in, double timeout)
{
    const asynStatus status = Pointer::call(user, timeout, &asynGenericPointer::write, out);
    return status == asynSuccess ? Pointer::call(user, timeout, &asynGenericPointer::read, in)
                                 : status;
}

asynGenericPointerSyncIO tablePointer = {
    Pointer::connect,
    disconnect,
    [](asynUser *user, void *value, double timeout) {
        return Pointer::call(user, timeout, &asynGenericPointer::write, value);
    },
    [](asynUser *user, void *value, double timeout) {
        return Pointer::call(user, timeout, &asynGenericPointer::read, value);
    },
    writeReadPointer,
    [](const char *port, int addr, void *value, double timeout, const char *drvInfo) {
        return Pointer::once(port, addr, drvInfo, timeout, &asynGenericPointer::write, value);
    },
    [](const char *port, int addr, void *value, double timeout, const char *drvInfo) {
        return Pointer::once(port, addr, drvInfo, timeout, &asynGenericPointer::read, value);
    },
    [](const char *port, int addr, void *out, void *in, double timeout, const char *drvInfo) {
        return Pointer::with(port, addr, drvInfo, [=](asynUser *user) {
            return writeReadPointer(user, out, in, timeout);
        });
    },
};

const char *const typeOption = asynOptionType;
using Option = Io<asynOption, typeOption>;
asynOptionSyncIO tableOption = {
    Option::connect,
    disconnect,
    [](asynUser *user, const char *key, const char *value, double timeout) {
        return Option::call(user, timeout, &asynOption::setOption, key, value);
    },
    [](asynUser *user, const char *key, char *value, int size, double timeout) {
        return Option::call(user, timeout, &asynOption::getOption, key, value, size);
    },
    [](const char *port, int addr, const char *key, const char *value, double timeout,
       const char *drvInfo) {
        return Option::once(port, addr, drvInfo, timeout, &asynOption::setOption, key, value);
    },
    [](const char *port, int addr, const char *key, char *value, int size, double timeout,
       const char *drvInfo) {
        return Option::once(port, addr, drvInfo, timeout, &asynOption::getOption, key, value, size);
    },
};

const char *const typeCommon = asynCommonType;
using Common = Io<asynCommon, typeCommon>;
asynCommonSyncIO tableCommon = {
    Common::connect,
    disconnect,
    [](asynUser *user) { return Common::callLocked(user, &asynCommon::connect); },
    [](asynUser *user) { return Common::callLocked(user, &asynCommon::disconnect); },
    [](asynUser *user, FILE *fp, int details) {
        return portManager::reportDriver(user, fp, details);
    },
};

} // namespace

extern "C" {
ASYN_API asynInt32SyncIO *pasynInt32SyncIO = &tableInt32;
ASYN_API asynInt64SyncIO *pasynInt64SyncIO = &tableInt64;
ASYN_API asynFloat64SyncIO *pasynFloat64SyncIO = &tableFloat64;
ASYN_API asynUInt32DigitalSyncIO *pasynUInt32DigitalSyncIO = &tableDigital;
ASYN_API asynEnumSyncIO *pasynEnumSyncIO = &tableEnum;
ASYN_API asynGenericPointerSyncIO *pasynGenericPointerSyncIO = &tablePointer;
ASYN_API asynOptionSyncIO *pasynOptionSyncIO = &tableOption;
ASYN_API asynCommonSyncIO *pasynCommonSyncIO = &tableCommon;
ASYN_API asynInt8ArraySyncIO *pasynInt8ArraySyncIO = &tableInt8Array;
ASYN_API asynInt16ArraySyncIO *pasynInt16ArraySyncIO = &tableInt16Array;
ASYN_API asynInt32ArraySyncIO *pasynInt32ArraySyncIO = &tableInt32Array;
ASYN_API asynInt64ArraySyncIO *pasynInt64ArraySyncIO = &tableInt64Array;
ASYN_API asynFloat32ArraySyncIO *pasynFloat32ArraySyncIO = &tableFloat32Array;
ASYN_API asynFloat64ArraySyncIO *pasynFloat64ArraySyncIO = &tableFloat64Array;
}
