// registerInterruptUser and cancelInterruptUser of every interface. The driver calls back in the
// thread that writes COMMAND.
#include <string>

#include "client.h"

namespace
{

// What came by callbacks.
struct Seen {
    int count = 0;
    double value = 0;
    std::string text;
    epicsTimeStamp time = {0, 0};
    asynStatus status = asynSuccess;
    int alarmStatus = 0, alarmSeverity = 0;
};

Seen &seenBy(void *pvt, asynUser *user)
{
    auto &seen = *static_cast<Seen *>(pvt);
    ++seen.count;
    seen.time = user->timestamp;
    seen.status = static_cast<asynStatus>(user->auxStatus);
    seen.alarmStatus = user->alarmStatus;
    seen.alarmSeverity = user->alarmSeverity;
    return seen;
}

template <typename T> void scalarCallback(void *pvt, asynUser *user, T value)
{
    seenBy(pvt, user).value = static_cast<double>(value);
}

void octetCallback(void *pvt, asynUser *user, char *data, size_t count, int)
{
    seenBy(pvt, user).text.assign(data, strnlen(data, count));
}

// The value is the last element's.
template <typename T> void arrayCallback(void *pvt, asynUser *user, T *values, size_t count)
{
    Seen &seen = seenBy(pvt, user);
    seen.text = std::to_string(count);
    seen.value = static_cast<double>(values[count - 1]);
}

void pointerCallback(void *pvt, asynUser *user, void *pointer)
{
    seenBy(pvt, user).value = static_cast<EveryPointer *>(pointer)->answer;
}

void enumCallback(void *pvt, asynUser *user, char *strings[], int values[], int severities[],
                  size_t count)
{
    Seen &seen = seenBy(pvt, user);
    seen.text = strings[count - 1];
    seen.value = values[count - 1] * 10 + severities[count - 1];
}

// A callback that comes while it is registered, and not afterwards.
template <typename Table, typename Callback, typename... More>
Seen seen(const char *port, const char *type, const char *drvInfo, EveryCommand what,
          Callback callback, More... mask)
{
    const std::string rule = std::string("interrupt ") + drvInfo + " " + type;
    Seen result;
    void *pvt = nullptr, *registrar = nullptr;
    Client client(port, 1, drvInfo);
    auto *table = client.find<Table>(type, pvt);
    if (!check((rule + " interface").c_str(), table != nullptr))
        return result;
    checkInt((rule + " registerInterruptUser").c_str(),
             table->registerInterruptUser(pvt, client.user, callback, &result, mask..., &registrar),
             asynSuccess);
    command(port, 0, what);
    checkInt((rule + " not of another address").c_str(), result.count, 0);
    command(port, 1, what);
    checkInt((rule + " comes").c_str(), result.count, 1);
    checkInt((rule + " cancelInterruptUser").c_str(),
             table->cancelInterruptUser(pvt, client.user, registrar), asynSuccess);
    const Seen before = result;
    command(port, 1, everyWell);
    command(port, 1, what);
    checkInt((rule + " comes no more").c_str(), result.count, before.count);
    return before;
}

// Other values than those that are published, at both addresses.
void reset(const char *port)
{
    for (int addr = 0; addr < 2; ++addr) {
        pasynInt32SyncIO->writeOnce(port, addr, 0, 10.0, "I32");
        everyInterface *driver = findDerivedAsynPortDriver<everyInterface>(port);
        driver->lock();
        driver->setInteger64Param(addr, driver->p.i64, 0);
        driver->setUIntDigitalParam(addr, driver->p.bits, 0, 0xFFFFFFFF);
        driver->setDoubleParam(addr, driver->p.f64, 0);
        driver->setStringParam(addr, driver->p.text, "");
        driver->callParamCallbacks(addr);
        driver->unlock();
    }
}

void scalars(const char *port)
{
    reset(port);
    Seen all =
        seen<asynInt32>(port, asynInt32Type, "I32", everyScalars, scalarCallback<epicsInt32>);
    checkDouble("interrupt int32", all.value, 11);
    check("interrupt time stamp", all.time.secPastEpoch == 1000000 && all.time.nsec == 500);
    reset(port);
    all = seen<asynInt64>(port, asynInt64Type, "I64", everyScalars, scalarCallback<epicsInt64>);
    checkDouble("interrupt int64", all.value, 34359738368.0);
    reset(port);
    all = seen<asynUInt32Digital>(port, asynUInt32DigitalType, "BITS", everyScalars,
                                  scalarCallback<epicsUInt32>, epicsUInt32(0xF0));
    checkDouble("interrupt bits under a mask", all.value, 0x50);
    reset(port);
    all =
        seen<asynFloat64>(port, asynFloat64Type, "F64", everyScalars, scalarCallback<epicsFloat64>);
    checkDouble("interrupt float64", all.value, 1.5);
    reset(port);
    all = seen<asynOctet>(port, asynOctetType, "TEXT", everyScalars, octetCallback);
    checkText("interrupt octet", all.text.c_str(), "published");
    reset(port);
}

void arrays(const char *port)
{
    Seen all = seen<asynInt8Array>(port, asynInt8ArrayType, "I8ARRAY", everyArrays,
                                   arrayCallback<epicsInt8>);
    check("interrupt int8 array", all.text == "2" && all.value == -1);
    all = seen<asynInt16Array>(port, asynInt16ArrayType, "I16ARRAY", everyArrays,
                               arrayCallback<epicsInt16>);
    check("interrupt int16 array", all.text == "3" && all.value == 2);
    all = seen<asynInt32Array>(port, asynInt32ArrayType, "I32ARRAY", everyArrays,
                               arrayCallback<epicsInt32>);
    check("interrupt int32 array", all.text == "4" && all.value == -3);
    all = seen<asynInt64Array>(port, asynInt64ArrayType, "I64ARRAY", everyArrays,
                               arrayCallback<epicsInt64>);
    check("interrupt int64 array", all.text == "1" && all.value == 1099511627776.0);
    all = seen<asynFloat32Array>(port, asynFloat32ArrayType, "F32ARRAY", everyArrays,
                                 arrayCallback<epicsFloat32>);
    check("interrupt float32 array", all.text == "2" && all.value == -0.5);
    all = seen<asynFloat64Array>(port, asynFloat64ArrayType, "F64ARRAY", everyArrays,
                                 arrayCallback<epicsFloat64>);
    check("interrupt float64 array", all.text == "3" && all.value == 0.125);
    all = seen<asynGenericPointer>(port, asynGenericPointerType, "POINTER", everyArrays,
                                   pointerCallback);
    checkDouble("interrupt pointer", all.value, 77);
    all = seen<asynEnum>(port, asynEnumType, "I32", everyArrays, enumCallback);
    check("interrupt enum", all.text == "on" && all.value == 12);
}

void statuses(const char *port)
{
    Seen all = seen<asynInt32>(port, asynInt32Type, "I32", everyFail, scalarCallback<epicsInt32>);
    checkInt("interrupt with a status", all.status, asynTimeout);
    command(port, 0, everyWell);
    command(port, 1, everyWell);
    all = seen<asynInt32>(port, asynInt32Type, "I32", everyAlarm, scalarCallback<epicsInt32>);
    check("interrupt with an alarm", all.alarmStatus != 0 && all.alarmSeverity == 1);
    command(port, 0, everyWell);
    command(port, 1, everyWell);
}

// Bits that do not change call back where the driver says so.
void unchangedBits(const char *port)
{
    Seen result;
    void *pvt = nullptr, *registrar = nullptr;
    Client client(port, 1, "BITS");
    auto *table = client.find<asynUInt32Digital>(asynUInt32DigitalType, pvt);
    command(port, 1, everyBits);
    table->registerInterruptUser(pvt, client.user, scalarCallback<epicsUInt32>, &result, 0x0F,
                                 &registrar);
    command(port, 1, everyBits);
    checkInt("interrupt of bits that the driver names", result.count, 1);
    checkDouble("interrupt of bits, unchanged", result.value, 0);
    table->cancelInterruptUser(pvt, client.user, registrar);
}

// The way that asyn...Base tables go, by hand.
void nodes(const char *port)
{
    Client client(port, 1, "I32");
    void *source = nullptr;
    everyInterface *driver = findDerivedAsynPortDriver<everyInterface>(port);
    const int before = driver->clientsOfInt32(1);
    checkInt("node getInterruptPvt",
             pasynManager->getInterruptPvt(client.user, asynInt32Type, &source), asynSuccess);
    check("node source", source == driver->getAsynStdInterfaces()->int32InterruptPvt);
    interruptNode *node = pasynManager->createInterruptNode(source);
    Seen result;
    asynInt32Interrupt mine = {1, client.user, scalarCallback<epicsInt32>, &result};
    node->drvPvt = &mine;
    checkInt("node addInterruptUser", pasynManager->addInterruptUser(client.user, node),
             asynSuccess);
    pasynInt32SyncIO->writeOnce(port, 1, 77, 10.0, "I32");
    checkDouble("node called", result.value, 77);
    checkInt("node walk by the driver", driver->clientsOfInt32(1), before + 1);
    command(port, 1, everyWalk);
    epicsInt32 walked = 0;
    pasynInt32SyncIO->readOnce(port, 1, &walked, 10.0, "WALKED");
    checkInt("node walk in a request", walked, before + 1);
    checkInt("node removeInterruptUser", pasynManager->removeInterruptUser(client.user, node),
             asynSuccess);
    checkInt("node freeInterruptNode", pasynManager->freeInterruptNode(client.user, node),
             asynSuccess);
    checkInt("node gone", driver->clientsOfInt32(1), before);
}

volatile int ticks;

void tickCallback(void *, asynUser *, epicsInt32 value)
{
    __atomic_store_n(&ticks, value, __ATOMIC_RELEASE);
}

void fromAnotherThread(const char *port)
{
    Client client(port, 0, "TICKS");
    void *pvt = nullptr, *registrar = nullptr;
    auto *table = client.find<asynInt32>(asynInt32Type, pvt);
    __atomic_store_n(&ticks, 0, __ATOMIC_RELEASE);
    epicsInt32 before = 0;
    pasynInt32SyncIO->readOnce(port, 0, &before, 10.0, "TICKS");
    table->registerInterruptUser(pvt, client.user, tickCallback, nullptr, &registrar);
    command(port, 0, everyTick);
    check("interrupt from the driver's thread", becomesInt(&ticks, before + 1));
    table->cancelInterruptUser(pvt, client.user, registrar);
}

} // namespace

void clientInterrupts(const char *port)
{
    scalars(port);
    arrays(port);
    statuses(port);
    unchangedBits(port);
    nodes(port);
    fromAnotherThread(port);
}
