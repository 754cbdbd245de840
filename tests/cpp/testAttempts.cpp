// When and in which order the thread of a blocking port asks its driver to connect, with clients
// that wait meanwhile. See testSlowConnect, too.
#include <atomic>
#include <functional>
#include <thread>

#include <asynShellCommands.h>
#include <epicsGeneralTime.h>
#include <generalTimeSup.h>

#include "../behaviour/liveDatabase.h"
#include "../behaviour/request.h"
#include "../behaviour/simpleDriver.h"

namespace
{

// A clock that tests can put forward: nobody wants to wait for 20 s.
std::atomic<double> ahead{0}; // s

int clockAhead(epicsTimeStamp *time)
{
    timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    epicsTimeFromTimespec(time, &now);
    epicsTimeAddSeconds(time, ahead);
    return 0;
}

// Not connected; what it does when it is asked is the test's, which may change it where nobody
// asks.
class Asked : public SimpleDriver
{
  public:
    using Connect = std::function<asynStatus(asynUser *, int address)>;

    explicit Asked(const char *name, int flags = ASYN_CANBLOCK) : SimpleDriver(name, flags)
    {
        pasynManager->autoConnect(pasynUserSelf, 0);
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
        ++asked;
        return onConnect ? onConnect(user, address) : pasynManager->exceptionConnect(user);
    }

    Connect onConnect;
    std::atomic<int> asked{0};
};

void longAttempt(Asked &driver)
{
    testDiag("a driver that takes longer to refuse than it is left alone afterwards");
    epicsEvent go;
    driver.onConnect = [&](asynUser *, int) {
        go.wait();
        return asynError;
    };
    asynAutoConnect("LONG", 0, 1);
    testOk1(eventually([&] { return driver.asked == 1; }));
    process("first");
    ahead = ahead + 25;
    process("second");
    go.signal();
    testOk(becomes("first.PACT", 0) && becomes("second.PACT", 0), "records wait for one attempt");
    testOk(driver.asked == 1, "only: %d", driver.asked.load());
    process("first");
    testOk(number("first.PACT") == 0 && driver.asked == 1, "and the next one not at all");
    asynAutoConnect("LONG", 0, 0);
}

void inItself()
{
    testDiag("a driver that uses its own port in a long attempt");
    Asked &driver = *new Asked("ITSELF");
    asynUser *user = pasynManager->createAsynUser(nullptr, nullptr);
    pasynManager->connectDevice(user, "ITSELF", 0);
    asynStatus status = asynSuccess;
    driver.onConnect = [&](asynUser *asking, int) {
        ahead = ahead + 25;
        if (driver.asked < 5)
            status = pasynManager->queueLockPort(user);
        return pasynManager->exceptionConnect(asking);
    };
    asynAutoConnect("ITSELF", 0, 1);
    testOk(asynWaitConnect("ITSELF", 20) == 0, "it connects");
    testOk(driver.asked == 1, "it is asked once: %d times", driver.asked.load());
    testOk(status == asynDisconnected, "and its request refused: %s", user->errorMessage);
    pasynManager->freeAsynUser(user);
}

} // namespace

int main()
{
    generalTimeRegisterCurrentProvider("ahead", 1, clockAhead);
    testPlan(0);
    Asked &driver = *new Asked("LONG");
    const std::string link = "@asyn(LONG)START";
    return live(record("longin", "first", "asynInt32", link) +
                    record("longin", "second", "asynInt32", link),
                [&] {
                    longAttempt(driver);
                    inItself();
                });
}
