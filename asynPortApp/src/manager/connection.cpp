// Whether a port and its devices are connected and enabled.
#include "manager/portManager.h"

#include "manager/port.h"

namespace portManager
{

namespace
{

asynStatus setConnected(const DeviceRef &device, asynUser *user, bool connected)
{
    bool refused;
    {
        Guard guard(device->port->state);
        if (device->connected == connected)
            return fail(user, asynError, "port %s is %s already", device->port->name.c_str(),
                        connected ? "connected" : "disconnected");
        device->connected = connected;
        refused = device->refusalTold;
        device->refusalTold = false;
        if (connected)
            ++device->connections;
        else
            device->nextAttempt = MonotonicTime::after(afterDisconnect);
    }
    if (connected && refused)
        pasynTrace->print(user, ASYN_TRACE_ERROR, "%s is connected now\n",
                          placeOf(*device).c_str());
    callExceptionClients(*device, asynExceptionConnect);
    return asynSuccess;
}

asynStatus ask(asynUser *user, const char *function, int *yesNo, std::atomic<bool> Device::*flag)
{
    const DeviceRef device = deviceOf(user, function);
    if (!device)
        return asynError;
    Guard guard(device->port->state);
    *yesNo = (*device).*flag;
    return asynSuccess;
}

void signalConnected(asynUser *user, asynException)
{
    static_cast<epicsEvent *>(user->userPvt)->signal();
}

} // namespace

asynStatus exceptionConnect(asynUser *user)
{
    const DeviceRef device = deviceOf(user, "exceptionConnect");
    return device ? setConnected(device, user, true) : asynError;
}

asynStatus exceptionDisconnect(asynUser *user)
{
    const DeviceRef device = deviceOf(user, "exceptionDisconnect");
    if (!device)
        return asynError;
    const asynStatus status = setConnected(device, user, false);
    if (status != asynSuccess)
        return status;
    bool inUse;
    {
        Guard guard(device->port->state);
        inUse = device->port->inUse;
    }
    attemptLater(*device, inUse ? afterDisconnect : afterRefusal);
    return asynSuccess;
}

asynStatus enable(asynUser *user, int yesNo)
{
    const DeviceRef device = deviceOf(user, "enable");
    if (!device)
        return asynError;
    bool asks;
    {
        Guard guard(device->port->state);
        if (device->defunct || device->port->self.defunct)
            return fail(user, asynDisabled, "port %s is shut down", device->port->name.c_str());
        device->enabled = yesNo != 0;
        asks = yesNo && device->port->inUse;
    }
    device->port->wake.signal(); // its thread has left requests in the queue
    callExceptionClients(*device, asynExceptionEnable);
    if (asks)
        attemptLater(*device, 0); // where it has disconnected meanwhile
    return asynSuccess;
}

asynStatus autoConnect(asynUser *user, int yesNo)
{
    const DeviceRef device = deviceOf(user, "autoConnect");
    if (!device)
        return asynError;
    {
        Guard guard(device->port->state);
        device->autoConnect = yesNo != 0;
        device->nextAttempt = MonotonicTime();
        if (yesNo) // which is asked before its address
            device->port->self.nextAttempt = MonotonicTime();
    }
    finish(*device->port);
    callExceptionClients(*device, asynExceptionAutoConnect);
    if (yesNo)
        attemptLater(*device, 0);
    return asynSuccess;
}

asynStatus stillConnected(asynUser *user)
{
    const DeviceRef &device = deviceOf(user, "stillConnected");
    if (!device)
        return asynError;
    const Device &whole = device->port->self;
    if ((device->connected && whole.connected) || device->defunct || whole.defunct ||
        user->reason == ASYN_REASON_QUEUE_EVEN_IF_NOT_CONNECTED)
        return asynSuccess;
    return notReady(user, asynDisconnected, *device->port);
}

bool isShutDown(asynUser *user)
{
    const DeviceRef &device = deviceOf(user, "isShutDown");
    return device && device->port->self.defunct;
}

asynStatus isConnected(asynUser *user, int *yesNo)
{
    return ask(user, "isConnected", yesNo, &Device::connected);
}

asynStatus isEnabled(asynUser *user, int *yesNo)
{
    return ask(user, "isEnabled", yesNo, &Device::enabled);
}

asynStatus isAutoConnect(asynUser *user, int *yesNo)
{
    return ask(user, "isAutoConnect", yesNo, &Device::autoConnect);
}

asynStatus waitConnect(asynUser *user, double timeout)
{
    const DeviceRef device = deviceOf(user, "waitConnect");
    if (!device)
        return asynError;
    epicsEvent changed;
    asynUser *watcher = createAsynUser(nullptr, nullptr);
    User::of(watcher).device = device;
    watcher->userPvt = &changed;
    exceptionCallbackAdd(watcher, signalConnected);
    const MonotonicTime deadline = MonotonicTime::after(timeout);
    int connected = 0;
    for (;;) {
        isConnected(user, &connected);
        const double left = deadline - MonotonicTime::now();
        if (connected || left <= 0)
            break;
        changed.wait(left);
    }
    exceptionCallbackRemove(watcher);
    freeAsynUser(watcher);
    return connected ? asynSuccess
                     : fail(user, asynTimeout, "port %s did not connect within %g s",
                            device->port->name.c_str(), timeout);
}

} // namespace portManager
