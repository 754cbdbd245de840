// asynUser: the clients of ports.
#include <cstdlib>
#include <cstring>
#include <deque>
#include <new>

#include "manager/port.h"
#include "manager/portManager.h"

#include <epicsStdio.h>

namespace portManager
{

asynStatus fail(asynUser *user, asynStatus status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (user && user->errorMessageSize == 1)
        giveMessageRoom(user);
    if (user && user->errorMessage)
        epicsVsnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize), format,
                       arguments);
    va_end(arguments);
    return status;
}

const DeviceRef &deviceOf(asynUser *user, const char *function)
{
    const DeviceRef &device = User::of(user).device;
    if (!device)
        fail(user, asynError, "asynManager::%s: the asynUser is not connected to a port", function);
    return device;
}

bool User::watch()
{
    auto now = RequestState::running;
    if (state.compare_exchange_strong(now, RequestState::watched))
        return true;
    // Writes it once more: who ends the request is to see what was written before.
    return now == RequestState::watched && state.compare_exchange_strong(now, now);
}

namespace
{

struct FreeUsers {
    epicsMutex mutex; // guards all; not held while anything is called
    std::deque<User *> users;
};

FreeUsers &freeUsers()
{
    static auto *all = new FreeUsers; // never destroyed: clients may outlive static destructors
    return *all;
}

User *makeUser()
{
    FreeUsers &all = freeUsers();
    Guard guard(all.mutex);
    if (all.users.empty())
        return new User;
    User *user = all.users.front();
    all.users.pop_front();
    user->isFree = false;
    if (user->message)
        user->message[0] = '\0'; // of who had it before
    return user;
}

} // namespace

void recycle(User &user)
{
    std::unique_ptr<char[]> message = std::move(user.message); // somebody may still look at it
    user.~User();
    new (&user) User;
    user.isFree = true;
    user.message = std::move(message);
    if (user.message)
        user.setRoom(user.message.get(), messageSize);
    else
        user.setRoom(&user.noMessage, 1);
    FreeUsers &all = freeUsers();
    Guard guard(all.mutex);
    all.users.push_back(&user);
}

asynUser *createAsynUser(userCallback process, userCallback timeout)
{
    auto *user = makeUser();
    user->process = process;
    user->timeoutCallback = timeout;
    giveMessageRoom(&user->user);
    return &user->user;
}

static void copyClient(asynUser *copy, asynUser *user)
{
    User::of(copy).device = User::of(user).device;
    User::of(copy).prompt = User::of(user).prompt;
    copy->timeout = user->timeout;
    copy->userPvt = user->userPvt;
    copy->userData = user->userData;
    copy->drvUser = user->drvUser;
    copy->reason = user->reason;
    copy->timestamp = user->timestamp;
    copy->auxStatus = user->auxStatus;
    copy->alarmStatus = user->alarmStatus;
    copy->alarmSeverity = user->alarmSeverity;
}

asynUser *duplicateAsynUser(asynUser *user, userCallback process, userCallback timeout)
{
    asynUser *copy = createAsynUser(process, timeout);
    copyClient(copy, user);
    return copy;
}

asynUser *duplicateForCallbacks(asynUser *user)
{
    auto *copy = makeUser();
    copy->message.reset();
    copy->setRoom(&copy->noMessage, 1);
    copyClient(&copy->user, user);
    return &copy->user;
}

void giveMessageRoom(asynUser *pasynUser)
{
    User &user = User::of(pasynUser);
    if (!user.message)
        user.message = std::make_unique<char[]>(messageSize);
    user.setRoom(user.message.get(), messageSize);
}

void takeMessageRoom(asynUser *pasynUser)
{
    User &user = User::of(pasynUser);
    if (!user.message || user.message[0])
        return;
    user.setRoom(&user.noMessage, 1);
    user.message.reset();
}

void setPrompt(asynUser *user)
{
    User::of(user).prompt = true;
}

bool isPrompt(asynUser *user)
{
    return User::of(user).prompt;
}

// Why a client may not leave its port now; NULL when it may. Port::state held.
static const char *tie(const User &user)
{
    if (user.queued)
        return "a request is queued";
    if (user.blocksPort || user.blocksDevice)
        return "its blockProcessCallback is in force";
    if (listens(user))
        return "an exception callback is registered";
    return nullptr;
}

asynStatus freeAsynUser(asynUser *pasynUser)
{
    User &user = User::of(pasynUser);
    if (user.isFree)
        return fail(pasynUser, asynError, "asynManager::freeAsynUser: it has been freed before");
    if (const DeviceRef device = user.device) {
        Guard guard(device->port->state);
        if (const char *reason = tie(user))
            return fail(pasynUser, asynError, "asynManager::freeAsynUser: %s", reason);
        if (user.watch() || user.cancelWaiters > 0) {
            user.freeAfterRun = true; // a process callback that frees its own asynUser
            return asynSuccess;
        }
    } else { // one that has disconnected before: no lock keeps the end of its request away
        user.freeAfterRun = true;
        if (user.watch())
            return asynSuccess;
    }
    recycle(user);
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
    const std::shared_ptr<Port> port = findPort(portName ? portName : "");
    if (!port)
        return fail(user, asynError, "port %s is not known", portName ? portName : "(none)");
    *yesNo = port->multiDevice();
    return asynSuccess;
}

// The driver is complete when somebody uses it: see attempt.cpp.
static void firstUse(Port &port)
{
    {
        Guard guard(port.state);
        if (port.inUse || port.interfaces.empty())
            return;
        port.inUse = true;
        if (port.self.connected || !port.self.autoConnect)
            return;
    }
    attemptLater(port.self, afterDisconnect);
}

asynStatus connectDevice(asynUser *pasynUser, const char *portName, int addr)
{
    User &user = User::of(pasynUser);
    if (user.device)
        return fail(pasynUser, asynError,
                    "asynManager::connectDevice: connected to port %s already",
                    user.device->port->name.c_str());
    const std::shared_ptr<Port> port = findPort(portName ? portName : "");
    if (!port)
        return fail(pasynUser, asynError, "port %s is not known", portName ? portName : "(none)");
    user.device = port->refer(port->device(addr));
    firstUse(*port);
    return asynSuccess;
}

asynStatus disconnect(asynUser *pasynUser)
{
    User &user = User::of(pasynUser);
    const DeviceRef device = deviceOf(pasynUser, "disconnect"); // given back without the lock
    if (!device)
        return asynError;
    Guard guard(device->port->state);
    if (const char *reason = tie(user))
        return fail(pasynUser, asynError, "asynManager::disconnect: %s", reason);
    user.device.reset();
    user.found = nullptr;
    return asynSuccess;
}

asynStatus canBlock(asynUser *user, int *yesNo)
{
    const DeviceRef &device = deviceOf(user, "canBlock");
    if (!device)
        return asynError;
    *yesNo = device->port->canBlock();
    return asynSuccess;
}

asynStatus getAddr(asynUser *user, int *addr)
{
    const DeviceRef &device = deviceOf(user, "getAddr");
    if (!device)
        return asynError;
    *addr = device->port->multiDevice() ? device->address : -1;
    return asynSuccess;
}

asynStatus getPortName(asynUser *user, const char **name)
{
    const DeviceRef &device = deviceOf(user, "getPortName");
    if (!device)
        return asynError;
    *name = device->port->name.c_str();
    return asynSuccess;
}

} // namespace portManager
