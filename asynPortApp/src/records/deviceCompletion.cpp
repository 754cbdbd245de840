// A device and writes that do not simply succeed: the driver ends them later, or refuses them.
#include <caeventmask.h>
#include <dbEvent.h>
#include <epicsGuard.h>
#include <epicsStdio.h>

#include "manager/portManager.h"
#include "records/alarm.h"
#include "records/device.h"

// The thread of a blocking port is still in its turn when another one completes it.
Device::Write *Device::defer()
{
    if (!request_.runs || !output_ || canBlock_)
        return nullptr;
    request_.deferred = true;
    epicsGuard<epicsMutex> guard(mutex_);
    if (!write_)
        write_ = new Write(*this);
    awaited_ = true;
    return write_;
}

bool Device::refuse()
{
    if (!request_.runs || !output_)
        return false;
    request_.refused = true;
    return true;
}

void Device::forget()
{
    if (request_.runs && output_)
        discardPending();
}

void Device::keepCompletion(asynStatus status, const char *message)
{
    awaited_ = false;
    completion_.there = true;
    completion_.status = status;
    completion_.message = message ? message : "";
}

void Device::completionArrived()
{
    leaveTask(finishRequest);
    requestEnd(record_->prio);
}

bool Device::complete(const Write &write, asynStatus status, const char *message)
{
    {
        epicsGuard<epicsMutex> guard(mutex_);
        if (write_ != &write)
            return false;
        keepCompletion(status, message);
    }
    completionArrived();
    return true;
}

// Nobody would end it else: the driver is gone. What its threads may still say of the write must
// not be taken for the end of another one, to the next driver.
void Device::abandonWrite()
{
    {
        epicsGuard<epicsMutex> guard(mutex_);
        if (!awaited_)
            return;
        write_ = nullptr;
        keepCompletion(asynDisconnected, goneText().c_str());
    }
    completionArrived();
}

void Device::takeCompletion()
{
    epicsGuard<epicsMutex> guard(mutex_);
    if (!completion_.there)
        return;
    completion_.there = false;
    outcome_ = {};
    outcome_.status = completion_.status;
    outcome_.told = true;
    if (!completion_.message.empty())
        portManager::giveMessageRoom(user_);
    epicsSnprintf(user_->errorMessage, static_cast<size_t>(user_->errorMessageSize), "%s",
                  completion_.message.c_str());
    stampRequest();
}

void Device::tellRefused(const void *field)
{
    if (!request_.hasOldValue)
        record_->udf = 1; // as it was
    // The record has looked at the other value; its alarm, too, is the one it had.
    keepAlarm(*record_);
    db_post_events(record_, const_cast<void *>(field), DBE_VALUE | DBE_LOG);
}
