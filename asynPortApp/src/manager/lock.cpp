// The synchronous lock of a port, as clients take it.
#include <algorithm>
#include <memory>

#include "manager/lockNotify.h"
#include "manager/port.h"
#include "manager/portManager.h"

namespace portManager
{

bool blocked(const Device &device, const User &user)
{
    const User *whole = device.port->blockedBy, *one = device.blockedBy;
    return (whole && whole != &user) || (one && one != &user);
}

asynStatus notReady(asynUser *user, asynStatus status, const Port &port)
{
    return fail(user, status,
                status == asynDisabled ? "port %s is disabled" : "port %s is not connected",
                port.name.c_str());
}

asynStatus lockPort(asynUser *user)
{
    const DeviceRef &device = deviceOf(user, "lockPort");
    if (!device)
        return asynError;
    Port &port = *device->port;
    port.sync.lock();
    const asynStatus status = notifyLocked(port, user);
    if (status != asynSuccess)
        port.sync.unlock();
    return status;
}

asynStatus unlockPort(asynUser *user)
{
    const DeviceRef &device = deviceOf(user, "unlockPort");
    if (!device)
        return asynError;
    notifyUnlocking(*device->port, user);
    device->port->sync.unlock();
    return asynSuccess;
}

// The lock of a port that may be blocked by somebody else's blockProcessCallback: then nobody is to
// give way.
static bool lockUntil(MonotonicTime deadline, const Device &device, const User &user)
{
    Port &port = *device.port;
    std::unique_ptr<Waiters::Waiting> waiting; // while somebody else has the lock
    for (double pause = 1e-4;; pause = std::min(2 * pause, 0.01)) {
        if (port.sync.tryLock()) {
            {
                Guard guard(port.state);
                if (!blocked(device, user))
                    return true;
            }
            port.sync.unlock();
            waiting.reset();
        } else if (!waiting) {
            waiting = std::make_unique<Waiters::Waiting>(port.clients);
        }
        if (MonotonicTime::now() > deadline)
            return false;
        if (waiting)
            waiting->pause(pause);
        else
            epicsThreadSleep(pause);
    }
}

// A port that was shut down while its lock was waited for has no driver any more: that is done
// under the same lock. A driver may refuse the lock. Both give it back.
static asynStatus unlessRefused(const Device &device, asynUser *user)
{
    Port &port = *device.port;
    asynStatus status = asynSuccess;
    if (device.defunct || port.self.defunct)
        status = fail(user, asynDisabled, "port %s is shut down", port.name.c_str());
    else if (!device.enabled || !port.self.enabled)
        status = notReady(user, asynDisabled, port);
    else
        status = notifyLocked(port, user);
    if (status != asynSuccess)
        port.sync.unlock();
    else
        ++port.queueLocks;
    return status;
}

// A port that does not block is given back soon, so it is waited for without limit. As with asyn it
// need not be connected: its driver says whether it can be used.
static asynStatus lockWithoutQueue(Device &device, asynUser *user)
{
    if (ready(device) == asynDisabled)
        return notReady(user, asynDisabled, *device.port);
    device.port->sync.lock();
    return unlessRefused(device, user);
}

// With the lock, or after so many seconds.
static asynStatus lockWithin(Device &device, asynUser *user, double limit, MonotonicTime deadline)
{
    if (!lockUntil(deadline, device, User::of(user)))
        return fail(user, asynTimeout, "port %s was busy for %g s", device.port->name.c_str(),
                    limit);
    return unlessRefused(device, user);
}

// In s, from a client of a blocking port.
static double waitLimit(const Port &port, const asynUser &user)
{
    return std::max(port.queueLockTimeout.load(), user.timeout);
}

static asynStatus lockUnconnected(asynUser *user)
{
    const DeviceRef &device = deviceOf(user, "lockUnconnected");
    if (!device)
        return asynError;
    if (!device->port->canBlock())
        return lockWithoutQueue(*device, user);
    const double limit = waitLimit(*device->port, *user);
    return lockWithin(*device, user, limit, MonotonicTime::after(limit));
}

DriverTurn::DriverTurn(asynUser *user) : user_(user), status_(lockUnconnected(user)) {}

// NOLINTNEXTLINE(bugprone-exception-escape): a port is always held by a shared_ptr
DriverTurn::~DriverTurn()
{
    if (status_ == asynSuccess)
        queueUnlockPort(user_);
}

// The port thread holds the synchronous lock while it runs a request, so that taking it is as good
// as waiting in the queue.
asynStatus queueLockPort(asynUser *user)
{
    const DeviceRef &device = deviceOf(user, "queueLockPort");
    if (!device)
        return asynError;
    Port &port = *device->port;
    if (!port.canBlock())
        return lockWithoutQueue(*device, user);
    const double limit = waitLimit(port, *user);
    const MonotonicTime deadline = MonotonicTime::after(limit);
    const asynStatus status = readyUntil(*device, deadline);
    if (status != asynSuccess)
        return notReady(user, status, port);
    return lockWithin(*device, user, limit, deadline);
}

asynStatus queueUnlockPort(asynUser *user)
{
    const DeviceRef device = deviceOf(user, "queueUnlockPort"); // may be freed by another thread
    if (!device)
        return asynError;
    const bool outermost = --device->port->queueLocks == 0;
    const asynStatus status = unlockPort(user);
    if (outermost)
        device->port->server.giveWay(); // requests wait no longer than clients
    return status;
}

asynStatus setQueueLockPortTimeout(asynUser *user, double timeout)
{
    const DeviceRef &device = deviceOf(user, "setQueueLockPortTimeout");
    if (!device)
        return asynError;
    if (!(timeout >= 0))
        return fail(user, asynError, "port %s: expected a timeout of 0 s or more, got %g",
                    device->port->name.c_str(), timeout);
    device->port->queueLockTimeout = timeout;
    return asynSuccess;
}

} // namespace portManager
