// The queue of a blocking port: its thread, four priorities, timeouts, cancelling. No database.
#include <asynShellCommands.h>

#include "liveDatabase.h"
#include "request.h"
#include "simpleDriver.h"

namespace
{

void priorities()
{
    testDiag("priorities");
    Journal journal;
    Request first(journal, "f", "B"), low(journal, "l", "B"), low2(journal, "L", "B"),
        medium(journal, "m", "B"), high(journal, "h", "B"), high2(journal, "H", "B"),
        connect(journal, "c", "B");
    first.waits = true;
    testOk(first.queue() == asynSuccess && first.started(), "a request runs in the port thread");
    testOk(first.thread != epicsThreadGetIdSelf(), "not in the caller's");
    low.queue(asynQueuePriorityLow);
    low2.queue(asynQueuePriorityLow);
    medium.queue(asynQueuePriorityMedium);
    high.queue(asynQueuePriorityHigh);
    high2.queue(asynQueuePriorityHigh);
    connect.queue(asynQueuePriorityConnect);
    testOk(journal.text().empty(), "nothing else runs meanwhile");
    first.go.signal();
    testOk(low2.ended(), "all have run");
    testOk(journal.text() == "fchHmlL",
           "served by priority Connect, High, Medium, Low, each in order: %s",
           journal.text().c_str());
    testOk(low.thread == first.thread && connect.thread == first.thread,
           "all in the same port thread");
}

void timeouts()
{
    testDiag("timeouts");
    Journal journal;
    Request first(journal, "f", "B"), late(journal, "t", "B"), patient(journal, "p", "B");
    first.waits = true;
    first.queue();
    first.started();
    late.queue(asynQueuePriorityHigh, 0.02);
    patient.queue(asynQueuePriorityLow, 100);
    const epicsTime passed = epicsTime::getCurrent() + 0.05;
    eventually([=] { return epicsTime::getCurrent() > passed; });
    first.go.signal();
    testOk(late.ended() && patient.ended(), "both have ended");
    testOk(journal.text().find("t!") != std::string::npos &&
               journal.text().find("p!") == std::string::npos,
           "a request that waits longer than its timeout gets its timeout callback: %s",
           journal.text().c_str());
    testOk(late.queue(asynQueuePriorityLow, 100) == asynSuccess && late.ended(),
           "and may be queued again");
    testOk(journal.text().back() == 't', "and runs: %s", journal.text().c_str());
}

void cancelling()
{
    testDiag("cancelling");
    Journal journal;
    Request first(journal, "f", "B"), gone(journal, "g", "B"), stays(journal, "s", "B");
    first.waits = true;
    first.queue();
    first.started();
    gone.queue();
    stays.queue();
    testOk(gone.queue() == asynError, "a request that is queued cannot be queued again: %s",
           gone.message());
    testOk(pasynManager->disconnect(gone.user()) == asynError,
           "nor its asynUser be disconnected: %s", gone.message());
    testOk(gone.cancelled(), "a queued request is cancelled");
    testOk(!gone.cancelled(), "once");
    first.go.signal();
    testOk(stays.ended() && journal.text() == "fs", "and never runs: %s", journal.text().c_str());
    testOk(gone.queue() == asynSuccess && gone.ended() && journal.text() == "fsg",
           "it may be queued again");

    struct Cancelling : epicsThreadRunable {
        explicit Cancelling(Request &itsRequest) : request(itsRequest) {}
        void run() override
        {
            wasQueued = request.cancelled();
            done.signal();
        }
        Request &request;
        bool wasQueued = true;
        epicsEvent done;
    } cancelling(first);
    first.queue();
    first.started();
    epicsThread thread(cancelling, "cancelling", epicsThreadGetStackSize(epicsThreadStackSmall));
    thread.start();
    const bool early = cancelling.done.wait(0.1);
    first.go.signal();
    testOk(!early && cancelling.done.wait(10) && !cancelling.wasQueued,
           "cancelling a running request waits for its end");
    thread.exitWait();
    first.ended();
}

void locking()
{
    testDiag("queueLockPort");
    Journal journal;
    Request first(journal, "f", "B"), locker(journal, "l", "B"), other(journal, "o", "B");
    first.waits = true;
    first.queue();
    first.started();
    asynSetQueueLockPortTimeout("B", 0.05);
    locker.user()->timeout = 0.05;
    testOk(pasynManager->queueLockPort(locker.user()) == asynTimeout,
           "queueLockPort waits its timeout at most: %s", locker.message());
    first.go.signal();
    first.ended();
    asynSetQueueLockPortTimeout("B", 10);
    testOk(pasynManager->queueLockPort(locker.user()) == asynSuccess, "queueLockPort");
    other.queue(asynQueuePriorityHigh);
    const epicsTime passed = epicsTime::getCurrent() + 0.05;
    eventually([=] { return epicsTime::getCurrent() > passed; });
    testOk(journal.text() == "f", "the port serves nobody else meanwhile: %s",
           journal.text().c_str());
    pasynManager->queueUnlockPort(locker.user());
    testOk(other.ended() && journal.text() == "fo", "but does afterwards");
}

void direct()
{
    testDiag("a port that does not block");
    Journal journal;
    Request request(journal, "r", "P");
    int blocks = 1;
    testOk(pasynManager->canBlock(request.user(), &blocks) == asynSuccess && blocks == 0,
           "canBlock says so");
    testOk(request.queue() == asynSuccess && journal.text() == "r" &&
               request.thread == epicsThreadGetIdSelf(),
           "without ASYN_CANBLOCK a request runs at once, in the caller's thread");
    Request blocking(journal, "b", "B");
    testOk(pasynManager->canBlock(blocking.user(), &blocks) == asynSuccess && blocks == 1,
           "ASYN_CANBLOCK: canBlock");
}

void disabled()
{
    testDiag("a request that is queued when its port is disabled");
    Journal journal;
    Request first(journal, "f", "B"), queued(journal, "q", "B"), late(journal, "t", "B");
    first.waits = true;
    first.queue();
    first.started();
    queued.queue();
    late.queue(asynQueuePriorityLow, 0.02);
    asynEnable("B", 0, 0);
    first.go.signal();
    testOk(late.ended() && journal.text() == "ft!", "waits, and may time out: %s",
           journal.text().c_str());
    testOk(first.queue() == asynDisabled, "others are refused: %s", first.message());
    asynEnable("B", 0, 1);
    testOk(queued.ended() && journal.text() == "ft!q", "and is served when that is enabled again");
}

} // namespace

int main()
{
    testPlan(27);
    eltc(0);
    new SimpleDriver("P");
    new SimpleDriver("B", ASYN_CANBLOCK);
    priorities();
    timeouts();
    cancelling();
    disabled();
    locking();
    direct();
    return testDone();
}
