// Requests that their own callbacks queue again, and asynUsers that end meanwhile.
#include <algorithm>
#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include <asynPortDriver.h>
#include <epicsEvent.h>
#include <epicsUnitTest.h>

namespace
{

class Driver : public asynPortDriver
{
  public:
    Driver(const char *name, int flags) : asynPortDriver(name, 1, asynInt32Mask, 0, flags, 1, 0, 0)
    {
    }
};

// A client whose process callback queues itself once more, and waits inside.
struct Client {
    asynUser *user;
    double timeout; // s, of the second request
    std::atomic<bool> inside{false}, overlapped{false};
    int processed = 0;
    epicsEvent queuedAgain, mayLeave, timedOut, served;
};

void process(asynUser *user)
{
    auto &client = *static_cast<Client *>(user->userPvt);
    if (++client.processed > 1) {
        client.served.signal();
        return;
    }
    client.inside = true;
    pasynManager->queueRequest(user, asynQueuePriorityLow, client.timeout);
    client.queuedAgain.signal();
    client.mayLeave.wait();
    client.inside = false;
}

void expired(asynUser *user)
{
    auto &client = *static_cast<Client *>(user->userPvt);
    client.overlapped = client.inside.load();
    client.timedOut.signal();
}

void start(Client &client, const char *port)
{
    client.user = pasynManager->createAsynUser(process, expired);
    client.user->userPvt = &client;
    if (pasynManager->connectDevice(client.user, port, 0) != asynSuccess)
        testAbort("%s", client.user->errorMessage);
    pasynManager->queueRequest(client.user, asynQueuePriorityLow, 0);
    testOk1(client.queuedAgain.wait(10.0));
}

void expiresInside()
{
    testDiag("the time of a request is over while the callback that made it still runs");
    new Driver("INSIDE", ASYN_CANBLOCK);
    Client client;
    client.timeout = 0.05;
    start(client, "INSIDE");
    testOk(!client.timedOut.wait(0.5), "a client is in one of its callbacks at a time");
    client.mayLeave.signal();
    testOk(client.timedOut.wait(10.0) && !client.overlapped, "its end brings the timeout");
    pasynManager->freeAsynUser(client.user);
}

void servedAfterwards()
{
    testDiag("the same without a limit");
    new Driver("AFTERWARDS", ASYN_CANBLOCK);
    Client client;
    client.timeout = 0;
    start(client, "AFTERWARDS");
    client.mayLeave.signal();
    testOk1(client.served.wait(10.0));
    pasynManager->freeAsynUser(client.user);
}

void freedInside()
{
    testDiag("cancelled and freed while the callback that made it still runs");
    new Driver("FREED", ASYN_CANBLOCK);
    Client client;
    client.timeout = 0;
    start(client, "FREED");
    int wasQueued = 0;
    testOk1(pasynManager->cancelRequest(client.user, &wasQueued) == asynSuccess && wasQueued == 1);
    testOk(pasynManager->freeAsynUser(client.user) == asynSuccess, "not before its end");
    client.mayLeave.signal();
    Client next; // the port goes on
    next.timeout = 0;
    start(next, "FREED");
    next.mayLeave.signal();
    testOk1(next.served.wait(10.0));
    pasynManager->freeAsynUser(next.user);
}

// Of a port that is shut down, the asynUser used a little longer than it is there.
void usedAfterwards()
{
    testDiag("an asynUser that is used after it has been freed");
    new Driver("AFTER", ASYN_DESTRUCTIBLE);
    asynUser *user = pasynManager->createAsynUser(nullptr, nullptr);
    asynUser *second = pasynManager->createAsynUser(nullptr, nullptr);
    pasynManager->connectDevice(user, "AFTER", 0);
    asynInterface *found = pasynManager->findInterface(user, asynCommonType, 0);
    const auto *common = static_cast<asynCommon *>(found->pinterface);
    pasynManager->shutdownPort(user);
    testOk1(pasynManager->freeAsynUser(user) == asynSuccess);
    testOk(common->connect(found->drvPvt, user) == asynDisabled &&
               common->disconnect(found->drvPvt, user) == asynDisabled && user->errorMessage[0],
           "calls of an interface refuse it: %s", user->errorMessage);
    testOk(pasynManager->freeAsynUser(user) == asynError, "it is not freed twice: %s",
           user->errorMessage);
    pasynManager->freeAsynUser(second);
    std::vector<asynUser *> made; // as many as have been freed by then, in whatever order
    while (made.size() < 10000 && (made.empty() || made.back() != second))
        made.push_back(pasynManager->createAsynUser(nullptr, nullptr));
    const auto first = std::find(made.begin(), made.end(), user);
    testOk(first != made.end(), "the one that was freed first is the first to be used again");
    testOk1(first != made.end() && !(*first)->errorMessage[0] && !(*first)->userPvt);
    for (asynUser *each : made)
        pasynManager->freeAsynUser(each);
}

// By another thread, just when the callback returns: once its client knows of it, as a record does
// that is processed then. Each asynUser is to be used again, and by one client.
void freedAtEnd(bool disconnects)
{
    testDiag("freed by another thread when its callback returns, %s",
             disconnects ? "disconnected before" : "connected");
    const char *port = disconnects ? "LOOSE END" : "END";
    new Driver(port, ASYN_CANBLOCK);
    std::set<asynUser *> seen;
    bool once = true;
    constexpr int rounds = 60000;
    for (int i = 0; i < rounds; ++i) {
        std::atomic<bool> told{false};
        asynUser *user = pasynManager->createAsynUser(
            [](asynUser *each) { *static_cast<std::atomic<bool> *>(each->userPvt) = true; },
            nullptr);
        once = once && user->userPvt == nullptr;
        seen.insert(user);
        user->userPvt = &told;
        pasynManager->connectDevice(user, port, 0);
        pasynManager->queueRequest(user, asynQueuePriorityLow, 0);
        while (!told)
            std::this_thread::yield();
        for (volatile int pause = i % 64; pause > 0; pause = pause - 1)
            continue;
        if (disconnects)
            pasynManager->disconnect(user);
        if (pasynManager->freeAsynUser(user) != asynSuccess)
            once = false;
    }
    testOk(once && seen.size() < 100, "%d clients had %zu asynUsers", rounds, seen.size());
}

} // namespace

int main()
{
    testPlan(17);
    freedAtEnd(true);
    freedAtEnd(false);
    usedAfterwards();
    expiresInside();
    servedAfterwards();
    freedInside();
    return testDone();
}
