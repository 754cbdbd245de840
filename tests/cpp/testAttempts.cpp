// When and in which order drivers are asked to connect, with clients that wait meanwhile or keep
// the port busy. See testSlowConnect, too.
#include <atomic>
#include <functional>
#include <thread>

#include <asynShellCommands.h>
#include <epicsTime.h>

#include "../behaviour/liveDatabase.h"
#include "../behaviour/request.h"
#include "../behaviour/simpleDriver.h"

namespace
{

std::atomic<epicsUInt64> ahead{0}; // s

} // namespace

// The clock of limits and intervals, in the place of Base's: tests can put it forward, since nobody
// wants to wait for 20 s.
epicsUInt64 epicsMonotonicGet()
{
    timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (static_cast<epicsUInt64>(now.tv_sec) + ahead) * 1000000000 +
           static_cast<epicsUInt64>(now.tv_nsec);
}

namespace
{

constexpr int manyAddresses = ASYN_CANBLOCK | ASYN_MULTIDEVICE;

// Not connected; what it does when it is asked is the test's, which may change it where nobody
// asks.
class Asked : public SimpleDriver
{
  public:
    using Connect = std::function<asynStatus(asynUser *, int address)>;

    explicit Asked(const char *name, int flags = ASYN_CANBLOCK) : SimpleDriver(name, flags)
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
        ++asked;
        return onConnect ? onConnect(user, address) : pasynManager->exceptionConnect(user);
    }

    Connect onConnect;
    std::atomic<int> asked{0};
};

// Its requests need no connection.
class Undemanding : public SimpleDriver
{
  public:
    explicit Undemanding(const char *name) : SimpleDriver(name, ASYN_CANBLOCK)
    {
        pasynManager->autoConnect(pasynUserSelf, 0);
        pasynManager->exceptionDisconnect(pasynUserSelf);
    }
    asynStatus drvUserCreate(asynUser *user, const char *, const char **, size_t *) override
    {
        user->reason = ASYN_REASON_QUEUE_EVEN_IF_NOT_CONNECTED;
        return asynSuccess;
    }
    asynStatus readInt32(asynUser *, epicsInt32 *value) override
    {
        *value = 7;
        return asynSuccess;
    }
};

void undemanding()
{
    testDiag("ASYN_REASON_QUEUE_EVEN_IF_NOT_CONNECTED");
    process("undemanding");
    testOk(becomes("undemanding", 7) && number("undemanding.SEVR") == 0,
           "a record is served though the port is not connected");
}

// The attempt that is under way has ended.
bool ended(const char *port)
{
    Journal journal;
    Request behind(journal, "b", port, -1);
    return behind.queue(asynQueuePriorityConnect) == asynSuccess && behind.ended();
}

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

// Those of them that come while the driver is being asked are refused; these come before.
void manyClients()
{
    testDiag("several clients that find a port not connected");
    Asked &driver = *new Asked("CLIENTS");
    driver.onConnect = [](asynUser *, int) { return asynError; };
    asynUser *holder = pasynManager->createAsynUser(nullptr, nullptr);
    pasynManager->connectDevice(holder, "CLIENTS", 0);
    pasynManager->lockPort(holder);
    std::atomic<int> refused{0};
    std::vector<std::thread> clients;
    pasynManager->autoConnect(holder, 1);
    for (int i = 0; i < 3; ++i)
        clients.emplace_back([&] {
            asynUser *user = pasynManager->createAsynUser(nullptr, nullptr);
            pasynManager->connectDevice(user, "CLIENTS", 0);
            if (pasynManager->queueLockPort(user) == asynDisconnected)
                ++refused;
            pasynManager->freeAsynUser(user);
        });
    epicsThreadSleep(0.2); // time enough to wait for the lock; later ones are refused at once
    pasynManager->unlockPort(holder);
    for (std::thread &client : clients)
        client.join();
    testOk(refused == 3 && ended("CLIENTS"), "are refused");
    testOk(driver.asked == 1, "and the driver is asked for all of them: %d", driver.asked.load());
    pasynManager->freeAsynUser(holder);
}

// Nearly all the time somebody has the port's lock.
void busyPort()
{
    testDiag("a busy port that does not block");
    Asked &driver = *new Asked("BUSY", 0);
    asynUser *user = pasynManager->createAsynUser(nullptr, nullptr);
    pasynManager->connectDevice(user, "BUSY", 0);
    std::atomic<bool> goesOn{true};
    epicsEvent begun;
    std::thread client([&] {
        while (goesOn) {
            pasynManager->lockPort(user);
            begun.signal();
            epicsThreadSleep(0.01);
            pasynManager->unlockPort(user);
        }
    });
    begun.wait();
    asynAutoConnect("BUSY", 0, 1);
    testOk(asynWaitConnect("BUSY", 5) == 0, "is asked to connect all the same");
    testOk(driver.asked == 1, "once: %d", driver.asked.load());
    goesOn = false;
    client.join();
    pasynManager->freeAsynUser(user);
}

void enabled()
{
    testDiag("a port that disconnects, and is disabled before it is asked to connect again");
    Asked &driver = *new Asked("ENABLED");
    asynAutoConnect("ENABLED", -1, 1);
    testOk(asynWaitConnect("ENABLED", 20) == 0, "it is connected");
    asynEnable("ENABLED", -1, 0);
    driver.connected(false);
    const int before = driver.asked;
    epicsThreadSleep(0.05); // the attempt would have been after 10 ms
    testOk(driver.asked == before, "a disabled port is left alone");
    asynEnable("ENABLED", -1, 1);
    testOk(asynWaitConnect("ENABLED", 15) == 0, "asynEnable asks it to connect");
    asynEnable("ENABLED", -1, 1);
    testOk1(driver.asked == before + 1);
}

void inItself()
{
    testDiag("a driver that uses its own port in a long attempt");
    Asked &driver = *new Asked("ITSELF");
    asynUser *user = pasynManager->createAsynUser(nullptr, nullptr);
    asynUser *inside = pasynManager->createAsynUser(nullptr, nullptr);
    pasynManager->connectDevice(user, "ITSELF", 0);
    pasynManager->connectDevice(inside, "ITSELF", 0);
    pasynManager->setQueueLockPortTimeout(user, 1000); // longer than the clock is set forward
    asynStatus status = asynSuccess;
    driver.onConnect = [&](asynUser *asking, int) {
        ahead = ahead + 25;
        if (driver.asked < 5)
            status = pasynManager->queueLockPort(inside);
        return pasynManager->exceptionConnect(asking);
    };
    pasynManager->autoConnect(user, 1);
    testOk(pasynManager->queueLockPort(user) == asynSuccess, "it connects");
    pasynManager->queueUnlockPort(user);
    testOk(driver.asked == 1, "it is asked once: %d times", driver.asked.load());
    testOk(status == asynDisconnected, "and its request refused");
    pasynManager->freeAsynUser(inside);
    pasynManager->freeAsynUser(user);
}

// Addresses that refuse for so long that the next one's turn has come then.
void deadAddresses()
{
    testDiag("a port with more addresses that refuse than it has time for");
    Asked &driver = *new Asked("DEAD", manyAddresses);
    Journal journal;
    Request live(journal, "r", "DEAD", 0);
    static std::atomic<bool> goesOn{true}; // looked at by the last attempts
    driver.onConnect = [](asynUser *user, int address) {
        if (address <= 0)
            return pasynManager->exceptionConnect(user);
        if (goesOn)
            asynAutoConnect("DEAD", 3 - address, 1);
        epicsThreadSleep(0.05); // time enough for the timers
        return asynError;
    };
    asynAutoConnect("DEAD", -1, 1);
    asynWaitConnect("DEAD", 20);
    testOk(live.queue() == asynSuccess && live.ended(), "an address is connected");
    asynAutoConnect("DEAD", 1, 1);
    const int before = driver.asked;
    testOk1(eventually([&] { return driver.asked >= before + 4; }));
    testOk(live.queue() == asynSuccess && live.ended(), "and served beside those that refuse");
    goesOn = false;
    asynAutoConnect("DEAD", 1, 0);
    asynAutoConnect("DEAD", 2, 0);
    testOk1(ended("DEAD"));
}

void addressOfPort(Asked &driver)
{
    testDiag("a record of an address that is not connected, nor is its port");
    epicsEvent go;
    std::atomic<int> addresses{0};
    std::atomic<bool> refuses{true};
    driver.onConnect = [&](asynUser *user, int address) {
        if (address < 0)
            go.wait();
        else
            ++addresses;
        return refuses ? asynError : pasynManager->exceptionConnect(user);
    };
    asynAutoConnect("PORT", -1, 1);
    testOk1(eventually([&] { return driver.asked == 1; }));
    go.signal();
    testOk1(ended("PORT"));
    ahead = ahead + 25;
    process("address");
    go.signal();
    testOk(reads("address.STAT", "COMM") && number("address.PACT") == 0, "the port refuses");
    testOk(driver.asked == 2 && addresses == 0, "and is not asked for the address");
    refuses = false;
    ahead = ahead + 25;
    Journal journal;
    Request request(journal, "r", "PORT", 0);
    testOk1(request.queue() == asynDisconnected && eventually([&] { return driver.asked == 3; }));
    process("address");
    testOk(number("address.PACT") == 1, "the record waits while the port connects");
    go.signal();
    testOk(becomes("address.PACT", 0) && addresses == 1, "the address is asked, too");
    testOk(number("address") == 42 && number("address.SEVR") == 0, "and the record has its value");
    driver.onConnect = nullptr;
}

} // namespace

int main()
{
    testPlan(30);
    Asked &driver = *new Asked("LONG"), &port = *new Asked("PORT", manyAddresses);
    new Undemanding("ANY");
    const std::string link = "@asyn(LONG)START";
    return live(record("longin", "first", "asynInt32", link) +
                    record("longin", "second", "asynInt32", link) +
                    record("longin", "undemanding", "asynInt32", "@asyn(ANY)READ") +
                    record("longin", "address", "asynInt32", "@asyn(PORT,0)START"),
                [&] {
                    // Before the clock is put forward, on which timers sleep.
                    undemanding();
                    busyPort();
                    enabled();
                    deadAddresses();
                    addressOfPort(port);
                    longAttempt(driver);
                    inItself();
                    manyClients();
                });
}
