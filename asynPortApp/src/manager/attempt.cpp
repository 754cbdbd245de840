// When a driver is asked to connect: as asyn does, at its registration, before a request, a moment
// after it has disconnected, and now and then when it has refused.
//
// That may take long, so a driver that may block is asked by its port's thread. All others share
// one thread, which waits for nobody that is in such a driver: where it is busy, a thread of its
// own does, since among clients that take turns a try now and then might never find the lock free.
//
// A driver in C++ registers itself in the constructor of its base class. That first attempt reaches
// the base class's connect(), as it must. Another thread's attempt would reach the derived class
// while its constructor runs; so a driver that disconnects before anybody else has used its port is
// left alone until somebody does. See Port::inUse.
#include "common/epicsEntry.h"
#include "manager/port.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include <epicsTimer.h>

namespace portManager
{

namespace
{

std::atomic<double> connectTimeout{0.5}; // s
constexpr double whileBusy = 1;          // s
constexpr double whileUnfinished = 0.1;  // s; see ASYN_UNFINISHED

asynInterface *commonOf(Port &port)
{
    Guard guard(port.state);
    for (asynInterface *interface : port.interfaces)
        if (std::strcmp(interface->interfaceType, asynCommonType) == 0)
            return interface;
    return nullptr;
}

epicsTimerQueueActive &timerQueue()
{
    static auto &queue = epicsTimerQueueActive::allocate(true, epicsThreadPriorityMedium);
    return queue;
}

bool wantsConnection(const Device &device) // state held
{
    return !device.connected && device.autoConnect && device.enabled && !device.defunct &&
           !device.port->self.defunct;
}

// Whatever the driver does.
class EndOfAttempt
{
  public:
    [[nodiscard]] EndOfAttempt(Device &device, unsigned long connectionsBefore)
        : device_(device), connectionsBefore_(connectionsBefore)
    {
    }
    ~EndOfAttempt()
    {
        Guard guard(device_.port->state);
        device_.connecting = false;
        // The attempt may have taken longer than that. A device that connected and was disconnected
        // again before connect() returned has not refused: exceptionDisconnect has set the time.
        if (!device_.connected && device_.connections == connectionsBefore_)
            device_.nextAttempt = MonotonicTime::after(afterRefusal);
    }
    EndOfAttempt(const EndOfAttempt &) = delete;
    EndOfAttempt &operator=(const EndOfAttempt &) = delete;

  private:
    Device &device_;
    const unsigned long connectionsBefore_;
};

// Port::state held.
void forgetAttempt(Device &device)
{
    auto &attempts = device.port->attempts;
    attempts.erase(std::remove(attempts.begin(), attempts.end(), &device), attempts.end());
}

// What the driver answers; nothing where it is not asked.
std::optional<asynStatus> askDriver(Device &device, asynUser *user)
{
    Port &port = *device.port;
    SyncGuard sync(port.sync);
    // Looked up under the lock: shutdownPort takes the interfaces away under it.
    asynInterface *common = commonOf(port);
    unsigned long connections;
    {
        Guard guard(port.state);
        connections = device.connections;
        forgetAttempt(device); // here it is
        const bool hasPort = &device == &port.self || port.self.connected;
        if (!wantsConnection(device) || !hasPort || device.connecting) // or it would go on within
            return std::nullopt;                                       // itself
        device.nextAttempt = MonotonicTime::after(afterRefusal);
        if (!common)
            return std::nullopt;
        device.connecting = true;
    }
    const EndOfAttempt end(device, connections);
    try {
        return static_cast<asynCommon *>(common->pinterface)->connect(common->drvPvt, user);
    } catch (const std::exception &error) { // of a driver that is no asynPortDriver
        return fail(user, asynError, "connect() ended by a C++ exception: %s", error.what());
    } catch (...) {
        return fail(user, asynError, "connect() ended by a C++ exception");
    }
}

// True for the first refusal since the device was connected.
bool isFirstRefusal(Device &device)
{
    Guard guard(device.port->state);
    if (!wantsConnection(device) || device.refusalTold)
        return false;
    device.refusalTold = true;
    return true;
}

void tellRefusal(const Device &device, asynUser *user, asynStatus status)
{
    const char *reason = user->errorMessage[0] ? user->errorMessage : strStatus(status);
    pasynTrace->print(user, ASYN_TRACE_ERROR, "%s cannot connect: %s; next attempt in %g s\n",
                      placeOf(device).c_str(), reason, afterRefusal);
}

// By the port's thread. Port::state held.
void attemptSoon(Device &device)
{
    if (!awaitsAttempt(device))
        device.port->attempts.push_back(&device);
    device.port->wake.signal();
}

// Who would have to be connected. Port::state held.
Device *missing(Device &device)
{
    Device &whole = device.port->self;
    return !whole.connected ? &whole : !device.connected ? &device : nullptr;
}

// Port::state held.
bool unusable(const Device &device)
{
    const Device &whole = device.port->self;
    return !device.enabled || !whole.enabled || device.defunct || whole.defunct;
}

// Mostly, and no lock is needed to see it.
bool allIsWell(const Device &device)
{
    const Device &whole = device.port->self;
    return device.connected && device.enabled && !device.defunct && whole.connected &&
           whole.enabled && !whole.defunct;
}

// Port::state held.
bool attemptIsDue(const Device &device)
{
    return device.autoConnect && !device.connecting && MonotonicTime::now() >= device.nextAttempt;
}

// Whether the port's thread is to ask for the device, or does so.
bool isPending(const Device &device)
{
    Guard guard(device.port->state);
    return device.connecting || awaitsAttempt(device);
}

// Waits for the lock of a busy port that does not block.
void patientAttempt(void *argument)
{
    const std::unique_ptr<DeviceRef> reference(static_cast<DeviceRef *>(argument));
    Device &device = **reference;
    SyncGuard sync(device.port->sync);
    {
        Guard guard(device.port->state);
        device.awaited = false;
    }
    attempt(device);
}

// False when there can be no thread.
bool attemptWhenFree(Device &device)
{
    {
        Guard guard(device.port->state);
        if (device.awaited)
            return true;
        device.awaited = true;
    }
    auto reference = std::make_unique<DeviceRef>(device.port->refer(device));
    if (epicsThreadCreate("asynConnect", epicsThreadPriorityMedium,
                          epicsThreadGetStackSize(epicsThreadStackMedium),
                          epicsEntry<patientAttempt>, reference.get())) {
        static_cast<void>(reference.release()); // the thread's
        return true;
    }
    Guard guard(device.port->state);
    device.awaited = false;
    return false;
}

} // namespace

// The attempts of one device. Owned by it, so that it can only look whether it is still there.
class AttemptTimer : public epicsTimerNotify
{
  public:
    explicit AttemptTimer(Device &device)
        : port_(device.port->weak_from_this()), device_(device), timer_(timerQueue().createTimer())
    {
    }
    ~AttemptTimer() override { timer_.destroy(); } // an attempt in another thread ends first
    AttemptTimer(const AttemptTimer &) = delete;
    AttemptTimer &operator=(const AttemptTimer &) = delete;
    void start(double delay) { timer_.start(*this, delay); }

  private:
    expireStatus expire(const epicsTime &) override
    {
        return epicsGuarded("an attempt to connect", expireStatus(noRestart),
                            [this] { return next(); });
    }
    expireStatus next()
    {
        // The reference may be the last one, and this object gone when it is dropped.
        const std::shared_ptr<Port> port = port_.lock();
        if (!port)
            return noRestart;
        if (isUnfinished(*port))
            return expireStatus(restart, whileUnfinished);
        if (port->canBlock()) {
            Guard guard(port->state);
            attemptSoon(device_);
            return noRestart;
        }
        if (!port->sync.tryLock())
            return attemptWhenFree(device_) ? expireStatus(noRestart)
                                            : expireStatus(restart, whileBusy);
        const std::lock_guard<OwnedMutex> held(port->sync, std::adopt_lock);
        attempt(device_);
        return noRestart;
    }

    const std::weak_ptr<Port> port_;
    Device &device_;
    epicsTimer &timer_;
};

void startTimers()
{
    timerQueue();
}

Device::Device(Port &devicePort, int deviceAddress) : port(&devicePort), address(deviceAddress) {}

Device::~Device() = default;

// Of an address the port is asked before.
static void attemptPort(Device &device)
{
    Device &whole = device.port->self;
    bool due;
    {
        Guard guard(device.port->state);
        due = &device != &whole && !whole.connected && attemptIsDue(whole);
    }
    if (due)
        attempt(whole);
}

void attempt(Device &device)
{
    attemptPort(device);
    asynUser *user = createAsynUser(nullptr, nullptr);
    User::of(user).device = device.port->refer(device);
    user->timeout = connectTimeout;
    unsigned long connections;
    {
        Guard guard(device.port->state);
        connections = device.connections;
    }
    const std::optional<asynStatus> answer = askDriver(device, user);
    // One that succeeds may connect later, in a thread of the driver's own.
    if (answer && *answer != asynSuccess && isFirstRefusal(device))
        tellRefusal(device, user, *answer);
    bool again;
    {
        Guard guard(device.port->state);
        // A disconnection since then has started the timer for an earlier attempt.
        const bool hasConnected = device.connections != connections;
        const bool failed = answer && *answer != asynSuccess;
        again = wantsConnection(device) && (failed || !hasConnected);
    }
    if (again)
        attemptLater(device, afterRefusal);
    freeAsynUser(user);
}

// A driver of asynPortDriver is asked in the thread that makes it; see above. Of the others, those
// that may block are asked by their port's thread, for which the one that registers them waits a
// moment.
void attemptFirst(Port &port)
{
    Device &whole = port.self;
    {
        Guard guard(port.state);
        if (port.canBlock() && !port.driverLock && wantsConnection(whole))
            attemptSoon(whole);
    }
    if (!isPending(whole)) {
        attempt(whole);
        return;
    }
    const MonotonicTime deadline = MonotonicTime::after(connectTimeout);
    for (double pause = 1e-4; isPending(whole); pause = std::min(2 * pause, 0.01)) {
        if (MonotonicTime::now() > deadline)
            return;
        epicsThreadSleep(pause);
    }
}

bool awaitsAttempt(const Device &device)
{
    const auto &attempts = device.port->attempts;
    return std::find(attempts.begin(), attempts.end(), &device) != attempts.end();
}

void attemptInTurn(Device &device)
{
    {
        Guard guard(device.port->state);
        if (!awaitsAttempt(device))
            return;
    }
    attempt(device);
}

void askForRequest(Device &device)
{
    if (device.port->self.connected && wantsConnection(device) && attemptIsDue(device))
        attemptSoon(device);
}

void attemptLater(Device &device, double delay)
{
    AttemptTimer *timer;
    {
        Guard guard(device.port->state);
        if (device.defunct || device.port->self.defunct)
            return;
        if (!device.timer)
            device.timer = std::make_unique<AttemptTimer>(device);
        timer = device.timer.get();
    }
    timer->start(
        delay); // waits for the timer queue, so without the lock; the caller has a reference
}

asynStatus ready(Device &device)
{
    if (allIsWell(device))
        return asynSuccess;
    Port &port = *device.port;
    // The port, its address, somebody else's attempt, and a look at what has come of it.
    for (int looks = 0; looks < 4; ++looks) {
        Device *wanted;
        {
            Guard guard(port.state);
            if (unusable(device))
                return asynDisabled;
            wanted = missing(device);
            if (!wanted)
                return asynSuccess;
            const bool byAnother = wanted->connecting && !port.sync.heldHere() && !port.canBlock();
            if (!byAnother && !attemptIsDue(*wanted))
                return asynDisconnected;
        }
        SyncGuard untilOthersHave(port.sync);
        bool due;
        {
            Guard guard(port.state);
            due = attemptIsDue(*wanted);
        }
        if (due)
            attempt(*wanted);
    }
    return asynDisconnected;
}

asynStatus readyUntil(Device &device, MonotonicTime deadline)
{
    Port &port = *device.port;
    // Its thread would wait for this one.
    if (!port.canBlock() || port.sync.heldHere())
        return ready(device);
    for (double pause = 1e-4;; pause = std::min(2 * pause, 0.01)) {
        {
            Guard guard(port.state);
            if (unusable(device))
                return asynDisabled;
            Device *wanted = missing(device);
            if (!wanted)
                return asynSuccess;
            if (attemptIsDue(*wanted))
                attemptSoon(*wanted);
            else if (!wanted->connecting && !awaitsAttempt(*wanted))
                return asynDisconnected;
        }
        if (MonotonicTime::now() > deadline)
            return asynDisconnected;
        epicsThreadSleep(pause);
    }
}

asynStatus usable(Device &device)
{
    if (allIsWell(device))
        return asynSuccess;
    Guard guard(device.port->state);
    return unusable(device) ? asynDisabled : asynSuccess;
}

asynStatus readyToQueue(Device &device, bool looksItself)
{
    if (allIsWell(device))
        return asynSuccess;
    Device &whole = device.port->self;
    Guard guard(device.port->state);
    if (unusable(device))
        return asynDisabled;
    Device *wanted = missing(device);
    if (!wanted)
        return asynSuccess;
    const bool due = attemptIsDue(*wanted);
    if (due)
        attemptSoon(*wanted);
    const bool patient = looksItself || wanted != &whole;
    return patient && (due || wanted->connecting) ? asynSuccess : asynDisconnected;
}

asynStatus setAutoConnectTimeout(double timeout)
{
    connectTimeout = timeout;
    return asynSuccess;
}

asynStatus getAutoConnectTimeout(double *timeout)
{
    *timeout = connectTimeout;
    return asynSuccess;
}

} // namespace portManager
