// What an asynPortDriver keeps behind its public face.
#pragma once

#include <string>
#include <vector>

#include <asynPortDriver.h>
#include <epicsMutex.h>

#include "paramList.h"

struct portDriverState {
    explicit portDriverState(asynPortDriver &driver) : driver_(driver) {}

    asynPortDriver &driver_;
    epicsMutex mutex_;                 // the port lock, unless the driver overrides lock()
    std::vector<ParamList> lists_;     // one for each address; guarded by the port lock
    std::vector<int> changed_;         // scratch of callParamCallbacks; guarded by the port lock
    std::vector<char> wanted_;         // the same: flags by parameter index
    asynStandardInterfaces interfaces_{};
    std::string inputEos_, outputEos_; // guarded by the port lock
    bool needsShutdown_ = false;

    ParamList *list(int index)
    {
        return index < 0 || static_cast<size_t>(index) >= lists_.size()
                   ? nullptr
                   : &lists_[static_cast<size_t>(index)];
    }

    // Calls the clients of the parameters that changed in a list. Port lock held.
    asynStatus callChanged(ParamList &list, int addr);

    // Before a client is called: the parameter's status, alarm and time stamp.
    static void stamp(asynUser &user, const Parameter &parameter, const epicsTimeStamp &when)
    {
        user.auxStatus = parameter.status;
        user.alarmStatus = parameter.alarmStatus;
        user.alarmSeverity = parameter.alarmSeverity;
        user.timestamp = when;
    }
};

// The interface tables of every asynPortDriver (asynPortDriverInterfaces.cpp).
void fillInterfaces(asynStandardInterfaces &interfaces, int interfaceMask, int interruptMask);

// Holds the port lock of a driver, whichever lock that is.
class DriverLock {
public:
    [[nodiscard]] explicit DriverLock(asynPortDriver &driver) : driver_(driver) { driver_.lock(); }
    ~DriverLock() { driver_.unlock(); }
    DriverLock(const DriverLock &) = delete;
    DriverLock &operator=(const DriverLock &) = delete;

private:
    asynPortDriver &driver_;
};

// Drivers whose lists are to be called once when the IOC accepts interrupts (asynPortDriverCallbacks.cpp).
void rememberForStart(asynPortDriver &driver);
void forgetForStart(asynPortDriver &driver);
