// A device and its request: what the record processes for, and how it shows the outcome.
#include <asynEpicsUtils.h>
#include <dbAccess.h>
#include <epicsStdio.h>

#include "manager/portManager.h"
#include "records/alarm.h"
#include "records/device.h"

void Device::onTurn(asynUser *user)
{
    auto *device = static_cast<Device *>(user->userPvt);
    user->errorMessage[0] = '\0';
    user->alarmStatus = user->alarmSeverity = 0;
    user->timestamp = epicsTimeStamp{};
    device->request_ = {};
    device->request_.runs = true;
    // Drivers that are no asynPortDriver let out what they throw. The record is to hear of it.
    try {
        const asynStatus status = portManager::isShutDown(user) ? asynDisabled
                                  : device->canBlock_           ? portManager::stillConnected(user)
                                                                : asynSuccess;
        if (status == asynSuccess)
            device->perform();
        else
            device->outcome_.take(*user, status);
        if (device->request_.refused)
            device->request_.hasOldValue = device->takeBack();
    } catch (const std::exception &error) {
        device->failed(error.what());
    } catch (...) {
        device->failed("not a std::exception");
    }
    device->request_.runs = false;
    if (device->request_.deferred)
        return; // it may have been completed by now: the record is left alone
    device->stampRequest();
    if (device->canBlock_)
        device->finished();
}

void Device::failed(const char *what)
{
    epicsSnprintf(user_->errorMessage, static_cast<size_t>(user_->errorMessageSize),
                  "the driver threw a C++ exception: %s", what);
    outcome_.take(*user_, asynError);
}

bool Device::take()
{
    if (!takePending())
        return false;
    took_ = true;
    return true;
}

bool Device::transact()
{
    if (record_->pact) {
        takeCompletion();
        return true;
    }
    request_.refused = false; // of a write before: what follows has a status of its own
    if ((!output_ || readingBack_) && take())
        return true;
    if (readingBack_)
        return false; // somebody else took it
    if (portIsGone())
        return true; // as conclude says
    wantsTime_ = record_->tse == epicsTimeEventDeviceTime;
    user_->errorMessage[0] = '\0';
    if (canBlock_)
        record_->pact = 1;
    const asynStatus status = pasynManager->queueRequest(user_, asynQueuePriorityLow, 0.0);
    if (status == asynSuccess && !canBlock_ && request_.deferred)
        record_->pact = 1; // who completes it waits for the record's lock
    if (status == asynSuccess)
        return !record_->pact;
    record_->pact = 0;
    request_.refused = false;
    user_->alarmStatus = user_->alarmSeverity = 0;
    user_->timestamp = epicsTimeStamp{};
    outcome_.take(*user_, status);
    stampRequest();
    return true;
}

// A driver that does not stamp what it reads, and any output: the source's time, or now.
void Device::stampRequest()
{
    const bool byDriver = outcome_.time.secPastEpoch != 0 || outcome_.time.nsec != 0;
    if (!byDriver && wantsTime_)
        portManager::currentTime(user_, &outcome_.time);
}

void Device::stampRecord()
{
    record_->time = outcome_.time;
    if (record_->time.secPastEpoch == 0)     // TSE has changed since the request
        epicsTimeGetCurrent(&record_->time); // time of day
}

bool Device::conclude()
{
    if (request_.refused)
        return false; // the record's alarm stays as it is
    if (portIsGone() || (outcome_.status == asynDisabled && portManager::isShutDown(user_)))
        takeGone();
    auto stat = static_cast<epicsAlarmCondition>(outcome_.alarmStatus);
    auto sevr = static_cast<epicsAlarmSeverity>(outcome_.alarmSeverity);
    pasynEpicsUtils->asynStatusToEpicsAlarm(
        outcome_.status, output_ ? epicsAlarmWrite : epicsAlarmRead, &stat, epicsSevInvalid, &sevr);
    setAlarm(*record_, static_cast<epicsEnum16>(stat), static_cast<epicsEnum16>(sevr), message());
    if (record_->tse == epicsTimeEventDeviceTime)
        stampRecord();
    logStatus();
    const unsigned long lost =
        overflows_.load(std::memory_order_relaxed) ? overflows_.exchange(0) : 0;
    if (lost)
        asynPrint(user_, ASYN_TRACE_WARNING,
                  "record %s: overflow: %lu values came too fast and were dropped\n", record_->name,
                  lost);
    return outcome_.status == asynSuccess;
}
