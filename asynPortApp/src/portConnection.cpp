// Whether a port and its devices are connected and enabled, and who wants to know.
#include <algorithm>
#include <cstring>

#include "portManager.h"

#include <epicsExit.h>
#include <epicsTimer.h>
#include <errlog.h>

namespace portManager
{

namespace
{

constexpr double afterDisconnect = 0.01; // s
constexpr double afterRefusal = 20.0;    // s
std::atomic<double> connectTimeout{0.5}; // s

asynInterface *commonOf(Port &port)
{
    Guard guard(port.state);
    for (asynInterface *interface : port.interfaces)
        if (std::strcmp(interface->interfaceType, asynCommonType) == 0)
            return interface;
    return nullptr;
}

// Asks the driver to connect; it answers by exceptionConnect.
void attempt(Device &device)
{
    Port &port = *device.port;
    asynInterface *common = commonOf(port);
    if (!common)
        return;
    asynUser *user = createAsynUser(nullptr, nullptr);
    User::of(user).device = &device;
    user->timeout = connectTimeout;
    {
        Guard sync(port.sync);
        bool wanted;
        {
            Guard guard(port.state);
            wanted = !device.connected && device.autoConnect && device.enabled && !device.defunct;
            if (wanted)
                device.nextAttempt = epicsTime::getCurrent() + afterRefusal;
        }
        if (wanted)
            static_cast<asynCommon *>(common->pinterface)->connect(common->drvPvt, user);
    }
    bool refused;
    {
        Guard guard(port.state);
        refused = !device.connected && device.autoConnect && !device.defunct;
    }
    freeAsynUser(user);
    if (refused)
        attemptLater(device, afterRefusal);
}

epicsTimerQueueActive &timerQueue()
{
    static auto &queue = epicsTimerQueueActive::allocate(true, epicsThreadPriorityMedium);
    return queue;
}

// One attempt of one device; it lives as long as the device does, for ever.
class AttemptTimer : public epicsTimerNotify
{
  public:
    explicit AttemptTimer(Device &device) : device_(device), timer_(timerQueue().createTimer()) {}
    void start(double delay) { timer_.start(*this, delay); }

  private:
    expireStatus expire(const epicsTime &) override
    {
        attempt(device_);
        return noRestart;
    }
    Device &device_;
    epicsTimer &timer_;
};

asynStatus setConnected(asynUser *user, const char *function, bool connected)
{
    Device *device = deviceOf(user, function);
    if (!device)
        return asynError;
    {
        Guard guard(device->port->state);
        if (device->connected == connected)
            return fail(user, asynError, "port %s is %s already", device->port->name.c_str(),
                        connected ? "connected" : "disconnected");
        device->connected = connected;
        if (connected)
            ++device->connections;
    }
    announce(*device, asynExceptionConnect);
    return asynSuccess;
}

asynStatus ask(asynUser *user, const char *function, int *yesNo, bool Device::*flag)
{
    Device *device = deviceOf(user, function);
    if (!device)
        return asynError;
    Guard guard(device->port->state);
    *yesNo = device->*flag;
    return asynSuccess;
}

} // namespace

void attemptLater(Device &device, double delay)
{
    static epicsMutex mutex; // guards timers
    static auto *timers = new std::map<Device *, std::unique_ptr<AttemptTimer>>;
    Guard guard(mutex);
    auto &timer = (*timers)[&device];
    if (!timer)
        timer = std::make_unique<AttemptTimer>(device);
    timer->start(delay);
}

asynStatus ready(Device &device, bool evenIfDisconnected)
{
    Port &port = *device.port;
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

void announce(Device &device, asynException exception)
{
    std::vector<ExceptionClient> clients;
    {
        Guard guard(device.port->state);
        clients = device.exceptionClients;
    }
    for (const ExceptionClient &client : clients)
        client.callback(&client.user->user, exception);
}

asynStatus exceptionConnect(asynUser *user)
{
    return setConnected(user, "exceptionConnect", true);
}

asynStatus exceptionDisconnect(asynUser *user)
{
    const asynStatus status = setConnected(user, "exceptionDisconnect", false);
    if (status == asynSuccess) {
        Device &device = *User::of(user).device;
        {
            Guard guard(device.port->state);
            device.nextAttempt = epicsTime::getCurrent() + afterDisconnect;
        }
        attemptLater(device, afterDisconnect);
    }
    return status;
}

asynStatus exceptionCallbackAdd(asynUser *user, exceptionCallback callback)
{
    Device *device = deviceOf(user, "exceptionCallbackAdd");
    if (!device)
        return asynError;
    Guard guard(device->port->state);
    device->exceptionClients.push_back({&User::of(user), callback});
    return asynSuccess;
}

asynStatus exceptionCallbackRemove(asynUser *user)
{
    Device *device = deviceOf(user, "exceptionCallbackRemove");
    if (!device)
        return asynError;
    Guard guard(device->port->state);
    auto &clients = device->exceptionClients;
    auto found =
        std::find_if(clients.begin(), clients.end(), [user](const ExceptionClient &client) {
            return client.user == &User::of(user);
        });
    if (found == clients.end())
        return fail(user, asynError, "no exception callback is registered");
    clients.erase(found);
    return asynSuccess;
}

asynStatus enable(asynUser *user, int yesNo)
{
    Device *device = deviceOf(user, "enable");
    if (!device)
        return asynError;
    {
        Guard guard(device->port->state);
        if (device->defunct || device->port->self.defunct)
            return fail(user, asynDisabled, "port %s is shut down", device->port->name.c_str());
        device->enabled = yesNo != 0;
    }
    announce(*device, asynExceptionEnable);
    return asynSuccess;
}

asynStatus autoConnect(asynUser *user, int yesNo)
{
    Device *device = deviceOf(user, "autoConnect");
    if (!device)
        return asynError;
    {
        Guard guard(device->port->state);
        device->autoConnect = yesNo != 0;
        device->nextAttempt = epicsTime();
    }
    announce(*device, asynExceptionAutoConnect);
    if (yesNo)
        attemptLater(*device, 0);
    return asynSuccess;
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

namespace
{
void signalConnected(asynUser *user, asynException)
{
    static_cast<epicsEvent *>(user->userPvt)->signal();
}
} // namespace

asynStatus waitConnect(asynUser *user, double timeout)
{
    Device *device = deviceOf(user, "waitConnect");
    if (!device)
        return asynError;
    epicsEvent changed;
    asynUser *watcher = createAsynUser(nullptr, nullptr);
    User::of(watcher).device = device;
    watcher->userPvt = &changed;
    exceptionCallbackAdd(watcher, signalConnected);
    const epicsTime deadline = epicsTime::getCurrent() + timeout;
    int connected = 0;
    for (;;) {
        isConnected(user, &connected);
        const double left = deadline - epicsTime::getCurrent();
        if (connected || left <= 0)
            break;
        changed.wait(left);
    }
    {
        // Nobody is inside signalConnected any more once the port's lock has been held.
        Guard sync(device->port->sync);
        exceptionCallbackRemove(watcher);
    }
    freeAsynUser(watcher);
    return connected ? asynSuccess
                     : fail(user, asynTimeout, "port %s did not connect within %g s",
                            device->port->name.c_str(), timeout);
}

void shutdownAllAtExit(void *)
{
    std::vector<Port *> ports = allPorts();
    for (auto port = ports.rbegin(); port != ports.rend(); ++port) {
        if (!((*port)->attributes & ASYN_DESTRUCTIBLE))
            continue;
        asynUser *user = createAsynUser(nullptr, nullptr);
        User::of(user).device = &(*port)->self;
        shutdownPort(user);
        freeAsynUser(user);
    }
}

asynStatus shutdownPort(asynUser *user)
{
    Device *device = deviceOf(user, "shutdownPort");
    if (!device)
        return asynError;
    Port &port = *device->port;
    if (!(port.attributes & ASYN_DESTRUCTIBLE))
        return fail(user, asynError, "port %s is not destructible", port.name.c_str());
    {
        // The lock lets a running request end; later ones see that the port is defunct.
        Guard sync(port.sync);
        Guard guard(port.state);
        if (port.self.defunct)
            return asynSuccess;
        port.self.defunct = true;
        port.self.enabled = false;
        port.interfaces.clear();
    }
    forgetName(port);
    announce(port.self, asynExceptionShutdown);
    return asynSuccess;
}

} // namespace portManager
