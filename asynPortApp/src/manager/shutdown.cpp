// The end of ports: on request, at exit, and of those whose driver is gone.
#include "manager/portManager.h"

#include <algorithm>

#include "manager/interrupt.h"
#include "manager/port.h"
#include "manager/visit.h"

namespace portManager
{

namespace
{

// What no client may reach any more. Both locks of the port held.
void close(Port &port)
{
    port.self.defunct = true;
    port.self.enabled = false;
    // A client may have kept the pointer to an interface: it finds no driver behind it.
    for (asynInterface *interface : port.interfaces)
        interface->drvPvt = nullptr;
    port.interfaces.clear();
    port.lockNotify = nullptr;
    ++port.interfacesVersion;
}

// Both locks of the port held.
bool abandoned(const Port &port)
{
    return port.hasDriver &&
           std::all_of(port.interfaces.begin(), port.interfaces.end(),
                       [](const asynInterface *interface) { return !interface->drvPvt; });
}

// Where the calling thread is, so that it would return into a driver that is gone; NULL where it is
// not in the driver. Waits for nobody: the thread may have the driver's lock, inside which the
// port's must not be waited for.
const char *insideDriver(Port &port)
{
    if (port.sync.heldHere())
        return "has its lock or runs a request";
    if (visits(port))
        return "is in its driver";
    Guard guard(port.state);
    if (port.driverLock && port.driverLock->heldHere())
        return "has its driver's lock";
    return callsBack(port) ? "is in one of its callbacks" : nullptr;
}

} // namespace

void setDriverLock(asynUser *user, const OwnedMutex *lock)
{
    if (const DeviceRef device = deviceOf(user, "setDriverLock")) {
        Guard guard(device->port->state);
        device->port->driverLock = lock;
    }
}

void detachDriver(asynUser *user, asynInterface *const *interfaces, size_t count)
{
    const DeviceRef device = deviceOf(user, "detachDriver");
    if (!device)
        return; // it could not be connected to the port, which has none of the interfaces yet
    SyncGuard sync(device->port->sync);
    Guard guard(device->port->state);
    std::for_each(interfaces, interfaces + count,
                  [](asynInterface *interface) { interface->drvPvt = nullptr; });
}

asynStatus shutdownPort(asynUser *user)
{
    const DeviceRef device = deviceOf(user, "shutdownPort");
    if (!device)
        return asynError;
    Port &port = *device->port;
    const bool ends = (port.attributes & ASYN_DESTRUCTIBLE) && !port.self.defunct;
    if (const char *where = ends ? insideDriver(port) : nullptr)
        return fail(user, asynError,
                    "port %s cannot be shut down by a thread that %s and would return into a "
                    "driver that is gone; another thread can do it",
                    port.name.c_str(), where);
    return closePort(user);
}

asynStatus closePort(asynUser *user)
{
    const DeviceRef device = deviceOf(user, "shutdownPort");
    if (!device)
        return asynError;
    Port &port = *device->port;
    if (!(port.attributes & ASYN_DESTRUCTIBLE))
        return fail(user, asynError, "port %s is not destructible", port.name.c_str());
    {
        // The lock lets a running request end; later ones see that the port is defunct.
        SyncGuard sync(port.sync);
        Guard guard(port.state);
        if (port.self.defunct)
            return asynSuccess;
        close(port);
    }
    awaitVisitors(port);
    forget(port);
    callExceptionClients(port.self, asynExceptionShutdown);
    return asynSuccess;
}

void shutdownAllAtExit(void *)
{
    const auto ports = allPorts();
    for (auto port = ports.rbegin(); port != ports.rend(); ++port) {
        if (!((*port)->attributes & ASYN_DESTRUCTIBLE))
            continue;
        asynUser *user = createAsynUser(nullptr, nullptr);
        User::of(user).device = (*port)->refer((*port)->self);
        closePort(user); // a driver that calls exit() is not returned to
        freeAsynUser(user);
    }
}

void retireAbandoned()
{
    // Hidden ones, too: a constructor may have thrown in another thread.
    for (const std::shared_ptr<Port> &port : hiddenPortsToo()) {
        // A port that is busy has a driver; so nobody is waited for.
        if (!port->sync.tryLock())
            continue;
        bool retired;
        {
            const std::lock_guard<OwnedMutex> held(port->sync, std::adopt_lock);
            Guard guard(port->state);
            retired = abandoned(*port);
            if (retired)
                close(*port);
        }
        if (!retired)
            continue;
        forget(*port);
        callExceptionClients(port->self, asynExceptionShutdown);
    }
}

} // namespace portManager
