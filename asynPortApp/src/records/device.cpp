// A device: its record's info items, traces and the log.
#include "records/device.h"

#include <cstdlib>
#include <functional>
#include <string_view>

#include <epicsStdio.h>
#include <errlog.h>

#include "common/dbEntry.h"
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
    return value && std::strtol(value, nullptr, 10) != 0;
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
