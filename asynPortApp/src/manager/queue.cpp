// Requests: at once in the caller's thread, or queued for the thread of a blocking port.
#include <algorithm>
#include <cstring>

#include "common/epicsEntry.h"
#include "manager/lockNotify.h"
#include "manager/port.h"
#include "manager/portManager.h"

#include <errlog.h>

namespace portManager
{

namespace
{

// Port::state held.
void noteBlocking(User &user)
{
    if (!user.device)
        return;
    if (user.blocksPort)
        user.device->port->blockedBy = &user;
    if (user.blocksDevice)
        user.device->blockedBy = &user;
}

// A client whose callback still runs is left in its queue until then. Port::state held.
bool mayBegin(const User &user)
{
    return user.state == RequestState::idle;
}

// epicsThreadGetIdSelf() of the calling thread, asked for once.
epicsThreadId threadHere()
{
    __attribute__((tls_model("initial-exec"))) static thread_local epicsThreadId here = nullptr;
    if (!here)
        here = epicsThreadGetIdSelf();
    return here;
}

// Port::state held, or Port::sync of a port that does not block.
void begin(User &user)
{
    user.runner.store(threadHere(), std::memory_order_relaxed);
    user.state.store(RequestState::running, std::memory_order_release);
}

// The end of a request that has begun. From the exchange on another thread may free the asynUser
// and have it used again, unless it is watched: then that is left to who has to do it.
void end(Port &port, User &user)
{
    bool destroy = false, again = false;
    {
        Guard guard(port.state);
        noteBlocking(user);
        again = user.queued;
        const bool awaited = user.cancelWaiters > 0;
        if (awaited)
            user.finished->signal();
        const bool watched = user.state.exchange(RequestState::idle) == RequestState::watched;
        destroy = watched && !again && !awaited && user.freeAfterRun;
    }
    if (destroy)
        recycle(user);
    if (again)
        port.wake.signal(); // it has passed it by while the callback ran
}

// The same without Port::state, where the port does not block and nobody watches: then there is
// neither a queue nor anything left to do. Somebody else may free the asynUser at once.
bool endUnwatched(User &user)
{
    auto running = RequestState::running;
    return user.state.compare_exchange_strong(running, RequestState::idle);
}

// Calls the process or timeout callback of a request that has begun. The callback may disconnect
// and free its asynUser.
void call(const Port &port, User &user, userCallback callback)
{
    try {
        callback(&user.user);
    } catch (const std::exception &error) {
        errlogPrintf("port %s: a request ended by a C++ exception: %s\n", port.name.c_str(),
                     error.what());
    } catch (...) {
        errlogPrintf("port %s: a request ended by a C++ exception\n", port.name.c_str());
    }
}

using Queue = std::vector<User *>;

// Out of the queue, and it begins. Port::state held.
void take(Queue &queue, Queue::iterator entry)
{
    User &user = **entry;
    queue.erase(entry);
    user.queued = false;
    begin(user);
}

// What the port thread does next.
struct Turn {
    Device *toConnect = nullptr;
    User *user = nullptr; // of a request that is out of its queue
    bool expired = false;
    bool waits = false; // for the next one to expire
    double wait = 3600; // s
    bool end = false;   // the port is shut down, and nothing is left
};

// Whether the driver is asked to connect before the request. Port::state held.
bool waitsForAttempt(const User &user)
{
    if (user.evenIfDisconnected)
        return false;
    Device &device = *user.device;
    askForRequest(device);
    return awaitsAttempt(device) || awaitsAttempt(device.port->self);
}

// A request that came before its port or address was disabled waits until that is enabled again, as
// with asyn. Port::state held.
bool mayHaveTurn(const User &user)
{
    const Device &device = *user.device;
    return device.enabled && device.port->self.enabled &&
           (user.priority == asynQueuePriorityConnect || !blocked(device, user));
}

// Port::state held. Drivers that are asked to connect and requests take turns, for there may be as
// many addresses that refuse as keep the thread busy. A port that is shut down serves what is left,
// timeout callback preferred: its interfaces answer asynDisabled.
Turn next(Port &port, bool requestsFirst)
{
    Turn turn;
    if (!port.attempts.empty() && !requestsFirst) {
        turn.toConnect = port.attempts.front();
        return turn;
    }
    MonotonicTime now; // asked for once, where it is needed
    auto expired = [&now](const User &user) {
        if (now == MonotonicTime())
            now = MonotonicTime::now();
        return user.deadline <= now;
    };
    const bool defunct = port.self.defunct;
    bool empty = true;
    for (int priority = asynQueuePriorityConnect; priority >= 0; --priority) {
        auto &queue = port.queue[priority];
        for (auto entry = queue.begin(); entry != queue.end(); ++entry) {
            User *user = *entry;
            empty = false;
            if (!mayBegin(*user))
                continue;
            turn.expired = defunct || (user->hasDeadline && expired(*user));
            if (turn.expired || mayHaveTurn(*user)) {
                if (!turn.expired && waitsForAttempt(*user))
                    continue;
                take(queue, entry);
                turn.user = user;
                return turn;
            }
            if (user->hasDeadline) {
                turn.waits = true;
                turn.wait = std::min(turn.wait, user->deadline - now);
            }
        }
    }
    if (!port.attempts.empty())
        turn.toConnect = port.attempts.front();
    turn.end = defunct && empty && !turn.toConnect;
    return turn;
}

// Whether the driver has refused to connect the request's address, of which asyn tells by the
// timeout callback. No lock needed.
bool refused(const User &user)
{
    const Device &device = *user.device;
    return !user.evenIfDisconnected && device.port->self.connected && !device.connected;
}

// The port thread's.
void lockInTurn(Port &port)
{
    if (port.sync.tryLock())
        return;
    const Waiters::Waiting waiting(port.server);
    port.sync.lock();
}

// Ends when the port is shut down and its queue empty; the last reference to the port may be this
// thread's.
void serve(Port &port)
{
    bool requestsFirst = false;
    for (;;) {
        port.clients.giveWay(); // else they would never find the lock free while there are requests
        Turn turn;
        {
            Guard guard(port.state);
            turn = next(port, requestsFirst);
        }
        if (turn.end)
            return;
        requestsFirst = turn.toConnect != nullptr;
        if (turn.toConnect) {
            lockInTurn(port);
            attemptInTurn(*turn.toConnect);
            port.sync.unlock();
            continue;
        }
        if (!turn.user) {
            if (turn.waits)
                port.wake.wait(turn.wait);
            else
                port.wake.wait();
            continue;
        }
        User &user = *turn.user;
        lockInTurn(port);
        const bool told = notifyOfRequest(port, &user.user);
        // The port may have been shut down while this thread waited for the lock.
        const bool late = turn.expired || port.self.defunct || refused(user);
        call(port, user, late && user.timeoutCallback ? user.timeoutCallback : user.process);
        end(port, user);
        if (told)
            notifyUnlocking(port, nullptr);
        port.sync.unlock();
    }
}

void portThread(void *argument)
{
    std::unique_ptr<std::shared_ptr<Port>> port(static_cast<std::shared_ptr<Port> *>(argument));
    serve(**port);
}

// Gives a client that has none room for a message while its request runs.
class MessageRoom
{
  public:
    [[nodiscard]] explicit MessageRoom(User &user)
        : user_(user), outer_(user.user.errorMessage), outerSize_(user.user.errorMessageSize)
    {
        if (user_.message)
            return;
        lent_[0] = '\0';
        user_.setRoom(lent_, messageSize);
    }
    ~MessageRoom()
    {
        if (user_.user.errorMessage != lent_)
            return;
        user_.setRoom(outer_, outerSize_);
        if (!lent_[0])
            return;
        giveMessageRoom(&user_.user);
        std::memcpy(user_.message.get(), lent_, messageSize - 1);
    }
    MessageRoom(const MessageRoom &) = delete;
    MessageRoom &operator=(const MessageRoom &) = delete;

  private:
    User &user_;
    char *const outer_; // of the request that this one is a part of
    const int outerSize_;
    char lent_[messageSize];
};

asynStatus runNow(const DeviceRef &device, User &user)
{
    Port &port = *device->port;
    SyncGuard sync(port.sync);
    // The device may have been shut down while this thread waited for the lock.
    if (device->defunct || port.self.defunct)
        return fail(&user.user, asynDisabled, "port %s is shut down", port.name.c_str());
    // One that its own callback makes is a part of the one that runs.
    const bool inner = user.state != RequestState::idle;
    if (!inner)
        begin(user);
    const bool told = notifyOfRequest(port, &user.user);
    {
        const MessageRoom room(user);
        call(port, user, user.process);
    }
    if (!inner && !endUnwatched(user))
        end(port, user);
    if (told)
        notifyUnlocking(port, nullptr);
    return asynSuccess;
}

constexpr double lookAgain = 0.02; // s, for the end of a callback

bool evenIfDisconnected(const User &user, asynQueuePriority priority)
{
    return priority == asynQueuePriorityConnect ||
           user.user.reason == ASYN_REASON_QUEUE_EVEN_IF_NOT_CONNECTED;
}

asynStatus enqueue(const DeviceRef &device, User &user, asynQueuePriority priority, double timeout)
{
    Port &port = *device->port;
    {
        Guard guard(port.state);
        // It may have been shut down a moment ago, and its thread be gone.
        if (port.self.defunct)
            return fail(&user.user, asynDisabled, "port %s is shut down", port.name.c_str());
        if (user.queued)
            return fail(&user.user, asynError, "asynManager::queueRequest: a request is queued");
        user.queued = true;
        user.priority = static_cast<unsigned char>(priority);
        user.evenIfDisconnected = evenIfDisconnected(user, priority);
        user.hasDeadline = timeout > 0;
        if (user.hasDeadline)
            user.deadline = MonotonicTime::after(timeout);
        auto &queue = port.queue[priority];
        const bool first = port.blockedBy == &user || device->blockedBy == &user;
        queue.insert(first ? queue.begin() : queue.end(), &user);
    }
    port.wake.signal();
    if (timeout > 0 && user.timeoutCallback)
        watchExpiry(port, timeout);
    return asynSuccess;
}

// Takes a request whose time is over out of its queue, or says in s how long until one's is.
// Port::state held.
User *expired(Port &port, double &wait)
{
    const MonotonicTime now = MonotonicTime::now();
    wait = -1;
    for (auto &queue : port.queue)
        for (auto entry = queue.begin(); entry != queue.end(); ++entry) {
            User *user = *entry;
            if (!user->hasDeadline || !user->timeoutCallback)
                continue;
            double left = user->deadline - now;
            if (!mayBegin(*user))
                left = std::max(left, lookAgain);
            if (left <= 0) {
                take(queue, entry);
                return user;
            }
            wait = wait < 0 ? left : std::min(wait, left);
        }
    return nullptr;
}

} // namespace

asynStatus startPortThread(const std::shared_ptr<Port> &port, unsigned int priority,
                           unsigned int stackSize)
{
    auto argument = std::make_unique<std::shared_ptr<Port>>(port);
    if (!epicsThreadCreate(port->name.c_str(), priority ? priority : epicsThreadPriorityMedium,
                           stackSize ? stackSize : epicsThreadGetStackSize(epicsThreadStackMedium),
                           epicsEntry<portThread>, argument.get())) {
        errlogPrintf("port %s: its thread cannot be started\n", port->name.c_str());
        return asynError;
    }
    static_cast<void>(argument.release()); // the thread's
    return asynSuccess;
}

double expireRequests(Port &port)
{
    for (;;) {
        double wait;
        User *user;
        {
            Guard guard(port.state);
            user = expired(port, wait);
        }
        if (!user)
            return wait;
        call(port, *user, user->timeoutCallback);
        end(port, *user);
    }
}

static asynStatus mayQueue(Device &device, const User &user, asynQueuePriority priority)
{
    if (evenIfDisconnected(user, priority))
        return usable(device);
    const bool isDeviceSupport = user.completion != nullptr; // which calls stillConnected
    return device.port->canBlock() ? readyToQueue(device, isDeviceSupport) : ready(device);
}

asynStatus queueRequest(asynUser *pasynUser, asynQueuePriority priority, double timeout)
{
    User &user = User::of(pasynUser);
    const bool isDeviceSupport = user.completion != nullptr; // stays connected, for ever
    const DeviceRef kept = isDeviceSupport ? nullptr : deviceOf(pasynUser, "queueRequest");
    const DeviceRef &device = isDeviceSupport ? deviceOf(pasynUser, "queueRequest") : kept;
    if (!device)
        return asynError;
    if (!user.process)
        return fail(pasynUser, asynError, "asynManager::queueRequest: no process callback");
    if (priority < asynQueuePriorityLow || priority > asynQueuePriorityConnect)
        return fail(pasynUser, asynError, "asynManager::queueRequest: there is no priority %d",
                    static_cast<int>(priority));
    if (timeout > 0 && !user.timeoutCallback)
        return fail(pasynUser, asynError,
                    "asynManager::queueRequest: a timeout of %g s without a timeout callback",
                    timeout);
    const asynStatus status = mayQueue(*device, user, priority);
    if (status != asynSuccess)
        return notReady(pasynUser, status, *device->port);
    return device->port->canBlock() ? enqueue(device, user, priority, timeout)
                                    : runNow(device, user);
}

// Waits for a callback that runs in another thread. The asynUser may have been freed meanwhile.
static void awaitEnd(Port &port, User &user)
{
    user.finished->wait();
    bool destroy;
    {
        Guard guard(port.state);
        if (--user.cancelWaiters > 0)
            user.finished->signal();
        // Another run may have begun meanwhile, whose end does it then.
        destroy = user.freeAfterRun && user.cancelWaiters == 0 && user.state == RequestState::idle;
    }
    if (destroy)
        recycle(user);
}

asynStatus cancelRequest(asynUser *pasynUser, int *wasQueued)
{
    User &user = User::of(pasynUser);
    const DeviceRef device = deviceOf(pasynUser, "cancelRequest");
    if (!device)
        return asynError;
    Port &port = *device->port;
    *wasQueued = 0;
    {
        Guard guard(port.state);
        if (user.queued) {
            auto &queue = port.queue[user.priority];
            queue.erase(std::find(queue.begin(), queue.end(), &user));
            user.queued = false;
            *wasQueued = 1;
            return asynSuccess;
        }
        if (!user.watch() || user.runner == threadHere())
            return asynSuccess;
        if (!user.finished)
            user.finished = std::make_unique<epicsEvent>();
        // A run that began before the last waiter was awake has left its signal, too.
        if (user.cancelWaiters++ == 0)
            user.finished->tryWait();
    }
    awaitEnd(port, user);
    return asynSuccess;
}

// Blocks from the end of the client's next callback on.
asynStatus blockProcessCallback(asynUser *pasynUser, int allDevices)
{
    User &user = User::of(pasynUser);
    const DeviceRef device = deviceOf(pasynUser, "blockProcessCallback");
    if (!device)
        return asynError;
    const char *name = device->port->name.c_str();
    if (!device->port->canBlock())
        return fail(pasynUser, asynError, "port %s serves each request at once: it has no queue",
                    name);
    Guard guard(device->port->state);
    if (user.queued)
        return fail(pasynUser, asynError, "port %s: blockProcessCallback: a request is queued",
                    name);
    ++(allDevices ? user.blocksPort : user.blocksDevice);
    return asynSuccess;
}

asynStatus unblockProcessCallback(asynUser *pasynUser, int allDevices)
{
    User &user = User::of(pasynUser);
    const DeviceRef device = deviceOf(pasynUser, "unblockProcessCallback");
    if (!device)
        return asynError;
    Port &port = *device->port;
    {
        Guard guard(port.state);
        unsigned &count = allDevices ? user.blocksPort : user.blocksDevice;
        if (count == 0)
            return fail(pasynUser, asynError, "port %s%s is not blocked by this asynUser",
                        port.name.c_str(), allDevices ? "" : ": the device");
        if (user.queued)
            return fail(pasynUser, asynError,
                        "port %s: unblockProcessCallback: a request is queued", port.name.c_str());
        User *&holder = allDevices ? port.blockedBy : device->blockedBy;
        if (--count == 0 && holder == &user)
            holder = nullptr;
    }
    port.wake.signal();
    return asynSuccess;
}

} // namespace portManager
