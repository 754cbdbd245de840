// What all device support has in common: a record, its client of a port, and how they meet.
//
// Threads: process() and all that it calls run with the record locked. Callbacks of the port run on
// the driver's thread, perhaps with the port locked: they never take the record lock, but leave
// what they bring under mutex_ and ask a scan thread to go on. Those who end a deferred write ask
// one of Base's callback threads.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include <alarm.h>
#include <asynDriver.h>
#include <asynEnum.h>
#include <dbCommon.h>
#include <dbScan.h>
#include <epicsMutex.h>
#include <link.h>

#include "common/monotonicTime.h"
#include "common/portUser.h"
#include "common/recordLock.h"
#include "manager/portManager.h"
#include "records/link.h"
#include "records/portWatch.h"
#include "scan/scanQueue.h"

// How a request or a callback ended; goes with each value.
struct Outcome {
    asynStatus status = asynSuccess;
    int alarmStatus = 0;
    int alarmSeverity = 0;
    epicsTimeStamp time{};
    bool told = false; // of a request, whose client has the message

    void take(const asynUser &user, asynStatus result)
    {
        take(user);
        status = result;
        told = true;
    }
    void takeCallback(const asynUser &user)
    {
        take(user);
        status = static_cast<asynStatus>(user.auxStatus);
        told = false;
    }

  private:
    void take(const asynUser &user)
    {
        alarmStatus = user.alarmStatus;
        alarmSeverity = user.alarmSeverity;
        time = user.timestamp;
    }
};

enum class Mask { none, optional, required };
enum class DrvInfo { parameter, text }; // what follows the link's parentheses

class Device : public ScanClient, private PortClient, private portManager::Completion
{
  public:
    Device(dbCommon *record, DBLINK &link, bool output);

    static Device *of(dbCommon *record) { return static_cast<Device *>(record->dpvt); }

    // Finds port, parameter and interface. Where that fails: one message, the record alarmed and
    // put out of action, false.
    bool connect(const char *interfaceType, Mask mask, DrvInfo drvInfo = DrvInfo::parameter);

    // SCAN becomes I/O Intr (cmd 0), or stops to be; record locked.
    virtual long ioInterrupt(int cmd, IOSCANPVT *pvt);

    // Sets alarm and time stamp from outcome_; true when it is a success.
    bool conclude();

    // In record initialisation: one message, and the record is alarmed and never processes.
    void disable(const std::string &reason);

  protected:
    // What the record processes for: a value that a callback brought, or one request to the port.
    // True when outcome_ is there; false when the port will complete it later, and the record is
    // left active until then.
    bool transact();

    // Takes what a callback brought; false when there is none. Record locked.
    bool take();

    // The I/O itself, at the port's turn.
    virtual void perform() = 0;
    // Registers with the interface's interrupts, or cancels.
    virtual asynStatus listen() = 0;
    virtual void unlisten() = 0;
    // From now on, or as soon as there is a port. Where that fails interruptUser_ says why.
    asynStatus startListening();
    void stopListening();
    bool listening() const { return wantsToListen_; }
    // A value that a callback brought, taken into outcome_ and the like; false when there is none.
    virtual bool takePending() = 0;
    virtual bool hasPending() = 0; // mutex_ not held
    // Before the record processes for it: its next value becomes the record's, so that limits and
    // alarms are looked at with it.
    virtual void preload() {}
    // Forgets what callbacks brought. Unlike takePending with a request under way, too.
    virtual void discardPending() = 0;
    void release() override;
    // The port is shut down: what the class itself has of it is to be given back. Record locked.
    virtual void leave() {}
    // A port of its name is there, and the device connected to it: what initialize did with the
    // port is done again, but for what does not change. Of an output, whether it has a value of the
    // driver: then user_ has that one's alarm and time. Record locked.
    virtual bool rejoin() { return false; }
    bool portIsGone() const { return port_ == PortState::gone; }
    static void giveBack(asynUser *user); // of a port that is gone
    // New choices of an enumerated record; record locked.
    virtual void applyChoices() {}

    // Of SCAN I/O Intr; record locked.
    IOSCANPVT scanList();
    // From a callback: a value is pending.
    void arrived();
    // From a callback or the port's turn: the record is to be processed, whatever its SCAN.
    void finished();
    void choicesArrived();
    // How many values a callback may be ahead of the record: info(asyn:FIFO), or standard.
    // At most so many as have room, each with so many bytes.
    size_t fifoSize(size_t standard, size_t bytes) const;
    bool infoFlag(const char *name) const;
    // ASYN_TRACEIO_DEVICE: each request that has succeeded and each callback, with its value.
    // user: of requests or of callbacks. what: "read", "write" or "callback".
    template <typename Value> void traceValue(asynUser *user, const char *what, Value value) const
    {
        if (traces(user))
            traceText(user, what, valueText(value).c_str());
    }
    void traceBytes(asynUser *user, const char *what, const void *data, size_t size) const;
    // info(asynPort:follow) or asynFollowPort, which asyn has not: the record shows what the driver
    // has, from the start on with its alarm and its time, and with each callback, whatever its SCAN
    // is.
    bool follows() const { return follows_; }
    void started(); // in record initialisation, after atStart
    const char *info(const char *name) const;
    // Has callbacks process the record: an output with info(asyn:READBACK), or one that follows.
    void startReadback();
    bool readingBack() const { return readingBack_; }
    // The driver has refused what was written: the record is to take back what takeBack read.
    bool refused() const { return request_.refused; }
    // What its process routine then returns: clients are told the text of it.
    static constexpr long refusedStatus = (900L << 16) | 1; // 501 to 599 are Base's
    // What the driver has, read at the port's turn after it refused a write; false where it has
    // nothing.
    virtual bool takeBack() { return false; }
    // After the record has its old value: tells its clients. field: of the value.
    void tellRefused(const void *field);
    // Runs work at the port's turn during record initialisation.
    template <typename Work> asynStatus atOnce(Work work)
    {
        const PortTurn turn(user_);
        if (turn.status() != asynSuccess)
            return turn.status();
        try {
            return work();
        } catch (...) { // of a driver that is no asynPortDriver; a request will tell more
            return asynError;
        }
    }

    // The same for the value that an output starts with; its alarm and time are then in outcome_.
    template <typename Read> asynStatus atStart(Read read)
    {
        return atOnce([this, &read] {
            const asynStatus status = read();
            outcome_.take(*user_, status);
            return status;
        });
    }

    dbCommon *const record_;
    DBLINK &link_;
    const bool output_;
    AsynLink parsed_;
    asynUser *user_ = nullptr;          // for requests; record lock
    asynUser *interruptUser_ = nullptr; // for callbacks
    asynInterface *interface_ = nullptr;
    IOSCANPVT scan_ = nullptr;
    void *registrar_ = nullptr; // of the interrupt; record lock
    // Listens no more: the IOC is being shut down. Written with the record locked.
    std::atomic<bool> released_{false};
    bool canBlock_ = false;
    bool follows_ = false; // written when the device is connected
    Outcome outcome_;      // of the request; the port thread writes it while the record is active
    epicsMutex mutex_;     // guards what callbacks bring
    std::atomic<unsigned long> overflows_{0};

  private:
    void portGone() override;
    void portBack() override;
    bool joined() const override { return port_ == PortState::joined || released_; }
    asynStatus attach();
    void detach();
    void cancel();       // the interrupt
    void goneFromPort(); // no lock held
    void backAtPort();   // the same; may wait for the driver
    // Joins the port that is there again, on the thread apart. No lock held.
    class Joining final : public ScanClient
    {
      public:
        explicit Joining(Device &device) : device_(device) {}
        void serve() override { device_.join(); }
        void end() override {}
        void release() override {}

      private:
        Device &device_;
    };
    void join();
    void refusedAgain(asynStatus status);
    void showReturn(bool hasValue); // of an output
    void takeGone();
    std::string goneText() const;
    void serve() override;
    void end() override;
    static void onTurn(asynUser *user);
    // What the driver ends a deferred write with. One for all of them, up to a write that the
    // driver has not ended when its port is shut down: that one's is the driver's alone.
    class Write final : public portManager::Deferral
    {
      public:
        explicit Write(Device &device) : device_(device) {}
        void complete(asynStatus status, const char *message) override
        {
            if (!device_.complete(*this, status, message))
                delete this;
        }

      private:
        Device &device_;
    };
    Write *defer() override;
    bool refuse() override;
    void forget() override;
    // False for a write that the device does not wait for any more.
    bool complete(const Write &write, asynStatus status, const char *message);
    void keepCompletion(asynStatus status, const char *message); // mutex_ held
    void completionArrived();                                    // any locks held
    void abandonWrite();           // record locked; the port is shut down
    void takeCompletion();         // record locked
    void finishProcessing();       // where the record's request has ended; no lock held
    void failed(const char *what); // at the port's turn
    // Drivers stamp what they read, but seldom what they write. At the port's turn.
    void stampRequest();
    void stampRecord();
    void readback();
    static bool traces(asynUser *user)
    {
        return (pasynTrace->getTraceMask(user) & ASYN_TRACEIO_DEVICE) != 0;
    }
    void traceText(asynUser *user, const char *what, const char *text) const;
    static std::string valueText(double value);
    template <typename Integer> static std::string valueText(Integer value)
    {
        return std::to_string(value);
    }
    const char *message() const { return outcome_.told ? user_->errorMessage : ""; }
    void logStatus();

    const char *interfaceType_ = nullptr; // of initialize, as drvInfo_
    DrvInfo drvInfo_ = DrvInfo::parameter;
    bool wantsReadback_ = false;
    bool wantsToListen_ = false; // record lock
    unsigned timesRefused_ = 0;  // record lock; by a port of the name

    // How the record and its port are to each other:
    //   joined -> leaving  the port is shut down (portGone; any thread)
    //   leaving -> gone    the record shows it (goneFromPort; record lock)
    //   leaving -> joined  the record has joined a new port of the name meanwhile (the same)
    //   gone -> joined     a new port of the name is there (backAtPort; record lock)
    enum class PortState : unsigned char { joined, leaving, gone };
    std::atomic<PortState> port_{PortState::joined};

    // What is left for a scan thread to do; any thread sets it.
    enum Task : unsigned {
        showPortGone = 1,  // goneFromPort
        finishRequest = 2, // a blocking request or a deferred write has ended
        takeChoices = 4,   // applyChoices
        joinPort = 8,      // hand the record to the thread that joins ports
    };
    std::atomic<unsigned> tasks_{0};
    // The record is to process for what a callback has brought. Not a task: callbacks are frequent,
    // and setting it takes no locked instruction.
    std::atomic<bool> valuePending_{false};
    void leaveTask(Task task) { tasks_.fetch_or(task, std::memory_order_release); }
    // Whether it was left; it no longer is. Mostly it was not.
    bool takeTask(Task task)
    {
        return (tasks_.load(std::memory_order_acquire) & task) && (tasks_.fetch_and(~task) & task);
    }

    // Made when the port first comes back, guarded by mutex_; few records ever need it.
    std::unique_ptr<Joining> joining_;
    // Handed over to the thread apart, which may have the record as long as its driver takes: scan
    // threads leave it alone. Set by them, reset by that thread.
    std::atomic<bool> joins_{false};
    bool wantsTime_ = false;   // as outcome_: the request's time is the record's
    bool readingBack_ = false; // record lock
    // The request that runs, or ran last. Written and read by the thread that runs it; of a port
    // that does not block, that thread has the record locked. The result stays, as outcome_ does.
    struct Request {
        bool runs = false;
        bool deferred = false;    // the driver ends the write later
        bool refused = false;     // the driver has refused the write
        bool hasOldValue = false; // takeBack had one
    } request_;
    Write *write_ = nullptr; // guarded by mutex_; made by the first write that is deferred
    bool awaited_ = false;   // guarded by mutex_; the driver has not ended it
    // How a deferred write ended; guarded by mutex_.
    struct {
        bool there = false;
        asynStatus status = asynSuccess;
        std::string message;
    } completion_;
    std::atomic<bool> took_{false}; // the last service took a value
    // What was last traced, and how many messages of one status; record lock.
    struct Logged {
        asynStatus status = asynSuccess;
        size_t message = 0; // its hash
        MonotonicTime since;
        unsigned count = 0;

        bool another(); // whether there may be
    } logged_;
};
