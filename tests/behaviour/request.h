// A client of a port's queue that notes what becomes of its requests.
#pragma once

#include <string>

#include <asynDriver.h>
#include <epicsEvent.h>
#include <epicsGuard.h>
#include <epicsMutex.h>
#include <epicsThread.h>
#include <epicsUnitTest.h>

// What ran, in order; a request that timed out has a '!' behind its name.
class Journal
{
  public:
    void add(const std::string &entry)
    {
        epicsGuard<epicsMutex> guard(mutex_);
        text_ += entry;
    }
    std::string text() const
    {
        epicsGuard<epicsMutex> guard(mutex_);
        return text_;
    }

  private:
    mutable epicsMutex mutex_;
    std::string text_;
};

class Request
{
  public:
    Request(Journal &journal, const char *name, const char *port, int addr = 0)
        : journal_(journal), name_(name), user_(pasynManager->createAsynUser(run, expire))
    {
        user_->userPvt = this;
        if (pasynManager->connectDevice(user_, port, addr) != asynSuccess)
            testAbort("%s", user_->errorMessage);
    }
    ~Request()
    {
        pasynManager->disconnect(user_);
        pasynManager->freeAsynUser(user_);
    }
    Request(const Request &) = delete;
    Request &operator=(const Request &) = delete;

    asynStatus queue(asynQueuePriority priority = asynQueuePriorityLow, double timeout = 0)
    {
        return pasynManager->queueRequest(user_, priority, timeout);
    }
    bool cancelled()
    {
        int wasQueued = 0;
        return pasynManager->cancelRequest(user_, &wasQueued) == asynSuccess && wasQueued == 1;
    }
    // False after ten seconds.
    bool ended() { return ended_.wait(30); }
    bool started() { return started_.wait(30); }

    asynUser *user() { return user_; }
    const char *message() const { return user_->errorMessage; }

    bool waits = false; // in the port thread, for go
    epicsEvent go;
    epicsThreadId thread = nullptr; // where it ran

  private:
    static void run(asynUser *user)
    {
        auto &self = *static_cast<Request *>(user->userPvt);
        self.thread = epicsThreadGetIdSelf();
        self.started_.signal();
        if (self.waits)
            self.go.wait();
        self.journal_.add(self.name_);
        self.ended_.signal();
    }
    static void expire(asynUser *user)
    {
        auto &self = *static_cast<Request *>(user->userPvt);
        self.journal_.add(self.name_ + "!");
        self.ended_.signal();
    }

    Journal &journal_;
    const std::string name_;
    epicsEvent started_, ended_;
    asynUser *user_;
};
