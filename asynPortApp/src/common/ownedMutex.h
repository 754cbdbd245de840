// A recursive mutex that knows whether the calling thread has it.
#pragma once

#include <atomic>
#include <thread>

#include <epicsMutex.h>

class OwnedMutex
{
  public:
    void lock()
    {
        mutex_.lock();
        enter();
    }
    bool tryLock()
    {
        if (!mutex_.tryLock())
            return false;
        enter();
        return true;
    }
    void unlock()
    {
        if (--depth_ == 0)
            owner_.store(std::thread::id(), std::memory_order_relaxed);
        mutex_.unlock();
    }
    // Nobody but the thread itself writes its own identity here, or takes it back.
    bool heldHere() const
    {
        return owner_.load(std::memory_order_relaxed) == std::this_thread::get_id();
    }

  private:
    void enter()
    {
        if (depth_++ == 0)
            owner_.store(std::this_thread::get_id(), std::memory_order_relaxed);
    }

    epicsMutex mutex_;
    unsigned depth_ = 0; // guarded by mutex_: how often its owner has it
    std::atomic<std::thread::id> owner_{};
};
