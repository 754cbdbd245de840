// When a driver is asked to connect: as asyn does, at its registration in the thread that registers
// it, before a request, a moment after it has disconnected, and now and then when it has refused.
//
// A driver in C++ registers itself in the constructor of its base class. That first attempt reaches
// the base class's connect(), as it must. Another thread's attempt would reach the derived class
// while its constructor runs; so a driver that disconnects before anybody else has used its port is
// left alone until somebody does. See Port::inUse.
#include "portManager.h"

#include <cstring>

#include <epicsTimer.h>

namespace portManager
{

namespace
{

std::atomic<double> connectTimeout{0.5}; // s

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

void askDriver(Device &device, asynUser *user)
{
    Port &port = *device.port;
    SyncGuard sync(port.sync);
    // Looked up under the lock: shutdownPort takes the interfaces away under it.
    asynInterface *common = commonOf(port);
    {
        Guard guard(port.state);
        if (!common || !wantsConnection(device))
            return;
        device.nextAttempt = deadlineAfter(afterRefusal);
    }
    static_cast<asynCommon *>(common->pinterface)->connect(common->drvPvt, user);
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
        // The reference may be the last one, and this object gone when it is dropped.
        if (const std::shared_ptr<Port> port = port_.lock())
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

void attempt(Device &device)
{
    asynUser *user = createAsynUser(nullptr, nullptr);
    User::of(user).device = device.port->refer(device);
    user->timeout = connectTimeout;
    askDriver(device, user);
    bool refused;
    {
        Guard guard(device.port->state);
        refused = wantsConnection(device);
    }
    if (refused)
        attemptLater(device, afterRefusal);
    freeAsynUser(user);
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

asynStatus ready(Device &device, bool evenIfDisconnected)
{
    Port &port = *device.port;
    // Mostly all is well, and no lock is needed to see it.
    if (device.connected && device.enabled && !device.defunct && port.self.connected &&
        port.self.enabled && !port.self.defunct)
        return asynSuccess;
    for (int attempts = 0;; ++attempts) {
        Device *missing = nullptr;
        {
            Guard guard(port.state);
            if (!device.enabled || !port.self.enabled || device.defunct || port.self.defunct)
                return asynDisabled;
            if (evenIfDisconnected)
                return asynSuccess;
            if (!port.self.connected)
                missing = &port.self;
            else if (!device.connected)
                missing = &device;
            if (!missing)
                return asynSuccess;
            if (attempts == 2 || !missing->autoConnect ||
                epicsTime::getCurrent() < missing->nextAttempt)
                return asynDisconnected;
        }
        attempt(*missing);
    }
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
