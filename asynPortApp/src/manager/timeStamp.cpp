// A port's time stamp: of the moment, of a registered source, or set by the driver.
#include "manager/portManager.h"

#include "manager/port.h"
#include "manager/visit.h"

namespace portManager
{

asynStatus registerTimeStampSource(asynUser *user, void *userPvt, timeStampCallback callback)
{
    const DeviceRef device = deviceOf(user, "registerTimeStampSource");
    if (!device)
        return asynError;
    Guard guard(device->port->state);
    device->port->timeStampSource = callback;
    device->port->timeStampPvt = userPvt;
    return asynSuccess;
}

asynStatus unregisterTimeStampSource(asynUser *user)
{
    return registerTimeStampSource(user, nullptr, nullptr);
}

asynStatus currentTime(asynUser *user, epicsTimeStamp *timeStamp)
{
    const DeviceRef &of = deviceOf(user, "updateTimeStamp");
    if (!of)
        return asynError;
    *timeStamp = epicsTimeStamp{};
    if (!of->port->timeStampSource.load(std::memory_order_relaxed)) {
        epicsTimeGetCurrent(timeStamp); // time of day
        return asynSuccess;
    }
    const DeviceRef device = of;      // what the source does, the user may be disconnected
    const Visit visit(*device->port); // it may be the driver's
    timeStampCallback source = nullptr;
    void *pvt = nullptr;
    if (visit) {
        Guard guard(device->port->state);
        source = device->port->timeStampSource;
        pvt = device->port->timeStampPvt;
    }
    if (source)
        source(pvt, timeStamp);
    else
        epicsTimeGetCurrent(timeStamp); // time of day
    return asynSuccess;
}

asynStatus updateTimeStamp(asynUser *user)
{
    epicsTimeStamp now;
    const asynStatus status = currentTime(user, &now);
    return status == asynSuccess ? setTimeStamp(user, &now) : status;
}

asynStatus getTimeStamp(asynUser *user, epicsTimeStamp *timeStamp)
{
    const DeviceRef &device = deviceOf(user, "getTimeStamp");
    if (!device)
        return asynError;
    *timeStamp = device->port->timeStamp.load(std::memory_order_acquire);
    return asynSuccess;
}

asynStatus setTimeStamp(asynUser *user, const epicsTimeStamp *timeStamp)
{
    const DeviceRef &device = deviceOf(user, "setTimeStamp");
    if (!device)
        return asynError;
    device->port->timeStamp.store(*timeStamp, std::memory_order_release);
    return asynSuccess;
}

} // namespace portManager
