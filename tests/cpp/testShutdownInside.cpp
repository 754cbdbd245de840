// A port that is shut down by a thread that is in its driver: refused, since it would return into a
// driver that is gone. Other threads can.
#include <atomic>
#include <cstring>
#include <thread>

#include <asynInt32SyncIO.h>
#include <epicsThread.h>

#include "portClient.h"

namespace
{

std::atomic<bool> gone{false};

// write() does what the test says.
class Inner : public asynPortDriver
{
  public:
    explicit Inner(const std::string &name, int flags = 0)
        : asynPortDriver(name.c_str(), 1, asynInt32Mask | asynDrvUserMask, asynInt32Mask,
                         ASYN_DESTRUCTIBLE | flags, 0, 0, 0)
    {
        createParam("VALUE", asynParamInt32, &value);
        pasynManager->exceptionConnect(pasynUserSelf);
        gone = false;
    }
    ~Inner() override { gone = true; }
    asynStatus writeInt32(asynUser *user, epicsInt32 number) override
    {
        if (work)
            work();
        return asynPortDriver::writeInt32(user, number);
    }
    asynStatus drvUserCreate(asynUser *user, const char *drvInfo, const char **typeName,
                             size_t *size) override
    {
        if (lookUp)
            lookUp();
        return asynPortDriver::drvUserCreate(user, drvInfo, typeName, size);
    }
    void publish(epicsInt32 number)
    {
        setIntegerParam(value, number);
        callParamCallbacks();
    }

    std::function<void()> work, lookUp;
    int value = 0;
};

// Shuts the port down, and is refused.
std::function<void()> attempt(User &user, const char *where, const char *words)
{
    return [&user, where, words] {
        const asynStatus status = pasynManager->shutdownPort(user.get());
        testOk(status == asynError && strstr(user.message(), words), "refused %s: %s", where,
               user.message());
    };
}

// On the calling thread, which is out of the driver.
void end(User &user)
{
    testOk(!gone, "the driver is there");
    testOk(pasynManager->shutdownPort(user.get()) == asynSuccess && gone, "outside it goes");
    testOk(pasynManager->shutdownPort(user.get()) == asynSuccess, "once more is no mistake");
}

void request(int flags)
{
    testDiag("in write(), %s", flags ? "on the port's thread" : "on the client's thread");
    const std::string name = freshName("REQUEST");
    auto *driver = new Inner(name, flags);
    User user(name, 0);
    driver->work = attempt(user, "in a request", "runs a request");
    asynUser *client = nullptr;
    pasynInt32SyncIO->connect(name.c_str(), 0, &client, "VALUE");
    testOk(pasynInt32SyncIO->write(client, 3, 5.0) == asynSuccess, "the request itself succeeds");
    pasynInt32SyncIO->disconnect(client);
    end(user);
}

void interfaceCall()
{
    testDiag("in write() that a client calls without the port's lock");
    const std::string name = freshName("DIRECT");
    auto *driver = new Inner(name);
    Client<asynInt32> client(name, 0, "VALUE");
    User user(name, 0);
    driver->work = attempt(user, "in the driver", "driver's lock");
    testOk(client.write(3) == asynSuccess, "the call itself succeeds");
    client.cancel();
    end(user);
}

void callback()
{
    testDiag("in a callback");
    const std::string name = freshName("CALLBACK");
    auto *driver = new Inner(name);
    Client<asynInt32> client(name, 0, "VALUE");
    User user(name, 0);
    const auto work = attempt(user, "in a callback", "callbacks");
    client.hook = [&work](epicsInt32) { work(); };
    driver->publish(5); // its lock is not taken
    testOk(client.values.size() == 1, "the callback itself is done");
    client.cancel();
    end(user);
}

void lockOfPort()
{
    testDiag("with the port's lock, taken twice");
    const std::string name = freshName("LOCK");
    new Inner(name);
    User user(name, 0);
    const auto work = attempt(user, "with the lock", "has its lock");
    pasynManager->lockPort(user.get());
    pasynManager->queueLockPort(user.get());
    work();
    pasynManager->queueUnlockPort(user.get());
    work();
    pasynManager->unlockPort(user.get());
    end(user);
}

void lookUp()
{
    testDiag("in drvUserCreate()");
    const std::string name = freshName("LOOKUP");
    auto *driver = new Inner(name);
    User user(name, 0);
    driver->lookUp = attempt(user, "in drvUserCreate", "is in its driver");
    asynUser *client = nullptr;
    testOk(pasynInt32SyncIO->connect(name.c_str(), 0, &client, "VALUE") == asynSuccess,
           "the client connects");
    pasynInt32SyncIO->disconnect(client);
    end(user);
}

void lookUpMeanwhile()
{
    testDiag("by another thread, while a client is in drvUserCreate()");
    const std::string name = freshName("MEANWHILE");
    auto *driver = new Inner(name);
    User user(name, 0);
    std::thread other;
    driver->lookUp = [&] {
        other = std::thread([&user] { pasynManager->shutdownPort(user.get()); });
        epicsThreadSleep(0.2);
        testOk(!gone, "the driver stays as long as a client is in it");
    };
    asynUser *client = nullptr;
    testOk(pasynInt32SyncIO->connect(name.c_str(), 0, &client, "VALUE") == asynSuccess,
           "the client connects");
    other.join();
    testOk(gone.load(), "and is gone then");
    epicsInt32 value = 0;
    testOk(pasynInt32SyncIO->read(client, &value, 1.0) == asynDisabled, "the client is told");
    pasynInt32SyncIO->disconnect(client);
}

// What shutdownPortDriver is for, in the driver and outside.
void byDriver()
{
    testDiag("by the driver, which stays");
    const std::string name = freshName("DRIVER");
    auto *driver = new Inner(name);
    driver->work = [driver] { driver->shutdownPortDriver(); };
    Client<asynInt32> client(name, 0, "VALUE");
    client.write(3);
    testOk(!gone && !findAsynPortDriver(name.c_str()), "the port is gone, the driver is there");
    client.cancel();
    delete driver;
}

// A port that is not destructible says so, wherever it is asked.
void lasting()
{
    Driver driver(freshName("LASTING"));
    User user(driver.portName, 0);
    const Locked locked(driver);
    const auto work = attempt(user, "for good", "is not destructible");
    work();
}

} // namespace

int main()
{
    testPlan(36);
    interruptAccept = 1; // as after iocInit, for callbacks
    request(0);
    request(ASYN_CANBLOCK);
    interfaceCall();
    callback();
    lockOfPort();
    lookUp();
    lookUpMeanwhile();
    byDriver();
    lasting();
    return testDone();
}
