#include "interpreter/errorLog.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "../../../asynPortApp/src/common/epicsEntry.h"

#include <epicsThread.h>
#include <errlog.h>

namespace
{

constexpr size_t longest = 240;             // of a line; what is longer is cut into several
constexpr size_t overhead = 48;             // of a message in the log, at most
constexpr std::chrono::seconds patience(1); // with a log whose thread does not go on

// Base takes a message only if the longest possible one would fit. Half of the rest is for others.
constexpr size_t share(size_t bytes, size_t longestMessage)
{
    return (bytes - longestMessage - overhead) / 2;
}

std::atomic<size_t> most{share(1280, 256)};

// What this module has put into the log since it was empty, and the thread that waits until it is.
class LogRoom
{
  public:
    static LogRoom &ofProcess()
    {
        static auto *room = new LogRoom; // never destroyed: its thread runs on
        return *room;
    }

    // Takes as many bytes; true when the log had no room for them and is to be waited for.
    bool isFull(size_t bytes)
    {
        const std::lock_guard<std::mutex> guard(mutex_);
        const bool full = used_ + bytes > most;
        used_ = full ? bytes : used_ + bytes;
        return full;
    }

    // Until the log has written what it has; false if that takes too long.
    bool waitUntilWritten()
    {
        std::unique_lock<std::mutex> guard(mutex_);
        if (wanted_ != done_ && isStuck_)
            return false;
        hasThread_ = hasThread_ || epicsThreadCreate("errorLog", epicsThreadPriorityMedium,
                                                     epicsThreadGetStackSize(epicsThreadStackSmall),
                                                     epicsEntry<run>, this);
        if (!hasThread_)
            return false;
        const unsigned long mine = ++wanted_;
        changed_.notify_all();
        isStuck_ = !changed_.wait_for(guard, patience, [&] { return done_ >= mine; });
        return !isStuck_;
    }

  private:
    LogRoom() = default;

    static void run(void *argument) { static_cast<LogRoom *>(argument)->write(); }
    void write()
    {
        std::unique_lock<std::mutex> guard(mutex_);
        for (;;) {
            changed_.wait(guard, [this] { return wanted_ != done_; });
            const unsigned long until = wanted_;
            guard.unlock();
            errlogFlush();
            guard.lock();
            done_ = until;
            changed_.notify_all();
        }
    }

    std::mutex mutex_; // guards what follows; not held while EPICS is called, but to start a thread
    std::condition_variable changed_;
    size_t used_ = 0;
    unsigned long wanted_ = 0, done_ = 0; // flushes
    bool isStuck_ = false;                // the last one was not waited for to its end
    bool hasThread_ = false;
};

} // namespace

void logLines(const std::string &text)
{
    bool waits = true;
    for (size_t start = 0; start < text.size();) {
        size_t end = std::min(text.find('\n', start), text.size());
        do {
            size_t length = std::min(end - start, longest);
            if (LogRoom::ofProcess().isFull(length + overhead) && waits)
                waits = LogRoom::ofProcess().waitUntilWritten();
            errlogPrintf("%.*s\n", static_cast<int>(length), text.c_str() + start);
            start += length;
        } while (start < end);
        start = end + 1;
    }
}

void errorLogHolds(size_t bytes, size_t longestMessage) noexcept
{
    most = share(bytes, longestMessage);
}
