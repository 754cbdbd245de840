// What a thread that has nothing to do sleeps on; a signal before it sleeps counts.
//
// Unlike an epicsEvent's, the lock is given back before the sleeper is woken. It would wait for
// that lock else, on another processor, and be put to sleep a second time.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

class Wakeup
{
  public:
    void signal()
    {
        {
            std::lock_guard<std::mutex> guard(mutex_);
            signalled_ = true;
        }
        condition_.notify_one();
    }

    // One thread at a time.
    void wait()
    {
        std::unique_lock<std::mutex> lock(mutex_);
        condition_.wait(lock, [this] { return signalled_; });
        signalled_ = false;
    }
    void wait(double seconds)
    {
        std::unique_lock<std::mutex> lock(mutex_);
        condition_.wait_for(lock, std::chrono::duration<double>(seconds),
                            [this] { return signalled_; });
        signalled_ = false;
    }

  private:
    std::mutex mutex_; // guards signalled_
    std::condition_variable condition_;
    bool signalled_ = false;
};
