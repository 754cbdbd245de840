#include "interfaces/base.h"

#include <asynStandardInterfaces.h>

using interfaceBase::fillIn;
using interfaceBase::notSupported;

namespace
{

// Everything an interface needs, for interfaces whose read takes one pointer and whose write one
// value.
#define SCALAR_BASE(NAME, TYPE, WRITTEN, EXTRA)                                                    \
    const char *const type##NAME = asyn##NAME##Type;                                               \
    using Clients##NAME =                                                                          \
        interfaceBase::Clients<asyn##NAME##Interrupt, interruptCallback##NAME, type##NAME>;        \
    asynStatus write##NAME(void *, asynUser *user, WRITTEN)                                        \
    {                                                                                              \
        return notSupported(user, type##NAME, "write");                                            \
    }                                                                                              \
    asynStatus read##NAME(void *, asynUser *user, TYPE)                                            \
    {                                                                                              \
        return notSupported(user, type##NAME, "read");                                             \
    }                                                                                              \
    asynStatus initialize##NAME(const char *portName, asynInterface *interface)                    \
    {                                                                                              \
        auto &table = *static_cast<asyn##NAME *>(interface->pinterface);                           \
        fillIn(table.write, write##NAME);                                                          \
        fillIn(table.read, read##NAME);                                                            \
        fillIn(table.registerInterruptUser, Clients##NAME::add);                                   \
        fillIn(table.cancelInterruptUser, Clients##NAME::cancel);                                  \
        EXTRA;                                                                                     \
        return pasynManager->registerInterface(portName, interface);                               \
    }                                                                                              \
    asyn##NAME##Base base##NAME = {initialize##NAME};

template <typename Value> asynStatus noBounds(void *, asynUser *, Value *low, Value *high)
{
    *low = *high = 0;
    return asynSuccess;
}

SCALAR_BASE(Int32, epicsInt32 *, epicsInt32, fillIn(table.getBounds, noBounds<epicsInt32>))
SCALAR_BASE(Int64, epicsInt64 *, epicsInt64, fillIn(table.getBounds, noBounds<epicsInt64>))
SCALAR_BASE(Float64, epicsFloat64 *, epicsFloat64, (void)0)
SCALAR_BASE(GenericPointer, void *, void *, (void)0)

#define ARRAY_BASE(NAME, TYPE)                                                                     \
    const char *const type##NAME = asyn##NAME##Type;                                               \
    using Clients##NAME =                                                                          \
        interfaceBase::Clients<asyn##NAME##Interrupt, interruptCallback##NAME, type##NAME>;        \
    asynStatus write##NAME(void *, asynUser *user, TYPE *, size_t)                                 \
    {                                                                                              \
        return notSupported(user, type##NAME, "write");                                            \
    }                                                                                              \
    asynStatus read##NAME(void *, asynUser *user, TYPE *, size_t, size_t *)                        \
    {                                                                                              \
        return notSupported(user, type##NAME, "read");                                             \
    }                                                                                              \
    asynStatus initialize##NAME(const char *portName, asynInterface *interface)                    \
    {                                                                                              \
        auto &table = *static_cast<asyn##NAME *>(interface->pinterface);                           \
        fillIn(table.write, write##NAME);                                                          \
        fillIn(table.read, read##NAME);                                                            \
        fillIn(table.registerInterruptUser, Clients##NAME::add);                                   \
        fillIn(table.cancelInterruptUser, Clients##NAME::cancel);                                  \
        return pasynManager->registerInterface(portName, interface);                               \
    }                                                                                              \
    asyn##NAME##Base base##NAME = {initialize##NAME};

ARRAY_BASE(Int8Array, epicsInt8)
ARRAY_BASE(Int16Array, epicsInt16)
ARRAY_BASE(Int32Array, epicsInt32)
ARRAY_BASE(Int64Array, epicsInt64)
ARRAY_BASE(Float32Array, epicsFloat32)
ARRAY_BASE(Float64Array, epicsFloat64)

const char *const typeEnum = asynEnumType;
using ClientsEnum = interfaceBase::Clients<asynEnumInterrupt, interruptCallbackEnum, typeEnum>;

asynStatus writeEnum(void *, asynUser *user, char **, int *, int *, size_t)
{
    return notSupported(user, typeEnum, "write");
}

asynStatus readEnum(void *, asynUser *user, char **, int *, int *, size_t, size_t *)
{
    return notSupported(user, typeEnum, "read");
}

asynStatus initializeEnum(const char *portName, asynInterface *interface)
{
    auto &table = *static_cast<asynEnum *>(interface->pinterface);
    fillIn(table.write, writeEnum);
    fillIn(table.read, readEnum);
    fillIn(table.registerInterruptUser, ClientsEnum::add);
    fillIn(table.cancelInterruptUser, ClientsEnum::cancel);
    return pasynManager->registerInterface(portName, interface);
}
asynEnumBase baseEnum = {initializeEnum};

const char *const typeDigital = asynUInt32DigitalType;
using ClientsDigital =
    interfaceBase::Clients<asynUInt32DigitalInterrupt, interruptCallbackUInt32Digital, typeDigital>;

asynStatus writeDigital(void *, asynUser *user, epicsUInt32, epicsUInt32)
{
    return notSupported(user, typeDigital, "write");
}

asynStatus readDigital(void *, asynUser *user, epicsUInt32 *, epicsUInt32)
{
    return notSupported(user, typeDigital, "read");
}

asynStatus setDigital(void *, asynUser *user, epicsUInt32, interruptReason)
{
    return notSupported(user, typeDigital, "setInterrupt");
}

asynStatus clearDigital(void *, asynUser *user, epicsUInt32)
{
    return notSupported(user, typeDigital, "clearInterrupt");
}

asynStatus getDigital(void *, asynUser *user, epicsUInt32 *, interruptReason)
{
    return notSupported(user, typeDigital, "getInterrupt");
}

asynStatus addDigital(void *, asynUser *user, interruptCallbackUInt32Digital callback,
                      void *userPvt, epicsUInt32 mask, void **registrarPvt)
{
    return ClientsDigital::addPrepared(
        user, callback, userPvt, registrarPvt,
        [mask](asynUInt32DigitalInterrupt &interrupt) { interrupt.mask = mask; });
}

asynStatus initializeDigital(const char *portName, asynInterface *interface)
{
    auto &table = *static_cast<asynUInt32Digital *>(interface->pinterface);
    fillIn(table.write, writeDigital);
    fillIn(table.read, readDigital);
    fillIn(table.setInterrupt, setDigital);
    fillIn(table.clearInterrupt, clearDigital);
    fillIn(table.getInterrupt, getDigital);
    fillIn(table.registerInterruptUser, addDigital);
    fillIn(table.cancelInterruptUser, ClientsDigital::cancel);
    return pasynManager->registerInterface(portName, interface);
}
asynUInt32DigitalBase baseDigital = {initializeDigital};

template <typename Base> asynStatus standard(const char *port, asynInterface &interface, Base &base,
                                             int canInterrupt, void **interruptPvt)
{
    if (!interface.pinterface)
        return asynSuccess;
    asynStatus status = base.initialize(port, &interface);
    if (status == asynSuccess && canInterrupt)
        status = pasynManager->registerInterruptSource(port, &interface, interruptPvt);
    return status;
}

asynStatus initializeStandard(const char *port, asynStandardInterfaces *all, asynUser *user,
                              void *pvt)
{
    asynInterface *const plain[] = {&all->common, &all->drvUser, &all->option};
    const char *const plainTypes[] = {asynCommonType, asynDrvUserType, asynOptionType};
    asynStatus status = asynSuccess;
    auto name = [pvt](asynInterface &interface, const char *type) {
        interface.interfaceType = type;
        interface.drvPvt = pvt;
    };
    for (int i = 0; i < 3 && status == asynSuccess; ++i)
        if (plain[i]->pinterface) {
            name(*plain[i], plainTypes[i]);
            status = pasynManager->registerInterface(port, plain[i]);
        }
#define STANDARD(FIELD, TYPE, BASE)                                                                \
    name(all->FIELD, TYPE);                                                                        \
    if (status == asynSuccess)                                                                     \
        status =                                                                                   \
            standard(port, all->FIELD, BASE, all->FIELD##CanInterrupt, &all->FIELD##InterruptPvt);
    STANDARD(uInt32Digital, asynUInt32DigitalType, baseDigital)
    STANDARD(int32, asynInt32Type, baseInt32)
    STANDARD(int64, asynInt64Type, baseInt64)
    STANDARD(float64, asynFloat64Type, baseFloat64)
    STANDARD(int8Array, asynInt8ArrayType, baseInt8Array)
    STANDARD(int16Array, asynInt16ArrayType, baseInt16Array)
    STANDARD(int32Array, asynInt32ArrayType, baseInt32Array)
    STANDARD(int64Array, asynInt64ArrayType, baseInt64Array)
    STANDARD(float32Array, asynFloat32ArrayType, baseFloat32Array)
    STANDARD(float64Array, asynFloat64ArrayType, baseFloat64Array)
    STANDARD(genericPointer, asynGenericPointerType, baseGenericPointer)
#undef STANDARD
    name(all->Enum, asynEnumType);
    if (status == asynSuccess)
        status = standard(port, all->Enum, baseEnum, all->enumCanInterrupt, &all->enumInterruptPvt);
    if (status == asynSuccess && all->octet.pinterface) {
        name(all->octet, asynOctetType);
        status = pasynOctetBase->initialize(port, &all->octet, all->octetProcessEosIn,
                                            all->octetProcessEosOut, all->octetInterruptProcess);
        if (status == asynSuccess && all->octetCanInterrupt)
            status =
                pasynManager->registerInterruptSource(port, &all->octet, &all->octetInterruptPvt);
    }
    if (status != asynSuccess && user)
        epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                      "port %s: an interface could not be registered", port);
    return status;
}
asynStandardInterfacesBase baseStandard = {initializeStandard};

} // namespace

extern "C" {
ASYN_API asynInt32Base *pasynInt32Base = &baseInt32;
ASYN_API asynInt64Base *pasynInt64Base = &baseInt64;
ASYN_API asynFloat64Base *pasynFloat64Base = &baseFloat64;
ASYN_API asynGenericPointerBase *pasynGenericPointerBase = &baseGenericPointer;
ASYN_API asynInt8ArrayBase *pasynInt8ArrayBase = &baseInt8Array;
ASYN_API asynInt16ArrayBase *pasynInt16ArrayBase = &baseInt16Array;
ASYN_API asynInt32ArrayBase *pasynInt32ArrayBase = &baseInt32Array;
ASYN_API asynInt64ArrayBase *pasynInt64ArrayBase = &baseInt64Array;
ASYN_API asynFloat32ArrayBase *pasynFloat32ArrayBase = &baseFloat32Array;
ASYN_API asynFloat64ArrayBase *pasynFloat64ArrayBase = &baseFloat64Array;
ASYN_API asynEnumBase *pasynEnumBase = &baseEnum;
ASYN_API asynUInt32DigitalBase *pasynUInt32DigitalBase = &baseDigital;
ASYN_API asynStandardInterfacesBase *pasynStandardInterfacesBase = &baseStandard;
}
