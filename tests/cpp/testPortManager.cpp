// The port manager: queues, cancelling, blocking, connection, enabling, shutdown, trace and time
// stamps.
#include <atomic>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include <asynPortDriver.h>
#include <asynShellCommands.h>
#include <dbDefs.h>
#include <epicsEvent.h>
#include <epicsThread.h>
#include <epicsUnitTest.h>
#include <errlog.h>

namespace
{

class Driver : public asynPortDriver
{
  public:
    Driver(const char *name, int flags, int addresses = 1)
        : asynPortDriver(name, addresses, asynCommonMask | asynDrvUserMask, 0, flags, 0, 0, 0)
    {
        pasynManager->exceptionConnect(pasynUserSelf);
    }

    asynUser *self() { return pasynUserSelf; }
};

// A client that notes when its request ran, and may wait in it.
struct Client {
    Client(const char *port, char clientName, int addr = 0)
        : name(clientName), user(pasynManager->createAsynUser(run, expire))
    {
        user->userPvt = this;
        pasynManager->connectDevice(user, port, addr);
    }
    ~Client()
    {
        pasynManager->disconnect(user);
        pasynManager->freeAsynUser(user);
    }

    static void run(asynUser *user)
    {
        auto &client = *static_cast<Client *>(user->userPvt);
        client.started.signal();
        if (client.waits)
            client.go.wait();
        order += client.name;
        client.done.signal();
    }
    static void expire(asynUser *user)
    {
        auto &client = *static_cast<Client *>(user->userPvt);
        order += '!';
        client.done.signal();
    }

    asynStatus queue(asynQueuePriority priority, double timeout = 0)
    {
        return pasynManager->queueRequest(user, priority, timeout);
    }

    char name;
    bool waits = false;
    epicsEvent started, go, done;
    asynUser *user;
    static std::string order; // written by the port thread, read when it is idle
};
std::string Client::order;

// blockProcessCallback takes effect with the end of the client's own callback.
void blocks(Client &first, Client &low, Client &high)
{
    Client::order.clear();
    testOk1(pasynManager->blockProcessCallback(high.user, 0) == asynSuccess);
    high.queue(asynQueuePriorityLow);
    high.done.wait();
    low.queue(asynQueuePriorityHigh);
    testOk(pasynManager->disconnect(high.user) == asynError, "a blocker stays connected: %s",
           high.user->errorMessage);
    high.queue(asynQueuePriorityLow);
    high.done.wait();
    testOk(Client::order == "hh", "a blocked port serves its blocker only: %s",
           Client::order.c_str());
    pasynManager->setQueueLockPortTimeout(first.user, 0.02);
    testOk(pasynManager->queueLockPort(first.user) == asynTimeout, "queueLockPort: %s",
           first.user->errorMessage);
    testOk1(pasynManager->unblockProcessCallback(high.user, 1) == asynError);
    pasynManager->unblockProcessCallback(high.user, 0);
    low.done.wait();
    testOk(Client::order == "hhl", "and the others afterwards");
}

// One address, or the whole port.
void blocksAddresses()
{
    testDiag("blocking an address, and all of them");
    new Driver("BLOCKS", ASYN_CANBLOCK, 2);
    Client holder("BLOCKS", 'h', 0), same("BLOCKS", 's', 0), other("BLOCKS", 'o', 1);
    Client port("BLOCKS", 'p', -1);
    for (Client *client : {&port, &other}) // the driver has connected address 0
        pasynManager->exceptionConnect(client->user);
    for (const int allDevices : {0, 1}) {
        Client::order.clear();
        pasynManager->blockProcessCallback(holder.user, allDevices);
        pasynManager->blockProcessCallback(holder.user, allDevices);
        holder.queue(asynQueuePriorityLow);
        holder.done.wait();
        same.queue(asynQueuePriorityHigh);
        other.queue(asynQueuePriorityMedium);
        if (!allDevices)
            other.done.wait();
        holder.queue(asynQueuePriorityLow);
        holder.done.wait();
        pasynManager->unblockProcessCallback(holder.user, allDevices);
        holder.queue(asynQueuePriorityLow);
        holder.done.wait();
        testOk(Client::order == (allDevices ? "hhh" : "hohh"), "allDevices %d: %s", allDevices,
               Client::order.c_str());
        testOk1(pasynManager->unblockProcessCallback(holder.user, allDevices) == asynSuccess);
        same.done.wait();
        if (allDevices)
            other.done.wait();
        testOk1(pasynManager->unblockProcessCallback(holder.user, allDevices) == asynError);
    }
    new Driver("ATONCE", 0);
    Client direct("ATONCE", 'd');
    testOk(pasynManager->blockProcessCallback(direct.user, 1) == asynError,
           "a port without a queue cannot be blocked: %s", direct.user->errorMessage);
}

void queues()
{
    testDiag("queues");
    new Driver("BLOCK", ASYN_CANBLOCK);
    Client first("BLOCK", 'f'), low("BLOCK", 'l'), medium("BLOCK", 'm'), high("BLOCK", 'h'),
        gone("BLOCK", 'g'), late("BLOCK", 't');
    first.waits = true;
    first.queue(asynQueuePriorityLow);
    first.started.wait();
    low.queue(asynQueuePriorityLow);
    medium.queue(asynQueuePriorityMedium);
    high.queue(asynQueuePriorityHigh);
    gone.queue(asynQueuePriorityHigh);
    late.queue(asynQueuePriorityLow, 0.01);
    testOk(low.queue(asynQueuePriorityLow) == asynError,
           "a queued asynUser cannot be queued again");
    int queued = 0;
    testOk(pasynManager->cancelRequest(gone.user, &queued) == asynSuccess && queued == 1,
           "a request in the queue is cancelled");
    testOk(late.done.wait(10.0), "a request's time runs out while the port is busy");
    first.go.signal();
    low.done.wait();
    testOk(Client::order == "!fhml", "by priority: %s", Client::order.c_str());
    testOk(Client::order.find('g') == std::string::npos, "the cancelled one never runs");
    testOk(Client::order.find('!') != std::string::npos &&
               Client::order.find('t') == std::string::npos,
           "the one that timed out gets its timeout callback: %s", Client::order.c_str());

    for (Client *client : {&first, &low, &high})
        client->done.tryWait(); // what the first round has left
    blocks(first, low, high);
    pasynManager->setQueueLockPortTimeout(low.user, 0.05);
    first.queue(asynQueuePriorityLow);
    first.started.wait();
    low.user->timeout = 0;
    testOk(pasynManager->queueLockPort(low.user) == asynTimeout, "queueLockPort times out");
    first.go.signal();
    first.done.wait();
    pasynManager->setQueueLockPortTimeout(low.user, 10.0);
    testOk(pasynManager->queueLockPort(low.user) == asynSuccess, "and succeeds");
    pasynManager->queueUnlockPort(low.user);
}

void states()
{
    testDiag("connection, enabling, shutdown");
    auto *driver = new Driver("STATE", ASYN_DESTRUCTIBLE);
    Client client("STATE", 's');
    Client::order.clear();
    testOk(client.queue(asynQueuePriorityLow) == asynSuccess && Client::order == "s",
           "a port that does not block runs a request at once");
    asynEnable("STATE", 0, 0);
    testOk(client.queue(asynQueuePriorityLow) == asynDisabled, "disabled: %s",
           client.user->errorMessage);
    asynEnable("STATE", 0, 1);
    pasynManager->exceptionDisconnect(driver->self());
    testOk(client.queue(asynQueuePriorityLow) == asynDisconnected, "disconnected: %s",
           client.user->errorMessage);
    testOk(client.queue(asynQueuePriorityConnect) == asynSuccess, "but for connecting");
    asynAutoConnect("STATE", -1, 1);
    testOk(asynWaitConnect("STATE", 20.0) == 0, "autoConnect connects");
    testOk(pasynManager->registerPort("STATE", 0, 1, 0, 0) == asynError, "the name is taken");
    pasynManager->shutdownPort(driver->self());
    testOk(client.queue(asynQueuePriorityLow) == asynDisabled, "an old handle of a dead port");
    testOk(findAsynPortDriver("STATE") == nullptr, "which is not found any more");
    new Driver("STATE", 0);
    testOk(findAsynPortDriver("STATE") != nullptr, "and whose name may be used again");
}

// A driver whose constructor takes its time, and that may disconnect meanwhile.
class Slow : public asynPortDriver
{
  public:
    Slow(const char *name, int flags, bool disconnects)
        : asynPortDriver(name, 1, asynCommonMask | asynDrvUserMask, 0, flags, 1, 0, 0)
    {
        pasynManager->isConnected(pasynUserSelf, &connectedFirst);
        if (disconnects)
            pasynManager->exceptionDisconnect(pasynUserSelf);
        // An attempt that does not wait for the constructor comes 10 ms after.
        epicsEvent().wait(0.05);
        attemptsEarly = attempts;
        ready = 1;
    }
    asynStatus connect(asynUser *user) override
    {
        ++attempts;
        onReady = onReady && ready;
        return asynPortDriver::connect(user);
    }

    std::atomic<int> attempts{0}, ready{0}, onReady{1};
    int connectedFirst = 0, attemptsEarly = 0;
};

void constructors()
{
    testDiag("connecting a driver that is being constructed");
    for (const int flags : {0, ASYN_CANBLOCK}) {
        const std::string name = flags ? "SLOWBLOCK" : "SLOW";
        auto *left = new Slow((name + "LEFT").c_str(), flags, false);
        testOk(left->connectedFirst && left->attempts == 0,
               "autoConnect connects at registration, by the base class");
        auto *driver = new Slow(name.c_str(), flags, true);
        testOk(driver->attemptsEarly == 0, "no attempt while the constructor runs");
        testOk(asynWaitConnect(name.c_str(), 10) == 0 && driver->attempts == 1 && driver->onReady,
               "the first client has it connected");
    }
}

void source(void *, epicsTimeStamp *timeStamp)
{
    timeStamp->secPastEpoch = 1000;
    timeStamp->nsec = 5;
}

void traceAndTime()
{
    testDiag("trace and time stamps");
    new Driver("TRACE", 0, 2);
    Client zero("TRACE", '0', 0), one("TRACE", '1', 1);
    asynSetTraceMask("TRACE", 1, ASYN_TRACE_ERROR | ASYN_TRACE_FLOW);
    testOk(pasynTrace->getTraceMask(one.user) == (ASYN_TRACE_ERROR | ASYN_TRACE_FLOW) &&
               pasynTrace->getTraceMask(zero.user) == ASYN_TRACE_ERROR,
           "a mask for one address");
    FILE *file = tmpfile();
    pasynTrace->setTraceFile(one.user, file);
    pasynTrace->setTraceInfoMask(one.user, ASYN_TRACEINFO_PORT);
    pasynTrace->setTraceIOMask(one.user, ASYN_TRACEIO_HEX);
    pasynTrace->setTraceIOTruncateSize(one.user, 2);
    asynPrint(one.user, ASYN_TRACE_FLOW, "value %d\n", 7);
    asynPrintIO(one.user, ASYN_TRACE_FLOW, "abc", 3, "sent\n");
    asynPrint(one.user, ASYN_TRACE_WARNING, "not asked for\n");
    char text[200] = "";
    rewind(file);
    const size_t count = fread(text, 1, sizeof text - 1, file);
    text[count] = '\0';
    testOk(strcmp(text, "[TRACE,1,0] value 7\n[TRACE,1,0] sent\n61 62\n") == 0, "%s", text);
    FILE *whole = tmpfile();
    pasynTrace->setTraceFile(one.user, nullptr);
    testOk(!pasynTrace->getTraceFile(one.user), "NULL is the error log");
    Client port("TRACE", 'p', -1);
    pasynTrace->setTraceFile(port.user, whole);
    Client later("TRACE", 'l', 1);
    testOk(pasynTrace->getTraceFile(zero.user) == whole &&
               pasynTrace->getTraceFile(one.user) == whole &&
               pasynTrace->getTraceFile(later.user) == whole,
           "a port's trace file is one for its addresses");
    pasynTrace->setTraceFile(one.user, stdout);
    testOk(pasynTrace->getTraceFile(zero.user) == whole &&
               pasynTrace->getTraceFile(one.user) == stdout,
           "until one has its own");
    testOk(asynSetTraceFile("NOWHERE", 0, "stderr") != 0, "a port that is not known");

    epicsTimeStamp stamp{};
    pasynManager->registerTimeStampSource(zero.user, nullptr, source);
    pasynManager->updateTimeStamp(zero.user);
    pasynManager->getTimeStamp(one.user, &stamp);
    testOk(stamp.secPastEpoch == 1000 && stamp.nsec == 5, "a registered source, port wide");
    pasynManager->unregisterTimeStampSource(zero.user);
    pasynManager->updateTimeStamp(zero.user);
    pasynManager->getTimeStamp(one.user, &stamp);
    testOk(stamp.secPastEpoch > 1000, "and the time of day again");
}

} // namespace

int main()
{
    testPlan(44);
    eltc(0);
    queues();
    blocksAddresses();
    states();
    constructors();
    traceAndTime();
    return testDone();
}
