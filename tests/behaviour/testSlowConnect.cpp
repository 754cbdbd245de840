// A driver that takes its time to connect keeps nobody else from anything.
#include <atomic>
#include <thread>

#include <asynShellCommands.h>

#include "liveDatabase.h"
#include "request.h"
#include "simpleDriver.h"

namespace
{

// In connect() until it is let go, and then it may refuse.
class Connecting : public SimpleDriver
{
  public:
    explicit Connecting(const char *name, int flags = 0) : SimpleDriver(name, flags)
    {
        pasynManager->autoConnect(pasynUserSelf, 0);
        pasynManager->exceptionDisconnect(pasynUserSelf);
    }
    asynStatus connect(asynUser *user) override
    {
        inside = true;
        go.wait();
        inside = false;
        return refuses ? asynError : SimpleDriver::connect(user);
    }
    asynStatus readInt32(asynUser *user, epicsInt32 *value) override
    {
        ++reads;
        return SimpleDriver::readInt32(user, value);
    }
    bool begins()
    {
        asynAutoConnect(portName, 0, 1);
        return eventually([this] { return inside.load(); });
    }

    std::atomic<bool> inside{false}, refuses{false};
    std::atomic<int> reads{0};
    epicsEvent go;
};

void others(Connecting &slow)
{
    testDiag("while a blocking driver connects");
    Journal journal;
    new SimpleDriver("QUICK");
    Request request(journal, "r", "SLOW"), quick(journal, "q", "QUICK");
    testOk(slow.begins(), "it is asked to connect");
    asynAutoConnect("QUICK", 0, 0);
    pasynManager->exceptionDisconnect(quick.user());
    asynAutoConnect("QUICK", 0, 1);
    testOk(asynWaitConnect("QUICK", 20) == 0, "another port connects");
    testOk(request.queue() == asynDisconnected && slow.inside, "a request is refused at once: %s",
           request.message());
    process("record");
    testOk(slow.inside, "a record is not kept, either");
    if (bundled) // asyn refuses it
        testOk(number("record.PACT") == 1, "it waits for its turn");
    slow.go.signal();
    testOk(asynWaitConnect("SLOW", 20) == 0, "then it connects");
    if (!bundled)
        process("record");
    testOk(becomes("record.PACT", 0) && number("record") == 42 && number("record.SEVR") == 0,
           "and the record has the driver's value");
}

void refusal(Connecting &slow)
{
    testDiag("a blocking driver that refuses to connect");
    slow.refuses = true;
    asynAutoConnect("SLOW", 0, 0);
    pasynManager->exceptionDisconnect(slow.self());
    testOk(slow.begins(), "it is asked to connect");
    process("record");
    slow.go.signal();
    testOk(reads("record.STAT", "COMM") && number("record.PACT") == 0,
           "a record that waits alarms");
    const int before = slow.reads;
    process("record");
    testOk(number("record.PACT") == 0 && reads("record.STAT", "COMM") && slow.reads == before,
           "another one at once, and the driver is not asked");
}

// Each address of a port connects by itself, as with asyn: when somebody wants it.
class Addresses : public SimpleDriver
{
  public:
    explicit Addresses(const char *name) : SimpleDriver(name, ASYN_CANBLOCK | ASYN_MULTIDEVICE) {}
    asynStatus connect(asynUser *user) override
    {
        int address = -1;
        pasynManager->getAddr(user, &address);
        if (address == 1)
            thread = epicsThreadGetIdSelf();
        if (address == 2)
            return asynError;
        return pasynManager->exceptionConnect(user); // SimpleDriver knows one address only
    }
    std::atomic<epicsThreadId> thread{nullptr};
};

void addresses()
{
    testDiag("an address that is not connected yet");
    Journal journal;
    Addresses &driver = *new Addresses("ADDRESSES");
    Request request(journal, "r", "ADDRESSES", 1);
    testOk(request.queue() == asynSuccess && request.ended() && journal.text() == "r",
           "a request is queued: %s", request.message());
    int connected = 0;
    testOk(pasynManager->isConnected(request.user(), &connected) == asynSuccess && connected == 1,
           "which connects it");
    testOk(driver.thread == request.thread, "in the thread of the port");
    Request refused(journal, "s", "ADDRESSES", 2);
    testOk(refused.queue() == asynSuccess && refused.ended() && journal.text() == "rs!",
           "one to an address that refuses gets its timeout callback");
}

// The driver that does not block connects in the timers' thread.
void nonBlocking()
{
    testDiag("while a driver connects that does not block");
    Journal journal;
    Connecting &slow = *new Connecting("HELD");
    Request request(journal, "r", "HELD");
    testOk(slow.begins(), "it is asked to connect");
    std::atomic<bool> returned{false};
    asynStatus status = asynError;
    std::thread client([&] {
        status = request.queue();
        returned = true;
    });
    epicsThreadSleep(0.05); // time enough to be refused
    testOk(!returned, "a request waits");
    slow.go.signal();
    client.join();
    testOk(status == asynSuccess && journal.text() == "r", "and runs: %s", request.message());
}

} // namespace

int main()
{
    testPlan(bundled ? 19 : 15);
    auto *slow = new Connecting("SLOW", ASYN_CANBLOCK);
    return live(record("longin", "record", "asynInt32", "@asyn(SLOW)START"), [=] {
        others(*slow);
        refusal(*slow);
        addresses();
        if (bundled) // asyn refuses it
            nonBlocking();
    });
}
