#include "announcements.h"

#include <algorithm>

#include "asynPythonDriver.h"
#include "portHandle.h"

#include <epicsThread.h>
#include <errlog.h>

namespace
{

constexpr size_t most = 64; // in waiting; then the newest of a parameter replaces its oldest

// For C++ threads. Where nobody gets in any more, arrays are left behind.
void freeAttached(PortHandle &port, Announcements::Arrays arrays)
{
    if (std::all_of(arrays.begin(), arrays.end(), [](const auto &each) { return !each; }))
        return;
    Attach attached(*port.core);
    if (!attached)
        new Announcements::Arrays(std::move(arrays));
    arrays.clear();
}

} // namespace

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
        spent_.push_back(std::move(oldest->value));
        waiting_.erase(oldest);
    }
    waiting_.push_back(std::move(announcement));
}

Announcements::Arrays Announcements::call(PortHandle &port)
{
    epicsGuard<epicsMutex> inOrder(calling_);
    Announcement last{};
    for (;;) {
        asynPythonDriver *driver;
        {
            epicsGuard<epicsMutex> guard(port.lock);
            spent_.push_back(std::move(last.value));
            driver = port.driver;
            calls_ = driver && !waiting_.empty();
            if (!calls_)
                return std::move(spent_);
            last = std::move(waiting_.front());
            waiting_.pop_front();
        }
        driver->callClients(last);
    }
}

void Announcements::callLater(const std::shared_ptr<PortHandle> &port)
{
    {
        epicsGuard<epicsMutex> guard(port->lock);
        if (!hasThread_)
            epicsThreadCreate((port->portName + "Calls").c_str(), epicsThreadPriorityMedium,
                              epicsThreadGetStackSize(epicsThreadStackMedium), run,
                              new std::shared_ptr<PortHandle>(port));
        hasThread_ = true;
    }
    wake_.signal();
}

void Announcements::run(void *argument)
{
    std::unique_ptr<std::shared_ptr<PortHandle>> own(
        static_cast<std::shared_ptr<PortHandle> *>(argument));
    PortHandle &port = **own;
    for (bool there = true; there;) {
        port.announcements.wake_.wait();
        try {
            freeAttached(port, port.announcements.call(port));
        } catch (const std::exception &error) {
            errlogPrintf("port %s: callbacks of arrays and choices: %s\n", port.portName.c_str(),
                         error.what());
        }
        epicsGuard<epicsMutex> guard(port.lock);
        there = port.driver != nullptr;
    }
}

void Announcements::finish(PortHandle &port)
{
    calling_.lock();
    calling_.unlock();
    wake_.signal();
    Arrays left;
    {
        epicsGuard<epicsMutex> guard(port.lock);
        left = std::move(spent_);
        for (Announcement &each : waiting_)
            left.push_back(std::move(each.value));
        waiting_.clear();
    }
    freeAttached(port, std::move(left));
}
