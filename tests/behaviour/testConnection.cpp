// Connecting, disconnecting, enabling, and when a driver is asked to connect. No database.
#include <atomic>
#include <mutex>
#include <vector>

#include <asynShellCommands.h>

#include "liveDatabase.h"
#include "request.h"
#include "simpleDriver.h"

#include <asynInt32SyncIO.h>

namespace
{

// Notes when it is asked to connect, and may refuse.
class Device : public asynPortDriver
{
  public:
    explicit Device(const char *name, int addresses = 1, int autoConnect = 1, int flags = 0)
        : asynPortDriver(name, addresses, asynCommonMask | asynDrvUserMask | asynInt32Mask, 0,
                         flags, autoConnect, 0, 0)
    {
        user = pasynUserSelf;
    }
    asynStatus connect(asynUser *asking) override
    {
        std::lock_guard<std::mutex> guard(mutex_);
        asked_.push_back(epicsTime::getCurrent());
        return refuses ? asynError : asynPortDriver::connect(asking);
    }
    size_t asked()
    {
        std::lock_guard<std::mutex> guard(mutex_);
        return asked_.size();
    }
    epicsTime askedAt(size_t which)
    {
        std::lock_guard<std::mutex> guard(mutex_);
        return asked_.at(which);
    }

    asynUser *user;
    std::atomic<bool> refuses{false};

  private:
    std::mutex mutex_;
    std::vector<epicsTime> asked_;
};

bool is(asynStatus (*ask)(asynUser *, int *), asynUser *user)
{
    int yes = 0;
    return ask(user, &yes) == asynSuccess && yes != 0;
}

bool connected(Request &request)
{
    return is(pasynManager->isConnected, request.user());
}

void states()
{
    testDiag("states");
    Journal journal;
    auto *device = new Device("STATES", 1, 0);
    Request request(journal, "r", "STATES");
    testOk(!connected(request), "without autoConnect a port is not connected");
    testOk(request.queue() == asynDisconnected, "a request to it is refused: %s",
           request.message());
    testOk(request.queue(asynQueuePriorityConnect) == asynSuccess && journal.text() == "r",
           "but for one of priority Connect");
    pasynManager->exceptionConnect(device->user);
    testOk(connected(request) && request.queue() == asynSuccess, "connected, requests run");
    testOk(pasynManager->exceptionConnect(device->user) == asynError,
           "connecting twice is an error: %s", device->user->errorMessage);
    asynEnable("STATES", 0, 0);
    testOk(!is(pasynManager->isEnabled, request.user()), "asynEnable 0 disables");
    testOk(request.queue() == asynDisabled, "a request to it is refused: %s", request.message());
    testOk(request.queue(asynQueuePriorityConnect) == asynDisabled, "one of priority Connect, too");
    asynEnable("STATES", 0, 1);
    testOk(is(pasynManager->isEnabled, request.user()) && request.queue() == asynSuccess,
           "asynEnable 1 enables");
    pasynManager->exceptionDisconnect(device->user);
    testOk(!connected(request) && request.queue() == asynDisconnected, "disconnected");
    testOk(pasynManager->exceptionDisconnect(device->user) == asynError,
           "disconnecting twice is an error: %s", device->user->errorMessage);
    testOk(asynWaitConnect("STATES", 0.05) != 0, "asynWaitConnect gives up");
    testOk(device->asked() == 0, "nobody asked the driver to connect");
    asynAutoConnect("STATES", 0, 1);
    testOk(is(pasynManager->isAutoConnect, request.user()), "asynAutoConnect 1");
    testOk(asynWaitConnect("STATES", 20) == 0 && device->asked() == 1,
           "asynAutoConnect asks the driver to connect");
}

std::atomic<int> exceptions[asynExceptionTraceIOTruncateSize + 2];

void noted(asynUser *, asynException exception)
{
    ++exceptions[exception];
}

void announcements()
{
    testDiag("exceptions");
    Journal journal;
    auto *device = new Device("EXCEPTIONS");
    Request request(journal, "r", "EXCEPTIONS");
    testOk(pasynManager->exceptionCallbackAdd(request.user(), noted) == asynSuccess,
           "a client of exceptions");
    asynAutoConnect("EXCEPTIONS", 0, 0);
    testOk(exceptions[asynExceptionAutoConnect] == 1, "autoConnect is announced");
    pasynManager->exceptionDisconnect(device->user);
    testOk(exceptions[asynExceptionConnect] == 1, "disconnecting is announced");
    pasynManager->exceptionConnect(device->user);
    testOk(exceptions[asynExceptionConnect] == 2, "connecting is announced");
    asynEnable("EXCEPTIONS", 0, 0);
    asynEnable("EXCEPTIONS", 0, 1);
    testOk(exceptions[asynExceptionEnable] == 2, "enabling and disabling are announced");
    asynSetTraceMask("EXCEPTIONS", 0, 1);
    testOk(exceptions[asynExceptionTraceMask] == 1, "a trace mask is announced");
    pasynManager->exceptionCallbackRemove(request.user());
    asynEnable("EXCEPTIONS", 0, 1);
    testOk(exceptions[asynExceptionEnable] == 2, "to nobody who has left");
}

double between(const epicsTime &first, const epicsTime &second)
{
    return second - first;
}

void again(Device &refusing, const epicsTime &refused)
{
    testDiag("when a driver is asked to connect");
    Journal journal;
    auto *device = new Device("AGAIN");
    Request request(journal, "r", "AGAIN");
    testOk(asynWaitConnect("AGAIN", 20) == 0, "autoConnect connects at registration");
    const size_t before = device->asked();
    const epicsTime gone = epicsTime::getCurrent();
    pasynManager->exceptionDisconnect(device->user);
    testOk(eventually([=] { return device->asked() == before + 1; }),
           "a driver that has disconnected is asked to connect");
    const double delay = between(gone, device->askedAt(before));
    // asyn's timers are early by half a tick of the clock.
    testOk(delay > (bundled ? 0.009 : 0.004) && delay < 15, "10 ms after the disconnect: %g s",
           delay);
    testOk(asynWaitConnect("AGAIN", 20) == 0, "and is connected again");

    testOk(eventually([&] { return refusing.asked() >= 2; }, 40),
           "one that refused is asked again");
    const double pause = between(refused, refusing.askedAt(1));
    testOk(pause > 19.5 && pause < 30, "20 s after the refusal: %g s", pause);
    refusing.refuses = false;
    asynAutoConnect("REFUSING", 0, 1);
    testOk(asynWaitConnect("REFUSING", 20) == 0, "asynAutoConnect asks at once");
}

void addresses()
{
    testDiag("addresses");
    Journal journal;
    auto *device = new Device("MULTI", 3, 0);
    new Device("SINGLE");
    int yes = 0;
    testOk(pasynManager->isMultiDevice(device->user, "MULTI", &yes) == asynSuccess && yes == 1,
           "maxAddr above 1 makes ASYN_MULTIDEVICE");
    testOk(pasynManager->isMultiDevice(device->user, "SINGLE", &yes) == asynSuccess && yes == 0,
           "maxAddr 1 does not");
    Request port(journal, "p", "MULTI", -1), one(journal, "1", "MULTI", 1),
        two(journal, "2", "MULTI", 2);
    pasynManager->exceptionConnect(port.user());
    testOk(!connected(one) && one.queue() == asynDisconnected,
           "each address connects by itself: %s", one.message());
    pasynManager->exceptionConnect(one.user());
    testOk(connected(one) && one.queue() == asynSuccess && !connected(two),
           "one address is connected, the other is not");
    asynEnable("MULTI", 1, 0);
    testOk(one.queue() == asynDisabled && port.queue() == asynSuccess,
           "one address is disabled, the port is not");
    asynEnable("MULTI", 1, 1);
    asynEnable("MULTI", -1, 0);
    testOk(one.queue() == asynDisabled, "a port that is disabled disables its addresses");
    asynEnable("MULTI", -1, 1);
    pasynManager->exceptionDisconnect(port.user());
    testOk(one.queue() == asynDisconnected, "a port that is not connected disconnects them");
    pasynManager->exceptionConnect(port.user());
    testOk(one.queue() == asynSuccess, "and all is well again");
    Request far(journal, "f", "SINGLE", 17);
    asynWaitConnect("SINGLE", 20);
    testOk(far.queue() == asynSuccess, "a single-device port takes any address: %s", far.message());
}

void synchronous(const char *name, int flags, asynStatus disconnected)
{
    testDiag("SyncIO and a port that is not connected: %s", name);
    auto *driver = new SimpleDriver(name, flags);
    asynAutoConnect(name, 0, 0);
    driver->connected(false);
    asynUser *user = nullptr;
    epicsInt32 value = 0;
    testOk1(pasynInt32SyncIO->connect(name, 0, &user, "START") == asynSuccess);
    testOk(pasynInt32SyncIO->read(user, &value, 1) == disconnected &&
               value == (disconnected == asynSuccess ? 42 : 0),
           "a port that does not block serves it, another one refuses: %s", user->errorMessage);
    asynEnable(name, 0, 0);
    testOk(pasynInt32SyncIO->read(user, &value, 1) == asynDisabled, "a disabled one does not: %s",
           user->errorMessage);
    pasynInt32SyncIO->disconnect(user);
}

} // namespace

int main()
{
    testPlan(45);
    eltc(0);
    // The base class connects at registration. Then it disconnects and refuses for 20 s, during
    // which the rest is tested.
    auto *refusing = new Device("REFUSING", 1, 0);
    Journal journal;
    Request client(journal, "c", "REFUSING");
    refusing->refuses = true;
    asynAutoConnect("REFUSING", 0, 1);
    testOk(eventually([=] { return refusing->asked() == 1; }), "a driver refuses to connect");
    const epicsTime refused = refusing->askedAt(0);
    states();
    announcements();
    addresses();
    synchronous("DIRECT", 0, asynSuccess);
    synchronous("QUEUED", ASYN_CANBLOCK, asynDisconnected);
    again(*refusing, refused);
    return testDone();
}
