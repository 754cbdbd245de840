// Threads that wait for a port's synchronous lock while another thread takes it again and again. A
// mutex is not fair: the thread that has just unlocked it usually gets it next.
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
    // While this object lives, the calling thread waits for the lock. The object ends when the
    // thread has the lock or gives up.
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

        // Waits until another thread calls giveWay(), at most this many seconds.
        void pause(double seconds)
        {
            std::unique_lock<std::mutex> guard(waiters_.mutex_);
            waiters_.chance_.wait_for(guard, std::chrono::duration<double>(seconds));
        }

      private:
        Waiters &waiters_;
    };

    // Call this after unlocking. Lets one waiting thread take the lock. The waiting thread may need
    // a lock that the caller holds, so the caller waits for a short time only.
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
    std::condition_variable served_; // left_ or count_ has changed
    std::atomic<unsigned> count_{0}; // number of threads that wait now
    unsigned left_ = 0;              // number of threads that have stopped waiting so far
};

} // namespace portManager
