// What Python objects hold of their port: its lock, and the driver as long as it exists.
//
// The lock is the port lock, which asynPortDriver::lock takes. Python code takes it by
// underPortLock, which never waits for it while attached.
#pragma once

#include <Python.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <unistd.h>

#include <epicsGuard.h>

#include "interpreter/interpreter.h"
#include "port/announcements.h"
#include "port/wait.h"

class asynPythonDriver;

// The identifiers of the calling thread, each fetched once.
class ThreadNumbers
{
  public:
    static unsigned long python() // as Python knows it
    {
        if (python_ == 0)
            python_ = PyThread_get_thread_ident();
        return python_;
    }
    static long task() // as the system knows it
    {
        if (task_ == 0)
            task_ = gettid();
        return task_;
    }

  private:
    // Found without a call, as in interpreter/threadStates.h.
    __attribute__((tls_model("initial-exec"))) static inline thread_local unsigned long python_ = 0;
    __attribute__((tls_model("initial-exec"))) static inline thread_local long task_ = 0;
};

// A recursive mutex that supports a timeout, which epicsMutex does not.
class PortMutex
{
  public:
    void lock() { mutex_.lock(); }
    void unlock() { mutex_.unlock(); }
    bool tryLock() { return mutex_.try_lock(); }
    bool tryLockFor(double seconds)
    {
#ifdef __SANITIZE_THREAD__ // which does not know pthread_mutex_clocklock, and takes it for no lock
        const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
        while (!mutex_.try_lock()) {
            if (std::chrono::steady_clock::now() >= end)
                return false;
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        return true;
#else
        return mutex_.try_lock_for(std::chrono::duration<double>(seconds));
#endif
    }

  private:
    std::recursive_timed_mutex mutex_;
};

using PortGuard = epicsGuard<PortMutex>;
using PortOwned = std::lock_guard<PortMutex>; // that is locked already

struct PortHandle {
    explicit PortHandle(const char *name) : portName(name) {}

    const std::string portName;
    PortMutex lock;                     // the port lock
    asynPythonDriver *driver = nullptr; // guarded by lock; NULL once the port is gone
    int timesLocked = 0;                // guarded by lock; by asynPortDriver::lock, so in a request
    // Written with lock: the thread that has locked it so, as Python knows it; 0 for none.
    std::atomic<unsigned long> owner{0};
    std::atomic<long> ownerTask{
        0}; // the same as the system knows it; of the last owner, if there is none
    void own()
    {
        ownerTask.store(ThreadNumbers::task(), std::memory_order_relaxed);
        owner.store(ThreadNumbers::python(), std::memory_order_relaxed);
    }
    // Whether the calling thread has: it then looks at what lock guards without more ado.
    bool isMine() const { return owner.load(std::memory_order_relaxed) == ThreadNumbers::python(); }
    Announcements announcements;
    std::shared_ptr<InterpreterCore> core; // set before any Python code runs in it
    std::atomic<bool> closed{false};       // the port is shut down: Python code is told to end
};

// Calls work(asynPythonDriver *) detached and with the port locked, for work that calls out of the
// port, such as callbacks. The caller is attached. If the port is gone, or is shut down while the
// caller waits, the driver is NULL and the port is not locked. Throws std::runtime_error if waiting
// for the port would never end.
template <typename Work> auto detachedUnderPortLock(PortHandle &handle, Work work,
                                                    WhenClosed whenClosed = WhenClosed::giveUp)
{
    Detach detached(*handle.core);
    if (!lockFromPython(handle, whenClosed))
        return work(static_cast<asynPythonDriver *>(nullptr));
    const PortOwned owned(handle.lock, std::adopt_lock);
    return work(handle.driver);
}

// Like detachedUnderPortLock, but work runs detached only if the caller had to wait for the lock.
// work must not use Python.
template <typename Work> auto underPortLock(PortHandle &handle, Work work)
{
    if (handle.isMine())
        return work(handle.driver);
    if (handle.lock.tryLock()) {
        const PortOwned owned(handle.lock, std::adopt_lock);
        return work(handle.driver);
    }
    return detachedUnderPortLock(handle, work);
}
