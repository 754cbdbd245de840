// Those who wait for a port's synchronous lock while somebody else takes it again and again. A
// mutex knows no order: whoever has just given it back is the first to have it again.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace portManager
{

class Waiters
{
  public:
    // From here on somebody waits for the lock; until he has it, or gives up.
    class Waiting
    {
      public:
        [[nodiscard]] explicit Waiting(Waiters &waiters) : waiters_(waiters)
        {
            const std::lock_guard<std::mutex> guard(waiters_.mutex_);
            ++waiters_.count_;
        }
        ~Waiting()
        {
            const std::lock_guard<std::mutex> guard(waiters_.mutex_);
            --waiters_.count_;
            ++waiters_.left_;
            waiters_.served_.notify_all();
        }
        Waiting(const Waiting &) = delete;
        Waiting &operator=(const Waiting &) = delete;

        // Until somebody gives way, at most so many seconds.
        void pause(double seconds)
        {
            std::unique_lock<std::mutex> guard(waiters_.mutex_);
            waiters_.chance_.wait_for(guard, std::chrono::duration<double>(seconds));
        }

      private:
        Waiters &waiters_;
    };

    // Called by somebody who has given the lock back: lets one of those who wait have it. They may
    // need a lock that the caller holds, so that this is no more than a moment's grace.
    void giveWay()
    {
        constexpr std::chrono::milliseconds grace(50);
        if (count_ == 0)
            return;
        std::unique_lock<std::mutex> guard(mutex_);
        const unsigned before = left_;
        chance_.notify_all();
        served_.wait_for(guard, grace, [&] { return count_ == 0 || left_ != before; });
    }

  private:
    std::mutex mutex_;               // guards left_ and all writing; not held while calling out
    std::condition_variable chance_; // the lock was given back
    std::condition_variable served_; // left_ has changed
    std::atomic<unsigned> count_{0}; // who waits now
    unsigned left_ = 0;              // how many have ever had the lock, or given up
};

} // namespace portManager
