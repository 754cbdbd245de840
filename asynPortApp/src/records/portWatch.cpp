#include "records/portWatch.h"

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

#include <asynDriver.h>
#include <epicsGuard.h>
#include <epicsMutex.h>
#include <epicsTimer.h>

#include "common/epicsEntry.h"
#include "manager/portManager.h"

using Guard = epicsGuard<epicsMutex>;

namespace
{

constexpr double firstLook = 0.1; // s, between two looks whether a port is there again
constexpr double lastLook = 5;    // s

// The records of one port, or of its name.
class Watch : private epicsTimerNotify
{
  public:
    explicit Watch(const std::string &port) : port_(port), timer_(queue().createTimer())
    {
        if (attach())
            return;
        setAttached(false); // it was shut down in this moment
        timer_.start(*this, firstLook);
    }
    Watch(const Watch &) = delete;
    Watch &operator=(const Watch &) = delete;

    void add(PortClient &client)
    {
        bool attached;
        {
            Guard guard(mutex_);
            clients_.push_back(&client);
            attached = attached_;
        }
        if (!attached)
            client.portGone();
    }

  private:
    static epicsTimerQueueActive &queue()
    {
        static auto &queue = epicsTimerQueueActive::allocate(true, epicsThreadPriorityMedium);
        return queue;
    }

    // False when there is no such port, or it is shut down at once.
    bool attach()
    {
        user_ = pasynManager->createAsynUser(nullptr, nullptr);
        user_->userPvt = this;
        if (pasynManager->connectDevice(user_, port_.c_str(), -1) == asynSuccess) {
            pasynManager->exceptionCallbackAdd(user_, onException);
            if (!portManager::isShutDown(user_))
                return true;
        }
        detach();
        return false;
    }

    void detach()
    {
        if (!user_)
            return; // a freed one may be another client's by now
        pasynManager->exceptionCallbackRemove(user_);
        pasynManager->disconnect(user_);
        pasynManager->freeAsynUser(user_);
        user_ = nullptr;
    }

    static void onException(asynUser *user, asynException exception)
    {
        if (exception == asynExceptionShutdown)
            static_cast<Watch *>(user->userPvt)->gone();
    }

    // By the thread that shuts the port down.
    void gone()
    {
        for (PortClient *client : clients())
            client->portGone();
        {
            Guard guard(mutex_);
            attached_ = false;
            pause_ = firstLook;
        }
        timer_.start(*this, firstLook);
    }

    expireStatus expire(const epicsTime &) override
    {
        return epicsGuarded("the look whether a port is there again",
                            expireStatus(restart, lastLook), [this] { return look(); });
    }
    expireStatus look()
    {
        if (!portManager::isComplete(port_.c_str()))
            return expireStatus(restart, firstLook);
        if (!isAttached()) {
            detach(); // from the port before; not by its callback, which is still being called
            setAttached(true);
            if (!attach()) {
                setAttached(false);
                return expireStatus(restart, firstLook);
            }
            // Those that have joined this port already, or one between, are looked at, too.
            for (PortClient *client : clients())
                client->portGone();
        }
        bool all = true;
        for (PortClient *client : clients())
            if (!client->joined()) {
                client->portBack();
                all = false;
            }
        Guard guard(mutex_);
        // They join in threads of their own: that all have is seen next time.
        if (all && attached_)
            return noRestart;
        pause_ = std::min(2 * pause_, lastLook);
        return expireStatus(restart, pause_);
    }

    bool isAttached()
    {
        Guard guard(mutex_);
        return attached_;
    }

    void setAttached(bool yes)
    {
        Guard guard(mutex_);
        attached_ = yes;
    }

    std::vector<PortClient *> clients()
    {
        Guard guard(mutex_);
        return clients_;
    }

    const std::string port_;
    epicsTimer &timer_;
    asynUser *user_ = nullptr; // of the constructor, and then of the timer's thread
    epicsMutex mutex_;         // guards what follows
    std::vector<PortClient *> clients_;
    bool attached_ = true;
    double pause_ = firstLook; // s
};

} // namespace

void PortClient::watch(const std::string &port)
{
    // In record initialisation, which is one thread's. Never destroyed, as records are not.
    static auto *watches = new std::map<std::string, std::unique_ptr<Watch>>;
    std::unique_ptr<Watch> &watch = (*watches)[port];
    if (!watch)
        watch = std::make_unique<Watch>(port);
    watch->add(*this);
}
