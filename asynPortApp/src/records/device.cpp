#include "records/device.h"

#include <cstdlib>
#include <cstring>
#include <functional>
#include <string_view>

#include <asynEpicsUtils.h>
#include <dbAccess.h>
#include <dbEvent.h>
#include <dbLock.h>
#include <dbStaticLib.h>
#include <epicsGuard.h>
#include <epicsStdio.h>
#include <errlog.h>
#include <recSup.h>

#include "common/dbEntry.h"
#include "manager/portManager.h"
#include "records/alarm.h"

Device::Device(dbCommon *record, DBLINK &link, bool output)
    : record_(record), link_(link), output_(output)
{
    record_->dpvt = this;
}

const char *Device::info(const char *name) const
{
    static thread_local std::string value;
    DbEntry entry(record_);
    const char *found = entry.info(name);
    if (!found)
        return nullptr;
    value = found;
    return value.c_str();
}

bool Device::infoFlag(const char *name) const
{
    const char *value = info(name);
    return value && std::atoi(value) != 0;
}

void Device::started()
{
    record_->udf = 0;
    if (!follows())
        return;
    showAlarm(*record_, static_cast<epicsEnum16>(outcome_.alarmStatus),
              static_cast<epicsEnum16>(outcome_.alarmSeverity), "");
    if (outcome_.time.secPastEpoch != 0)
        record_->time = outcome_.time;
}

size_t Device::fifoSize(size_t standard, size_t bytes) const
{
    const char *value = info("asyn:FIFO");
    const long long size = value ? std::strtoll(value, nullptr, 10) : 0;
    if (size <= 0)
        return standard;
    constexpr size_t room = size_t(64) << 20; // bytes of one record's queue
    constexpr size_t overhead = 64;           // bytes of each value
    const size_t most = std::max(room / (bytes + overhead), standard);
    if (static_cast<unsigned long long>(size) <= most)
        return static_cast<size_t>(size);
    errlogPrintf(
        "record %s: info(asyn:FIFO): expected a number from 1 to %zu, got \"%s\"; the queue "
        "holds %zu values\n",
        record_->name, most, value, most);
    return most;
}

// One's own takes much memory. Where every callback processes the record none is used.
IOSCANPVT Device::scanList()
{
    static const IOSCANPVT unused = [] {
        IOSCANPVT list;
        scanIoInit(&list);
        return list;
    }();
    if (wantsReadback_)
        return unused;
    if (!scan_)
        scanIoInit(&scan_);
    return scan_;
}

void Device::onTurn(asynUser *user)
{
    auto *device = static_cast<Device *>(user->userPvt);
    user->errorMessage[0] = '\0';
    user->alarmStatus = user->alarmSeverity = 0;
    user->timestamp = epicsTimeStamp{};
    device->deferred_ = device->refused_ = device->hasOldValue_ = false;
    device->atTurn_ = true;
    // Drivers that are no asynPortDriver let out what they throw. The record is to hear of it.
    try {
        const asynStatus status = portManager::isShutDown(user) ? asynDisabled
                                  : device->canBlock_           ? portManager::stillConnected(user)
                                                                : asynSuccess;
        if (status == asynSuccess)
            device->perform();
        else
            device->outcome_.take(*user, status);
        if (device->refused_)
            device->hasOldValue_ = device->takeBack();
    } catch (const std::exception &error) {
        device->failed(error.what());
    } catch (...) {
        device->failed("not a std::exception");
    }
    device->atTurn_ = false;
    if (device->deferred_)
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
    refused_ = false; // of a write before: what follows has a status of its own
    if ((!output_ || readingBack_) && take())
        return true;
    if (readingBack_)
        return false; // somebody else took it
    if (gone_)
        return true; // as conclude says
    wantsTime_ = record_->tse == epicsTimeEventDeviceTime;
    user_->errorMessage[0] = '\0';
    if (canBlock_)
        record_->pact = 1;
    const asynStatus status = pasynManager->queueRequest(user_, asynQueuePriorityLow, 0.0);
    if (status == asynSuccess && !canBlock_ && deferred_)
        record_->pact = 1; // who completes it waits for the record's lock
    if (status == asynSuccess)
        return !record_->pact;
    record_->pact = 0;
    refused_ = false;
    user_->alarmStatus = user_->alarmSeverity = 0;
    user_->timestamp = epicsTimeStamp{};
    outcome_.take(*user_, status);
    stampRequest();
    return true;
}

// The thread of a blocking port is still in its turn when another one completes it.
Device::Write *Device::defer()
{
    if (!atTurn_ || !output_ || canBlock_)
        return nullptr;
    deferred_ = true;
    epicsGuard<epicsMutex> guard(mutex_);
    if (!write_)
        write_ = new Write(*this);
    awaited_ = true;
    return write_;
}

bool Device::refuse()
{
    if (!atTurn_ || !output_)
        return false;
    refused_ = true;
    return true;
}

void Device::forget()
{
    if (atTurn_ && output_)
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
    completed_.store(true, std::memory_order_release);
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
    if (!hasOldValue_)
        record_->udf = 1; // as it was
    // The record has looked at the other value; its alarm, too, is the one it had.
    keepAlarm(*record_);
    db_post_events(record_, const_cast<void *>(field), DBE_VALUE | DBE_LOG);
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
    if (refused_)
        return false; // the record's alarm stays as it is
    if (gone_ || (outcome_.status == asynDisabled && portManager::isShutDown(user_)))
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

// A status is told once, and again if its message is another one: AMSG may hold only a part of it.
// Messages with a number in them must not fill the log.
void Device::logStatus()
{
    const asynStatus status = outcome_.status;
    if (status == asynSuccess) {
        logged_.status = status;
        return;
    }
    const size_t said = std::hash<std::string_view>()(message());
    if (status == logged_.status && (said == logged_.message || !logged_.another()))
        return;
    logged_.status = status;
    logged_.message = said;
    asynPrint(user_, ASYN_TRACE_ERROR, "record %s, port %s, %s: %s%s%s\n", record_->name,
              parsed_.port.c_str(), parsed_.drvInfo.c_str(), pasynManager->strStatus(status),
              message()[0] ? ": " : "", message());
}

bool Device::Logged::another()
{
    constexpr double interval = 10; // s
    constexpr unsigned most = 5;
    const MonotonicTime now = MonotonicTime::now();
    if (now - since > interval) {
        since = now;
        count = 0;
    }
    return ++count <= most;
}

void Device::traceText(asynUser *user, const char *what, const char *text) const
{
    asynPrint(user, ASYN_TRACEIO_DEVICE, "record %s, port %s, %s: %s %s\n", record_->name,
              parsed_.port.c_str(), parsed_.drvInfo.c_str(), what, text);
}

void Device::traceBytes(asynUser *user, const char *what, const void *data, size_t size) const
{
    if (traces(user))
        asynPrintIO(user, ASYN_TRACEIO_DEVICE, static_cast<const char *>(data), size,
                    "record %s, port %s, %s: %s, %zu bytes\n", record_->name, parsed_.port.c_str(),
                    parsed_.drvInfo.c_str(), what, size);
}

std::string Device::valueText(double value)
{
    char text[32];
    epicsSnprintf(text, sizeof text, "%.15g", value);
    return text;
}

// The scan queue's lock, which request takes, puts the flags and what they announce in order.
void Device::arrived()
{
    valuePending_.store(true, std::memory_order_release);
    request(record_->prio);
}

void Device::finished()
{
    completed_.store(true, std::memory_order_release);
    request(record_->prio);
}

void Device::choicesArrived()
{
    choicesPending_.store(true, std::memory_order_release);
    request(record_->prio);
}

// Whether the flag was set; it no longer is. Mostly it was not.
static bool taken(std::atomic<bool> &flag)
{
    return flag.load(std::memory_order_acquire) && flag.exchange(false);
}

void Device::finishProcessing()
{
    if (!taken(completed_))
        return;
    RecordLock lock(record_);
    // Somebody has put another value meanwhile. It is newer than what callbacks have brought,
    // so it goes first: in Base's queue it would come behind them.
    const bool again = output_ && record_->rpro;
    if (again)
        record_->rpro = 0;
    record_->rset->process(record_);
    if (again)
        dbProcess(record_);
    if (hasPending())
        valuePending_ = true; // it could not be taken while the record was active
}

void Device::end()
{
    finishProcessing();
    if (valuePending_.load(std::memory_order_acquire))
        request(record_->prio); // what callbacks have brought stays with the scan threads
}

void Device::serve()
{
    if (joins_.load(std::memory_order_acquire))
        return; // asked for again when it has joined its port
    if (taken(portGone_))
        goneFromPort();
    finishProcessing();
    if (taken(choicesPending_)) {
        RecordLock lock(record_);
        applyChoices();
    }
    // Values that came while the record waited for its lock may be taken already: without one it
    // would read the driver.
    if (taken(valuePending_) && hasPending()) {
        took_ = false;
        if (output_ || wantsReadback_)
            readback(); // by asyn:READBACK, or SCAN I/O Intr of an output
        else
            scanIoImmediate(scan_, record_->prio);
        // Only while there is progress: an active record takes nothing until it completes.
        if (took_ && hasPending())
            arrived();
    }
    // The watch asks again until the record has joined, so that it may have done so since.
    if (taken(portBack_) && !joined()) {
        {
            epicsGuard<epicsMutex> guard(mutex_);
            if (!joining_)
                joining_ = std::make_unique<Joining>(*this);
        }
        joins_ = true;
        joining_->requestApart();
    }
}

void Device::join()
{
    struct End {
        Device &device;
        ~End()
        {
            device.joins_ = false;
            if (!device.released_)
                device.request(device.record_->prio); // what has come meanwhile
        }
    } const end{*this};
    if (taken(portGone_))
        goneFromPort();
    backAtPort();
}

void Device::readback()
{
    RecordLock lock(record_);
    if (record_->pact)
        return; // its own write is under way; its end serves what is pending
    readingBack_ = true;
    if (output_ && record_->disa != record_->disv)
        preload();
    dbProcess(record_);
    readingBack_ = false;
}

void Device::release()
{
    RecordLock lock(record_); // periodic scans are still going on
    released_ = true;
    cancel();
}
