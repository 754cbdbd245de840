// Requests: at once in the caller's thread, or queued for the thread of a blocking port.
#include <algorithm>

#include "portManager.h"

#include <errlog.h>

namespace portManager
{

namespace
{

// Calls the process or timeout callback of a request that is in state running, Port::sync held.
void run(User &user, userCallback callback)
{
    Port &port = *user.device->port;
    try {
        callback(&user.user);
    } catch (const std::exception &error) {
        errlogPrintf("port %s: a request ended by a C++ exception: %s\n", port.name.c_str(),
                     error.what());
    }
    bool destroy = false;
    {
        Guard guard(port.state);
        if (user.state == RequestState::running)
            user.state = RequestState::idle;
        destroy = user.freeAfterRun && user.state == RequestState::idle;
        if (user.cancelWaiters > 0)
            user.finished.signal();
    }
    if (destroy)
        delete &user;
}

// The next request to run, taken out of its queue; NULL when there is none. Port::state held.
User *next(Port &port, bool &timedOut, double &wait)
{
    const epicsTime now = epicsTime::getCurrent();
    wait = 3600;
    for (int priority = asynQueuePriorityConnect; priority >= 0; --priority) {
        auto &queue = port.queue[priority];
        for (auto entry = queue.begin(); entry != queue.end(); ++entry) {
            User *user = *entry;
            timedOut = user->hasDeadline && user->deadline <= now;
            const bool blocked =
                port.blockedBy && port.blockedBy != user && priority != asynQueuePriorityConnect;
            if (timedOut || !blocked) {
                queue.erase(entry);
                user->state = RequestState::running;
                return user;
            }
            if (user->hasDeadline)
                wait = std::min(wait, user->deadline - now);
        }
    }
    return nullptr;
}

void portThread(void *argument)
{
    Port &port = *static_cast<Port *>(argument);
    for (;;) {
        bool timedOut = false;
        double wait = 0;
        User *user;
        {
            Guard guard(port.state);
            user = next(port, timedOut, wait);
        }
        if (!user) {
            port.wake.wait(wait);
            continue;
        }
        Guard sync(port.sync);
        run(*user, timedOut && user->timeoutCallback ? user->timeoutCallback : user->process);
    }
}

asynStatus runNow(User &user)
{
    Port &port = *user.device->port;
    Guard sync(port.sync);
    // The device may have been shut down while this thread waited for the lock.
    if (user.device->defunct || port.self.defunct)
        return fail(&user.user, asynDisabled, "port %s is shut down", port.name.c_str());
    user.state = RequestState::running;
    run(user, user.process);
    return asynSuccess;
}

} // namespace

void startPortThread(Port &port, unsigned int priority, unsigned int stackSize)
{
    port.thread = epicsThreadCreate(
        port.name.c_str(), priority ? priority : epicsThreadPriorityMedium,
        stackSize ? stackSize : epicsThreadGetStackSize(epicsThreadStackMedium), portThread, &port);
}

asynStatus queueRequest(asynUser *pasynUser, asynQueuePriority priority, double timeout)
{
    User &user = User::of(pasynUser);
    Device *device = deviceOf(pasynUser, "queueRequest");
    if (!device)
        return asynError;
    if (!user.process)
        return fail(pasynUser, asynError, "asynManager::queueRequest: no process callback");
    Port &port = *device->port;
    const bool evenIfDisconnected = priority == asynQueuePriorityConnect ||
                                    pasynUser->reason == ASYN_REASON_QUEUE_EVEN_IF_NOT_CONNECTED;
    const asynStatus status = ready(*device, evenIfDisconnected);
    if (status == asynDisabled)
        return fail(pasynUser, status, "port %s is disabled", port.name.c_str());
    if (status != asynSuccess)
        return fail(pasynUser, status, "port %s is not connected", port.name.c_str());
    if (!port.canBlock())
        return runNow(user);
    {
        Guard guard(port.state);
        if (user.state == RequestState::queued)
            return fail(pasynUser, asynError, "asynManager::queueRequest: a request is queued");
        user.state = RequestState::queued;
        user.priority = priority;
        user.hasDeadline = timeout > 0;
        if (user.hasDeadline)
            user.deadline = epicsTime::getCurrent() + timeout;
        port.queue[priority].push_back(&user);
    }
    port.wake.signal();
    return asynSuccess;
}

asynStatus cancelRequest(asynUser *pasynUser, int *wasQueued)
{
    User &user = User::of(pasynUser);
    Device *device = deviceOf(pasynUser, "cancelRequest");
    if (!device)
        return asynError;
    Port &port = *device->port;
    *wasQueued = 0;
    {
        Guard guard(port.state);
        if (user.state == RequestState::queued) {
            auto &queue = port.queue[user.priority];
            queue.erase(std::find(queue.begin(), queue.end(), &user));
            user.state = RequestState::idle;
            *wasQueued = 1;
            return asynSuccess;
        }
        if (user.state == RequestState::idle || epicsThreadGetIdSelf() == port.thread)
            return asynSuccess;
        ++user.cancelWaiters;
    }
    user.finished.wait();
    Guard guard(port.state);
    --user.cancelWaiters;
    return asynSuccess;
}

asynStatus blockProcessCallback(asynUser *pasynUser, int)
{
    User &user = User::of(pasynUser);
    Device *device = deviceOf(pasynUser, "blockProcessCallback");
    if (!device)
        return asynError;
    Guard guard(device->port->state);
    if (device->port->blockedBy && device->port->blockedBy != &user)
        return fail(pasynUser, asynError, "port %s is blocked by another asynUser",
                    device->port->name.c_str());
    device->port->blockedBy = &user;
    return asynSuccess;
}

asynStatus unblockProcessCallback(asynUser *pasynUser, int)
{
    User &user = User::of(pasynUser);
    Device *device = deviceOf(pasynUser, "unblockProcessCallback");
    if (!device)
        return asynError;
    {
        Guard guard(device->port->state);
        if (device->port->blockedBy != &user)
            return fail(pasynUser, asynError, "port %s is not blocked by this asynUser",
                        device->port->name.c_str());
        device->port->blockedBy = nullptr;
    }
    device->port->wake.signal();
    return asynSuccess;
}

asynStatus lockPort(asynUser *user)
{
    Device *device = deviceOf(user, "lockPort");
    if (!device)
        return asynError;
    device->port->sync.lock();
    return asynSuccess;
}

asynStatus unlockPort(asynUser *user)
{
    Device *device = deviceOf(user, "unlockPort");
    if (!device)
        return asynError;
    device->port->sync.unlock();
    return asynSuccess;
}

// The port thread holds the synchronous lock while it runs a request, so that taking it is as good
// as waiting in the queue. A port that does not block is given back soon, so it is waited for
// without limit.
asynStatus queueLockPort(asynUser *user)
{
    Device *device = deviceOf(user, "queueLockPort");
    if (!device)
        return asynError;
    Port &port = *device->port;
    const asynStatus status = ready(*device, false);
    if (status != asynSuccess)
        return fail(user, status, "port %s is %s", port.name.c_str(),
                    status == asynDisabled ? "disabled" : "not connected");
    if (!port.canBlock())
        return lockPort(user);
    const double limit = std::max(port.queueLockTimeout.load(), user->timeout);
    const epicsTime deadline = epicsTime::getCurrent() + limit;
    for (double pause = 1e-4; !port.sync.tryLock(); pause = std::min(2 * pause, 0.01)) {
        if (epicsTime::getCurrent() > deadline)
            return fail(user, asynTimeout, "port %s was busy for %g s", port.name.c_str(), limit);
        epicsThreadSleep(pause);
    }
    return asynSuccess;
}

asynStatus queueUnlockPort(asynUser *user)
{
    return unlockPort(user);
}

asynStatus setQueueLockPortTimeout(asynUser *user, double timeout)
{
    Device *device = deviceOf(user, "setQueueLockPortTimeout");
    if (!device)
        return asynError;
    device->port->queueLockTimeout = timeout;
    return asynSuccess;
}

} // namespace portManager
