// Requests whose time runs out while their port is busy: a thread of its own calls their timeout
// callbacks, for the port's is in a driver.
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>

#include "common/epicsEntry.h"
#include "manager/port.h"

#include <errlog.h>

namespace portManager
{

namespace
{

using Clock = std::chrono::steady_clock;

Clock::time_point after(double seconds)
{
    constexpr double longest = 1e6; // s; a look in between does no harm
    return Clock::now() + std::chrono::duration_cast<Clock::duration>(
                              std::chrono::duration<double>(std::min(seconds, longest)));
}

// At which time a look at which port is due; one entry for a port at most.
class Watch
{
  public:
    void add(const std::shared_ptr<Port> &port, double seconds)
    {
        const Clock::time_point due = after(seconds);
        const std::lock_guard<std::mutex> guard(mutex_);
        const auto place = ports_.try_emplace(port.get(), Entry{port, due});
        if (!place.second)
            place.first->second.due = std::min(place.first->second.due, due);
        if (!started_)
            started_ = epicsThreadCreate("asynTimeouts", epicsThreadPriorityMedium,
                                         epicsThreadGetStackSize(epicsThreadStackMedium),
                                         epicsEntry<run>, this) != nullptr;
        if (!started_) // the next request with a timeout tries again
            errlogPrintf("asyn: no thread can be started that ends requests whose time is over\n");
        changed_.notify_one();
    }

  private:
    struct Entry {
        std::weak_ptr<Port> port; // as long as it is here, no other port can have that address
        Clock::time_point due;
    };

    static void run(void *watch) { static_cast<Watch *>(watch)->serve(); }

    void serve()
    {
        for (;;) {
            const std::shared_ptr<Port> port = next().lock();
            if (!port)
                continue;
            const double wait = expireRequests(*port);
            if (wait >= 0)
                add(port, wait);
        }
    }

    // Waits for the next look that is due, and forgets it.
    std::weak_ptr<Port> next()
    {
        std::unique_lock<std::mutex> guard(mutex_);
        for (;;) {
            if (ports_.empty()) {
                changed_.wait(guard);
                continue;
            }
            auto first = ports_.begin();
            for (auto each = ports_.begin(); each != ports_.end(); ++each)
                if (each->second.due < first->second.due)
                    first = each;
            if (first->second.due <= Clock::now()) {
                const std::weak_ptr<Port> port = first->second.port;
                ports_.erase(first);
                return port;
            }
            changed_.wait_until(guard, first->second.due);
        }
    }

    std::mutex mutex_; // guards what follows; not held while calling out
    std::condition_variable changed_;
    std::map<const Port *, Entry> ports_;
    bool started_ = false;
};

} // namespace

void watchExpiry(Port &port, double seconds)
{
    static auto *watch = new Watch; // never destroyed: its thread runs on
    watch->add(port.shared_from_this(), seconds);
}

} // namespace portManager
