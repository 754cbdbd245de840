// What an asynPortDriver keeps behind its public face.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include <asynPortDriver.h>

#include "common/ownedMutex.h"
#include "driver/paramCallbacks.h"
#include "driver/paramList.h"

struct portDriverState {
    explicit portDriverState(asynPortDriver &driver)
        : driver_(driver), lists_(static_cast<size_t>(driver.maxAddr)),
          callbacks_(*driver.pasynStdInterfaces, driver.portName)
    {
    }

    asynPortDriver &driver_;
    OwnedMutex mutex_;             // the port lock, unless the driver overrides lock()
    std::vector<ParamList> lists_; // one for each address; the lists are guarded by the port lock
    ParamCallbacks callbacks_;     // guarded by the port lock
    std::string inputEos_, outputEos_; // guarded by the port lock
    bool readFromList_ = false;        // guarded by the port lock; see flushOctet
    std::atomic<bool> needsShutdown_{false};
    bool registered_ = false;           // constructor and destructor only
    asynUser *exceptionUser_ = nullptr; // the same; waits for asynExceptionShutdown

    ParamList *list(int index)
    {
        const auto position = static_cast<size_t>(index);
        return index < 0 || position >= lists_.size() ? nullptr : &lists_[position];
    }

    // Constructor and destructor of the port; asynPortDriver.cpp. open throws std::runtime_error.
    void open(int interfaceMask, int interruptMask, int asynFlags, int autoConnect, int priority,
              int stackSize);
    void close();
    // From here on every call through the port's interfaces gives asynDisabled. No lock held but
    // the port's.
    void detach();
};

// The interface tables of every asynPortDriver (interfaces.cpp).
void fillInterfaces(asynStandardInterfaces &interfaces, int interfaceMask, int interruptMask);

// Holds the port lock of a driver, whichever lock that is; a driver may refuse it.
class DriverLock
{
  public:
    [[nodiscard]] explicit DriverLock(asynPortDriver &driver)
        : driver_(driver), status_(driver.lock())
    {
    }
    ~DriverLock()
    {
        if (status_ == asynSuccess)
            driver_.unlock();
    }
    DriverLock(const DriverLock &) = delete;
    DriverLock &operator=(const DriverLock &) = delete;
    asynStatus status() const { return status_; }

  private:
    asynPortDriver &driver_;
    const asynStatus status_;
};

// Drivers whose lists are called once when the IOC accepts interrupts (start.cpp).
void rememberForStart(asynPortDriver &driver);
void forgetForStart(asynPortDriver &driver); // afterwards nobody is calling it
