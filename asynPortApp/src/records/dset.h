// Device support entry tables: noexcept functions around a device.
#pragma once

#include <dbCommon.h>
#define USE_TYPED_DSET
#include <devSup.h>
#include <epicsExport.h>
#include <errlog.h>

#include "common/epicsEntry.h"
#include "records/device.h"

// As ai and ao have it; other records look at the first two parts only.
struct DeviceSet {
    typed_dset common;
    long (*process)(dbCommon *record);
    long (*linconv)(dbCommon *record, int after);
};

inline long ioInterruptOf(int cmd, dbCommon *record, IOSCANPVT *pvt)
{
    Device *device = Device::of(record);
    return device ? device->ioInterrupt(cmd, pvt) : -1;
}

// Runs work, which returns a device support status; -1 for an exception, after failed(its text).
template <typename Work, typename Failed> long guarded(Work work, Failed failed) noexcept
{
    try {
        return work();
    } catch (const std::exception &error) {
        failed(error.what());
    } catch (...) {
        failed("an unknown C++ exception");
    }
    return -1;
}

template <typename Work> long guarded(dbCommon *record, Work work) noexcept
{
    return guarded(work, [record](const char *what) {
        errlogPrintf("record %s: device support: %s\n", record->name, what);
    });
}

// A record that is initialised by halves must not meet callbacks, nor process.
template <typename Work> long guardedInit(dbCommon *record, Work work) noexcept
{
    return guarded(work, [record](const char *what) {
        if (Device *device = Device::of(record))
            device->disable(what);
        else
            record->pact = 1;
    });
}

// Support has init(record), process(record) and linconv(record, after), which may throw.
#define ASYN_DEVICE(NAME, ...) ASYN_DEVICE_SET(NAME, epicsEntry<ioInterruptOf>, __VA_ARGS__)
// Without SCAN "I/O Intr".
#define ASYN_REQUEST_DEVICE(NAME, ...) ASYN_DEVICE_SET(NAME, nullptr, __VA_ARGS__)
#define ASYN_DEVICE_SET(NAME, IO_INTERRUPT, ...)                                                   \
    static DeviceSet NAME = {                                                                      \
        {6, nullptr, nullptr,                                                                      \
         [](dbCommon *record) {                                                                    \
             return guardedInit(record, [record] { return __VA_ARGS__::init(record); });           \
         },                                                                                        \
         IO_INTERRUPT},                                                                            \
        [](dbCommon *record) {                                                                     \
            return guarded(record, [record] { return __VA_ARGS__::process(record); });             \
        },                                                                                         \
        [](dbCommon *record, int after) {                                                          \
            return guarded(record, [=] { return __VA_ARGS__::linconv(record, after); });           \
        }};                                                                                        \
    epicsExportAddress(dset, NAME);
