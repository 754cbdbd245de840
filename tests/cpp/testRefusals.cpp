// Drivers that refuse to connect or take their time: what is printed, who waits for them, and how
// long.
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include <asynShellCommands.h>

#include "../behaviour/liveDatabase.h"
#include "../behaviour/simpleDriver.h"
#include "../behaviour/traceLog.h"

namespace
{

// Refuses until it may connect.
class Refusing : public SimpleDriver
{
  public:
    explicit Refusing(const char *name, int flags = ASYN_CANBLOCK) : SimpleDriver(name, flags)
    {
        asynUser *whole = pasynManager->createAsynUser(nullptr, nullptr);
        pasynManager->connectDevice(whole, name, -1);
        pasynManager->autoConnect(whole, 0);
        pasynManager->exceptionDisconnect(whole);
        pasynManager->freeAsynUser(whole);
    }
    asynStatus connect(asynUser *user) override
    {
        int address = -1;
        pasynManager->getAddr(user, &address);
        if (inside)
            go.wait(30.0);
        {
            std::lock_guard<std::mutex> guard(mutex_);
            asked_ += " " + std::to_string(address);
        }
        if (mayConnect) {
            const asynStatus status = pasynManager->exceptionConnect(user);
            if (lingers)
                go.wait(30.0);
            return status;
        }
        if (connectsLater)
            return asynSuccess;
        snprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize), "no cable");
        return asynError;
    }
    // The addresses, in the order in which it has been asked for them.
    std::string asked() const
    {
        std::lock_guard<std::mutex> guard(mutex_);
        return {asked_.data(), asked_.size()}; // not one that threads share
    }
    bool isAsked(const char *addresses, int address = -1)
    {
        asynAutoConnect(portName, address, 1);
        return eventually([=] { return asked() == addresses; });
    }

    std::atomic<bool> mayConnect{false}, connectsLater{false}, inside{false}, lingers{false};
    epicsEvent go;

  private:
    mutable std::mutex mutex_;
    std::string asked_; // guarded by mutex_
};

size_t count(const std::string &text, const char *part)
{
    size_t found = 0;
    for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++found;
    return found;
}

void messages()
{
    testDiag("what is printed");
    Refusing &driver = *new Refusing("REFUSED");
    TraceLog log(driver.self(), ASYN_TRACE_ERROR);
    const char *const refused = "port REFUSED cannot connect: no cable";
    const char *const succeeded = "port REFUSED is connected now";
    testOk(driver.isAsked(" -1") && eventually([&] { return log.has(refused); }),
           "a refusal, with its reason: %s", log.text().c_str());
    testOk1(driver.isAsked(" -1 -1") && driver.isAsked(" -1 -1 -1"));
    testOk(count(log.text(), refused) == 1, "once, however often it refuses");
    driver.mayConnect = true;
    asynAutoConnect("REFUSED", -1, 1);
    testOk(asynWaitConnect("REFUSED", 20) == 0 && count(log.text(), succeeded) == 1,
           "and when it has connected: %s", log.text().c_str());
    driver.connected(false);
    testOk(asynWaitConnect("REFUSED", 20) == 0 && count(log.text(), "connect") == 2,
           "nothing where the first attempt is successful");
    driver.mayConnect = false;
    driver.connected(false);
    testOk(eventually([&] { return count(log.text(), refused) == 2; }),
           "a refusal after that is printed again");
}

bool isConnected(const char *port)
{
    asynUser *user = pasynManager->createAsynUser(nullptr, nullptr);
    pasynManager->connectDevice(user, port, -1);
    int yes = 0;
    pasynManager->isConnected(user, &yes);
    pasynManager->freeAsynUser(user);
    return yes != 0;
}

void disconnectedAtOnce()
{
    testDiag("a device that disconnects before connect() has returned");
    Refusing &driver = *new Refusing("BRIEF");
    driver.mayConnect = true;
    driver.lingers = true;
    asynAutoConnect("BRIEF", -1, 1);
    testOk1(eventually([] { return isConnected("BRIEF"); }));
    driver.connected(false);
    driver.lingers = false;
    driver.go.signal();
    testOk(asynWaitConnect("BRIEF", 15) == 0, "is connected again soon, not 20 s later");
}

void later()
{
    testDiag("a driver that connects in a thread of its own");
    Refusing &driver = *new Refusing("LATER");
    driver.connectsLater = true;
    TraceLog log(driver.self(), ASYN_TRACE_ERROR);
    testOk1(driver.isAsked(" -1") && driver.isAsked(" -1 -1"));
    driver.connected(true);
    testOk(log.text().empty(), "nothing is printed: %s", log.text().c_str());
}

void addresses()
{
    testDiag("an address whose port is not connected");
    Refusing &driver = *new Refusing("MANY", ASYN_CANBLOCK | ASYN_MULTIDEVICE);
    testOk1(driver.isAsked(" -1") && driver.isAsked(" -1 -1", 1));
    epicsThreadSleep(0.1); // time enough to be asked for the address
    testOk(driver.asked() == " -1 -1", "the port is asked, and refuses; the address is not:%s",
           driver.asked().c_str());
    driver.mayConnect = true;
    testOk(driver.isAsked(" -1 -1 -1 1", 1), "first the port, then its address:%s",
           driver.asked().c_str());
}

// A driver in C, which registers itself when it is complete.
struct Plain {
    explicit Plain(const char *name)
    {
        common.interfaceType = asynCommonType;
        common.pinterface = &table;
        common.drvPvt = this;
        registering = epicsThreadGetIdSelf();
        pasynManager->registerPort(name, ASYN_CANBLOCK, 1, 0, 0);
    }
    void registers(const char *name) { pasynManager->registerInterface(name, &common); }

    asynInterface common{};
    std::atomic<bool> slow{false}, inside{false};
    epicsThreadId registering = nullptr;
    std::atomic<epicsThreadId> asked{nullptr};
    epicsEvent go;

  private:
    static void report(void *, FILE *, int) {}
    static asynStatus connect(void *pvt, asynUser *user)
    {
        auto &self = *static_cast<Plain *>(pvt);
        self.asked = epicsThreadGetIdSelf();
        self.inside = true;
        if (self.slow)
            self.go.wait(30.0);
        self.inside = false;
        return pasynManager->exceptionConnect(user);
    }
    static asynStatus disconnect(void *, asynUser *user)
    {
        return pasynManager->exceptionDisconnect(user);
    }
    static asynCommon table;
};
asynCommon Plain::table = {report, connect, disconnect};

void registration()
{
    testDiag("the first attempt of a driver in C");
    Plain &quick = *new Plain("QUICK"), &slow = *new Plain("SLOW");
    quick.registers("QUICK");
    testOk(isConnected("QUICK"), "one that is quick is connected when it has registered itself");
    testOk(quick.asked != quick.registering, "it is asked in the thread of its port");
    slow.slow = true;
    slow.registers("SLOW");
    testOk(slow.inside, "one that is slow keeps nobody waiting who makes it");
    slow.go.signal();
    testOk(asynWaitConnect("SLOW", 20) == 0, "and connects later");
}

void locking()
{
    testDiag("a client that takes the lock of a port that connects");
    Refusing &driver = *new Refusing("LOCKED");
    driver.inside = true;
    asynUser *user = pasynManager->createAsynUser(nullptr, nullptr);
    pasynManager->connectDevice(user, "LOCKED", 0);
    pasynManager->setQueueLockPortTimeout(user, 0.1);
    pasynManager->autoConnect(user, 1);
    const auto begin = std::chrono::steady_clock::now();
    testOk(pasynManager->queueLockPort(user) == asynDisconnected, "is refused: %s",
           user->errorMessage);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    testOk(taken.count() < 15 && driver.asked().empty(), "after its timeout: %g s", taken.count());
    pasynManager->setQueueLockPortTimeout(user, 20);
    driver.mayConnect = true;
    driver.go.signal();
    testOk(pasynManager->queueLockPort(user) == asynSuccess, "or gets it when that is done: %s",
           user->errorMessage);
    pasynManager->queueUnlockPort(user);
    pasynManager->freeAsynUser(user);
}

} // namespace

int main()
{
    testPlan(20);
    messages();
    disconnectedAtOnce();
    later();
    addresses();
    registration();
    locking();
    return testDone();
}
