// Arrays, enums, pointers and options: not kept by asynPortDriver, so that reading and writing them
// is the driver's matter. Their callbacks go to the clients as they come, without any lock.
#include <string>

#include "driver/driverState.h"
#include "interfaces/interruptClients.h"
#include "interfaces/interruptGuard.h"
#include "manager/portManager.h"

#include <epicsStdio.h>

namespace
{

asynStatus notSupported(asynPortDriver &driver, asynUser *user, const char *method)
{
    const char *name = "?";
    int addr = 0;
    pasynManager->getAddr(user, &addr);
    driver.getParamName(addr < 0 ? 0 : addr, user->reason, &name);
    epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                  "port %s: %s of parameter %s is not implemented by the driver", driver.portName,
                  method, name);
    return asynError;
}

// Whose clients are called.
struct Called {
    const char *port;
    const std::string *name; // NULL for a reason that is the driver's own
    int reason;
    int addr;
};

// What goes with a value that is not in the list: status, alarm, time.
struct Companion {
    asynStatus status = asynSuccess;
    int alarmStatus = 0, alarmSeverity = 0;
    epicsTimeStamp when{};
    Called called{};
};

template <typename Interrupt, typename Call>
void callClients(void *pvt, const Called &called, Call call)
{
    InterruptClients clients(pvt);
    clients.each<Interrupt>([&](Interrupt &client) {
        if (client.pasynUser->reason == called.reason &&
            InterruptClients::atAddress(client.addr, called.addr))
            callGuarded(called.port, called.name, client, [&] { call(client); });
    });
}

void stamp(asynUser &user, const Companion &with)
{
    user.auxStatus = with.status;
    user.alarmStatus = with.alarmStatus;
    user.alarmSeverity = with.alarmSeverity;
    user.timestamp = with.when;
}

// Several threads may call at once, without any lock. A prompt client looks at no more than the
// members of what it is handed, so that each call has a copy for it: a lock that is held while
// clients are called would be one more for them to wait in a circle with. Other clients get the
// asynUser that they registered with, as on asyn: a driver that calls those from several threads
// keeps the calls apart itself.
template <typename Interrupt, typename Call>
asynStatus callStamped(const Companion &with, void *pvt, Call call)
{
    callClients<Interrupt>(pvt, with.called, [&](Interrupt &client) {
        if (portManager::isPrompt(client.pasynUser)) {
            asynUser copy = *client.pasynUser;
            stamp(copy, with);
            call(client, copy);
        } else {
            stamp(*client.pasynUser, with);
            call(client, *client.pasynUser);
        }
    });
    return asynSuccess;
}

// Read under the port lock, which is given back before any client is called. A reason that is not
// in the list is one of the driver's own: its clients are called all the same.
Companion companionOf(asynPortDriver &driver, portDriverState &state, int reason, int addr)
{
    Companion with;
    with.called = {driver.portName, nullptr, reason, addr};
    DriverLock lock(driver);
    driver.getTimeStamp(&with.when);
    ParamList *list = state.list(addr);
    if (const Parameter *parameter = list ? list->at(reason) : nullptr) {
        with.status = parameter->status;
        with.alarmStatus = parameter->alarmStatus;
        with.alarmSeverity = parameter->alarmSeverity;
        with.called.name = &parameter->name; // it stays where it is, and what it is
    }
    return with;
}

template <typename Interrupt, typename Value>
asynStatus callArray(const Companion &with, void *pvt, Value *value, size_t count)
{
    return callStamped<Interrupt>(with, pvt, [=](Interrupt &client, asynUser &user) {
        client.callback(client.userPvt, &user, value, count);
    });
}

} // namespace

#define ARRAY_METHODS(NAME, TYPE, FIELD)                                                           \
    asynStatus asynPortDriver::read##NAME(asynUser *pasynUser, TYPE *, size_t, size_t *nIn)        \
    {                                                                                              \
        *nIn = 0;                                                                                  \
        return notSupported(*this, pasynUser, "read" #NAME);                                       \
    }                                                                                              \
    asynStatus asynPortDriver::write##NAME(asynUser *pasynUser, TYPE *, size_t)                    \
    {                                                                                              \
        return notSupported(*this, pasynUser, "write" #NAME);                                      \
    }                                                                                              \
    asynStatus asynPortDriver::doCallbacks##NAME(TYPE *value, size_t nElements, int reason,        \
                                                 int addr)                                         \
    {                                                                                              \
        return callArray<asyn##NAME##Interrupt>(companionOf(*this, *state_, reason, addr),         \
                                                pasynStdInterfaces->FIELD##InterruptPvt, value,    \
                                                nElements);                                        \
    }

ARRAY_METHODS(Int8Array, epicsInt8, int8Array)
ARRAY_METHODS(Int16Array, epicsInt16, int16Array)
ARRAY_METHODS(Int32Array, epicsInt32, int32Array)
ARRAY_METHODS(Int64Array, epicsInt64, int64Array)
ARRAY_METHODS(Float32Array, epicsFloat32, float32Array)
ARRAY_METHODS(Float64Array, epicsFloat64, float64Array)
#undef ARRAY_METHODS

asynStatus asynPortDriver::readGenericPointer(asynUser *pasynUser, void *)
{
    return notSupported(*this, pasynUser, "readGenericPointer");
}

asynStatus asynPortDriver::writeGenericPointer(asynUser *pasynUser, void *)
{
    return notSupported(*this, pasynUser, "writeGenericPointer");
}

asynStatus asynPortDriver::doCallbacksGenericPointer(void *pointer, int reason, int addr)
{
    return callStamped<asynGenericPointerInterrupt>(
        companionOf(*this, *state_, reason, addr), pasynStdInterfaces->genericPointerInterruptPvt,
        [=](asynGenericPointerInterrupt &client, asynUser &user) {
            client.callback(client.userPvt, &user, pointer);
        });
}

asynStatus asynPortDriver::readOption(asynUser *pasynUser, const char *, char *, int)
{
    return notSupported(*this, pasynUser, "readOption");
}

asynStatus asynPortDriver::writeOption(asynUser *pasynUser, const char *, const char *)
{
    return notSupported(*this, pasynUser, "writeOption");
}

asynStatus asynPortDriver::readEnum(asynUser *pasynUser, char **, int *, int *, size_t, size_t *nIn)
{
    *nIn = 0;
    return notSupported(*this, pasynUser, "readEnum");
}

asynStatus asynPortDriver::writeEnum(asynUser *pasynUser, char **, int *, int *, size_t)
{
    return notSupported(*this, pasynUser, "writeEnum");
}

// Choices have neither status nor time: the client's asynUser stays as its last value left it.
asynStatus asynPortDriver::doCallbacksEnum(char *strings[], int values[], int severities[],
                                           size_t nElements, int reason, int addr)
{
    callClients<asynEnumInterrupt>(pasynStdInterfaces->enumInterruptPvt,
                                   Called{portName, nullptr, reason, addr},
                                   [=](asynEnumInterrupt &client) {
                                       client.callback(client.userPvt, client.pasynUser, strings,
                                                       values, severities, nElements);
                                   });
    return asynSuccess;
}
