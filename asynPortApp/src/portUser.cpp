// asynUser: the clients of ports.
#include <cstdlib>
#include <cstring>

#include "portManager.h"

#include <epicsStdio.h>

namespace portManager
{

asynStatus fail(asynUser *user, asynStatus status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (user && user->errorMessage)
        epicsVsnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize), format,
                       arguments);
    va_end(arguments);
    return status;
}

Device *deviceOf(asynUser *user, const char *function)
{
    Device *device = User::of(user).device;
    if (!device)
        fail(user, asynError, "asynManager::%s: the asynUser is not connected to a port", function);
    return device;
}

asynUser *createAsynUser(userCallback process, userCallback timeout)
{
    auto *user = new User;
    user->process = process;
    user->timeoutCallback = timeout;
    user->user.errorMessage = user->message;
    user->user.errorMessageSize = sizeof user->message;
    return &user->user;
}

asynUser *duplicateAsynUser(asynUser *user, userCallback process, userCallback timeout)
{
    asynUser *copy = createAsynUser(process, timeout);
    User::of(copy).device = User::of(user).device;
    copy->timeout = user->timeout;
    copy->userPvt = user->userPvt;
    copy->userData = user->userData;
    copy->drvUser = user->drvUser;
    copy->reason = user->reason;
    copy->timestamp = user->timestamp;
    copy->auxStatus = user->auxStatus;
    copy->alarmStatus = user->alarmStatus;
    copy->alarmSeverity = user->alarmSeverity;
    return copy;
}

asynStatus freeAsynUser(asynUser *pasynUser)
{
    User &user = User::of(pasynUser);
    if (user.device) {
        Guard guard(user.device->port->state);
        if (user.state == RequestState::queued)
            return fail(pasynUser, asynError, "asynManager::freeAsynUser: a request is queued");
        for (const ExceptionClient &client : user.device->exceptionClients)
            if (client.user == &user)
                return fail(pasynUser, asynError,
                            "asynManager::freeAsynUser: an exception callback is registered");
        if (user.state == RequestState::running) {
            user.freeAfterRun = true; // a process callback that frees its own asynUser
            return asynSuccess;
        }
    }
    delete &user;
    return asynSuccess;
}

void *memMalloc(size_t size)
{
    return std::calloc(1, size);
}

void memFree(void *memory, size_t)
{
    std::free(memory);
}

asynStatus isMultiDevice(asynUser *user, const char *portName, int *yesNo)
{
    Port *port = findPort(portName);
    if (!port)
        return fail(user, asynError, "port %s is not known", portName);
    *yesNo = port->multiDevice();
    return asynSuccess;
}

asynStatus connectDevice(asynUser *pasynUser, const char *portName, int addr)
{
    User &user = User::of(pasynUser);
    if (user.device)
        return fail(pasynUser, asynError,
                    "asynManager::connectDevice: connected to port %s already",
                    user.device->port->name.c_str());
    Port *port = findPort(portName ? portName : "");
    if (!port)
        return fail(pasynUser, asynError, "port %s is not known", portName ? portName : "(none)");
    user.device = &port->device(addr);
    return asynSuccess;
}

asynStatus disconnect(asynUser *pasynUser)
{
    User &user = User::of(pasynUser);
    if (!deviceOf(pasynUser, "disconnect"))
        return asynError;
    Guard guard(user.device->port->state);
    if (user.state != RequestState::idle)
        return fail(pasynUser, asynError, "asynManager::disconnect: a request is queued");
    for (const ExceptionClient &client : user.device->exceptionClients)
        if (client.user == &user)
            return fail(pasynUser, asynError,
                        "asynManager::disconnect: an exception callback is registered");
    user.device = nullptr;
    return asynSuccess;
}

asynStatus canBlock(asynUser *user, int *yesNo)
{
    Device *device = deviceOf(user, "canBlock");
    if (!device)
        return asynError;
    *yesNo = device->port->canBlock();
    return asynSuccess;
}

asynStatus getAddr(asynUser *user, int *addr)
{
    Device *device = deviceOf(user, "getAddr");
    if (!device)
        return asynError;
    *addr = device->port->multiDevice() ? device->address : -1;
    return asynSuccess;
}

asynStatus getPortName(asynUser *user, const char **name)
{
    Device *device = deviceOf(user, "getPortName");
    if (!device)
        return asynError;
    *name = device->port->name.c_str();
    return asynSuccess;
}

} // namespace portManager
