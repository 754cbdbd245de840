#include "port/announcements.h"

#include <algorithm>
#include <mutex>
#include <vector>

#include "port/asynPythonDriver.h"
#include "port/handle.h"

#include "../../../asynPortApp/src/common/epicsEntry.h"

#include <epicsThread.h>
#include <epicsTimer.h>
#include <errlog.h>

namespace
{

constexpr size_t most = 64; // in waiting; then the newest of a parameter replaces its oldest

// For C++ threads. If nobody gets in any more, arrays are left behind.
void freeAttached(PortHandle &port, Announcements::List spent)
{
    if (std::all_of(spent.begin(), spent.end(), [](const auto &each) { return !each.value; }))
        return;
    Attach attached(*port.core);
    if (!attached)
        new Announcements::List(std::move(spent));
    spent.clear();
}

// No lock held. Nothing that a client or the system throws keeps the next one from being made.
void callClients(asynPythonDriver &driver, const Announcement &announcement)
{
    try {
        driver.callClients(announcement);
    } catch (const std::exception &error) {
        errlogPrintf("port %s: callbacks of arrays and choices: %s\n", driver.portName,
                     error.what());
    } catch (...) {
        errlogPrintf("port %s: callbacks of arrays and choices: a C++ exception\n",
                     driver.portName);
    }
}

// Makes the callbacks of ports that have no thread, by one that has been there from the first port
// on.
class Substitute : public epicsTimerNotify
{
  public:
    static Substitute &ofProcess()
    {
        static auto *substitute = new Substitute; // never destroyed: its thread runs on
        return *substitute;
    }
    void call(const std::shared_ptr<PortHandle> &port)
    {
        {
            const std::lock_guard<std::mutex> guard(mutex_);
            ports_.push_back(port);
        }
        timer_.start(*this, 0.0);
    }

  private:
    Substitute()
        : timer_(epicsTimerQueueActive::allocate(true, epicsThreadPriorityMedium).createTimer())
    {
    }
    expireStatus expire(const epicsTime &) override
    {
        epicsGuarded("callbacks of ports without a thread", [this] { callAll(); });
        return noRestart;
    }
    void callAll()
    {
        std::vector<std::shared_ptr<PortHandle>> ports;
        {
            const std::lock_guard<std::mutex> guard(mutex_);
            ports.swap(ports_);
        }
        for (const auto &port : ports)
            port->announcements.callAndKeep(*port);
    }

    epicsTimer &timer_;
    std::mutex mutex_; // guards what follows; not held while calling out
    std::vector<std::shared_ptr<PortHandle>> ports_;
};

} // namespace

void Announcements::prepare()
{
    Substitute::ofProcess();
}

void Announcements::add(Announcement announcement)
{
    const auto same = [&](const Announcement &each) {
        return each.kind == announcement.kind && each.index == announcement.index;
    };
    if (announcement.kind == Announcement::parameters && !waiting_.empty() && same(waiting_.back()))
        return;
    auto oldest = waiting_.size() < most ? waiting_.end()
                                         : std::find_if(waiting_.begin(), waiting_.end(), same);
    if (oldest != waiting_.end()) {
        spent_.splice(spent_.end(), waiting_, oldest);
    }
    waiting_.push_back(std::move(announcement));
}

Announcements::List Announcements::call(PortHandle &port)
{
    epicsGuard<epicsMutex> inOrder(calling_);
    List current; // none or one
    for (;;) {
        asynPythonDriver *driver;
        {
            PortGuard guard(port.lock);
            spent_.splice(spent_.end(), current);
            driver = port.driver;
            calls_ = driver && !waiting_.empty();
            if (!calls_)
                return std::move(spent_);
            current.splice(current.end(), waiting_, waiting_.begin());
        }
        ::callClients(*driver, current.front());
    }
}

void Announcements::callAndKeep(PortHandle &port)
{
    epicsGuard<epicsMutex> untilKept(calling_); // finish() is to find them
    List spent = call(port);
    PortGuard guard(port.lock);
    spent_.splice(spent_.end(), spent);
}

// Port locked.
bool Announcements::startThread(const std::shared_ptr<PortHandle> &port)
{
    auto argument = std::make_unique<std::shared_ptr<PortHandle>>(port);
    if (epicsThreadCreate((port->portName + "Calls").c_str(), epicsThreadPriorityMedium,
                          epicsThreadGetStackSize(epicsThreadStackMedium), epicsEntry<run>,
                          argument.get())) {
        static_cast<void>(argument.release()); // the thread's
        return true;
    }
    if (!hasComplained_)
        errlogPrintf("port %s: no thread can be started for its callbacks of arrays and choices; "
                     "one of the process makes them\n",
                     port->portName.c_str());
    hasComplained_ = true;
    return false;
}

void Announcements::callLater(const std::shared_ptr<PortHandle> &port)
{
    bool own;
    {
        PortGuard guard(port->lock);
        own = hasThread_ = hasThread_ || startThread(port);
    }
    if (own)
        wake_.signal();
    else
        Substitute::ofProcess().call(port);
}

void Announcements::run(void *argument)
{
    std::unique_ptr<std::shared_ptr<PortHandle>> own(
        static_cast<std::shared_ptr<PortHandle> *>(argument));
    PortHandle &port = **own;
    for (bool there = true; there;) {
        port.announcements.wake_.wait();
        freeAttached(port, port.announcements.call(port));
        PortGuard guard(port.lock);
        there = port.driver != nullptr;
    }
}

void Announcements::finish(PortHandle &port)
{
    {
        const epicsGuard<epicsMutex> untilOthersHave(calling_);
    }
    wake_.signal();
    List left;
    {
        PortGuard guard(port.lock);
        left = std::move(spent_);
        left.splice(left.end(), waiting_);
    }
    freeAttached(port, std::move(left));
}
