// Put-callback: a client that asks for completion is told when the write has ended.
#include <dbChannel.h>
#include <dbNotify.h>
#include <epicsEvent.h>

#include "liveDatabase.h"
#include "simpleDriver.h"

namespace
{

// Every request waits until it may go on.
class Slow : public SimpleDriver
{
  public:
    using SimpleDriver::SimpleDriver;

    void hold()
    {
        thread = epicsThreadGetIdSelf();
        inside.signal();
        if (waits)
            go.wait();
    }
    asynStatus writeInt32(asynUser *user, epicsInt32 value) override
    {
        hold();
        return SimpleDriver::writeInt32(user, value);
    }
    asynStatus readInt32(asynUser *user, epicsInt32 *value) override
    {
        hold();
        return SimpleDriver::readInt32(user, value);
    }
    asynStatus writeOctet(asynUser *user, const char *value, size_t count, size_t *done) override
    {
        hold();
        return SimpleDriver::writeOctet(user, value, count, done);
    }
    asynStatus writeFloat64Array(asynUser *user, epicsFloat64 *value, size_t count) override
    {
        hold();
        return SimpleDriver::writeFloat64Array(user, value, count);
    }
    bool waits = false;
    epicsEvent inside, go;
    epicsThreadId thread = nullptr;
};

const std::string doubles = "field(FTVL, DOUBLE) field(NELM, 4) ";
std::string records(const std::string &port)
{
    const std::string at = "@asyn(" + port + ")", p = port + ":";
    return record("longout", p + "lo", "asynInt32", at + "I32", "field(FLNK, \"" + p + "next\")") +
           "record(calc, \"" + p + "next\") { field(CALC, \"VAL+1\") }\n" +
           record("longin", p + "li", "asynInt32", at + "I32") +
           record("stringout", p + "so", "asynOctetWrite", at + "TEXT") +
           record("aao", p + "aao", "asynFloat64ArrayOut", at + "WAVE", doubles);
}

std::string active(const std::string &name)
{
    return name.substr(0, name.find('.')) + ".PACT";
}

// A put with completion.
class Put
{
  public:
    explicit Put(const std::string &name) : channel_(dbChannelCreate(name.c_str()))
    {
        if (!channel_ || dbChannelOpen(channel_))
            testAbort("no channel %s", name.c_str());
        notify_.requestType = putProcessRequest;
        notify_.chan = channel_;
        notify_.putCallback = put;
        notify_.doneCallback = finished;
        notify_.usrPvt = this;
        dbProcessNotify(&notify_);
    }
    ~Put()
    {
        dbNotifyCancel(&notify_);
        dbChannelDelete(channel_);
    }
    Put(const Put &) = delete;
    Put &operator=(const Put &) = delete;

    bool ends() { return done_.wait(30); }
    bool ended() { return done_.tryWait(); }

  private:
    static int put(processNotify *notify, notifyPutType type)
    {
        if (type == putDisabledType)
            return 0;
        const char value[] = "5";
        notify->status = notifyOK;
        dbChannelPut(notify->chan, DBR_STRING, value, 1);
        return 1;
    }
    static void finished(processNotify *notify)
    {
        static_cast<Put *>(notify->usrPvt)->done_.signal();
    }

    dbChannel *channel_;
    processNotify notify_{};
    epicsEvent done_;
};

void blocking(Slow &driver)
{
    testDiag("a blocking port");
    driver.waits = true;
    driver.inside.tryWait(); // from the start values
    for (const std::string name : {"B:lo", "B:so", "B:aao", "B:li.PROC"}) {
        Put put(name);
        testOk(driver.inside.wait(30) && driver.thread != epicsThreadGetIdSelf(),
               "the driver is called in the port thread: %s", name.c_str());
        testOk(!put.ended() && number(active(name).c_str()) == 1,
               "a put is not complete while the driver works: %s", name.c_str());
        driver.go.signal();
        testOk(put.ends() && number(active(name).c_str()) == 0,
               "it is when the driver has ended: %s", name.c_str());
    }
    testOk(number("B:next") == 1, "the forward link is processed at completion");
    Put first("B:lo");
    driver.inside.wait();
    Put second("B:lo");
    driver.go.signal();
    testOk(first.ends() && !second.ended(), "a second put waits for the first");
    driver.inside.wait();
    driver.go.signal();
    testOk(second.ends(), "and completes by itself");
    driver.waits = false;
    driver.failWith = asynTimeout;
    Put failing("B:lo");
    testOk(failing.ends() && number("B:lo.STAT") == TIMEOUT_ALARM,
           "a write that fails completes, with an alarm");
    driver.failWith = asynSuccess;
    driver.connected(false);
    Put disconnected("B:lo");
    testOk(disconnected.ends(), "a put to a port that is not connected completes");
    driver.connected(true);
}

void direct(Slow &driver)
{
    testDiag("a port that does not block");
    for (const std::string name : {"P:lo", "P:so", "P:aao", "P:li.PROC"}) {
        Put put(name);
        testOk(put.ends() && driver.thread == epicsThreadGetIdSelf(),
               "without ASYN_CANBLOCK the driver runs in the caller's thread: %s", name.c_str());
    }
}

} // namespace

int main()
{
    testPlan(23);
    auto *slow = new Slow("B", ASYN_CANBLOCK), *fast = new Slow("P");
    return live(records("P") + records("B"), [=] {
        direct(*fast);
        blocking(*slow);
    });
}
