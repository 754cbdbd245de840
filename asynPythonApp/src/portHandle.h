// What Python objects keep of their port: its lock, and the driver for as long as there is one.
//
// The lock is the port lock (asynPortDriver::lock takes it). Python code takes it by underPortLock,
// which never waits for it while attached.
#pragma once

#include <Python.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include <epicsGuard.h>
#include <epicsMutex.h>

#include "announcements.h"
#include "interpreter.h"

class asynPythonDriver;

struct PortHandle {
    explicit PortHandle(const char *name) : portName(name) {}

    const std::string portName;
    epicsMutex lock;                    // the port lock, recursive
    asynPythonDriver *driver = nullptr; // guarded by lock; NULL once the port is gone
    int timesLocked = 0;                // guarded by lock; by asynPortDriver::lock, so in a request
    // Written with lock: the thread that has locked it so, as Python knows it; 0 for none.
    std::atomic<unsigned long> owner{0};
    Announcements announcements;
    std::shared_ptr<InterpreterCore> core; // set before any Python code runs in it
    std::atomic<bool> closed{false};       // the port is shut down: Python code is told to end
};

// Calls work(asynPythonDriver *) with the port locked. Expects the caller to be attached; work runs
// detached where the lock had to be waited for, so it uses nothing of Python. The driver is NULL
// when the port is gone.
template <typename Work> auto underPortLock(PortHandle &handle, Work work)
{
    if (handle.lock.tryLock()) {
        const std::lock_guard<epicsMutex> guard(handle.lock, std::adopt_lock);
        return work(handle.driver);
    }
    Detach detached(*handle.core);
    epicsGuard<epicsMutex> guard(handle.lock);
    return work(handle.driver);
}

// The same, always detached: for work that calls out of the port, such as callbacks.
template <typename Work> auto detachedUnderPortLock(PortHandle &handle, Work work)
{
    Detach detached(*handle.core);
    epicsGuard<epicsMutex> guard(handle.lock);
    return work(handle.driver);
}
