// Requests of ports that are not connected, and drivers that are told of the lock.
#include <asynPortDriver.h>
#include <epicsEvent.h>
#include <epicsUnitTest.h>

#include "../behaviour/traceLog.h"

namespace
{

class Driver : public asynPortDriver
{
  public:
    Driver(const char *name, int flags) : asynPortDriver(name, 1, asynInt32Mask, 0, flags, 0, 0, 0)
    {
    }
};

epicsEvent processed;

void process(asynUser *)
{
    processed.signal();
}

asynUser *connected(const char *port)
{
    asynUser *user = pasynManager->createAsynUser(process, nullptr);
    if (pasynManager->connectDevice(user, port, 0) != asynSuccess)
        testAbort("%s", user->errorMessage);
    return user;
}

void notConnected(const char *port, int flags)
{
    testDiag("port %s", port);
    new Driver(port, flags);
    asynUser *user = connected(port);
    testOk(pasynManager->queueRequest(user, asynQueuePriorityLow, 0) == asynDisconnected,
           "a request is refused: %s", user->errorMessage);
    user->reason = ASYN_REASON_QUEUE_EVEN_IF_NOT_CONNECTED;
    testOk(pasynManager->queueRequest(user, asynQueuePriorityLow, 0) == asynSuccess &&
               processed.wait(10.0),
           "one that asks for it is served");
    user->reason = 0;
    testOk(pasynManager->queueRequest(user, asynQueuePriorityConnect, 0) == asynSuccess &&
               processed.wait(10.0),
           "as is one that connects");
    testOk(pasynManager->queueRequest(user, asynQueuePriorityConnect, 1) == asynError,
           "a timeout needs a callback: %s", user->errorMessage);
    pasynManager->freeAsynUser(user);
}

int locks, unlocks;
asynStatus answer = asynSuccess;

asynStatus onLock(void *, asynUser *)
{
    ++locks;
    return answer;
}

asynStatus onUnlock(void *, asynUser *user)
{
    const char *name = nullptr;
    if (pasynManager->getPortName(user, &name) == asynSuccess)
        ++unlocks;
    return asynSuccess;
}

void lockNotify(const char *port, int flags)
{
    testDiag("asynLockPortNotify of %s", port);
    static asynLockPortNotify table = {onLock, onUnlock};
    auto *interface = new asynInterface{asynLockPortNotifyType, &table, nullptr};
    new Driver(port, flags);
    locks = unlocks = 0;
    testOk1(pasynManager->registerInterface(port, interface) == asynSuccess);
    asynUser *user = connected(port);
    testOk(!pasynManager->findInterface(user, asynLockPortNotifyType, 1),
           "it is the manager's own");
    pasynManager->lockPort(user);
    testOk(locks == 1 && unlocks == 0, "lockPort");
    pasynManager->unlockPort(user);
    testOk(unlocks == 1, "unlockPort");
    pasynManager->queueRequest(user, asynQueuePriorityConnect, 0);
    testOk1(processed.wait(10.0));
    pasynManager->lockPort(user); // after the request's unlocking
    testOk(locks == 3 && unlocks == 2, "a request: %d and %d", locks, unlocks);
    pasynManager->unlockPort(user);
    answer = asynError;
    testOk(pasynManager->lockPort(user) == asynError && locks == 4 && unlocks == 3,
           "a driver may refuse");
    {
        TraceLog log(user, ASYN_TRACE_ERROR);
        int wasQueued = 0;
        pasynManager->queueRequest(user, asynQueuePriorityConnect, 0);
        testOk(processed.wait(10.0) && locks == 5, "a request runs all the same");
        pasynManager->cancelRequest(user, &wasQueued); // it has returned
        testOk(unlocks == 3, "without an unlocking");
        testOk(log.has("refuses the lock"), "and with a message");
    }
    answer = asynSuccess;
    testOk(pasynManager->lockPort(user) == asynSuccess, "and the port is free");
    pasynManager->unlockPort(user);
    pasynManager->freeAsynUser(user);
}

} // namespace

int main()
{
    testPlan(30);
    notConnected("AT ONCE", 0);
    notConnected("QUEUED", ASYN_CANBLOCK);
    lockNotify("TOLD AT ONCE", 0);
    lockNotify("TOLD QUEUED", ASYN_CANBLOCK);
    return testDone();
}
