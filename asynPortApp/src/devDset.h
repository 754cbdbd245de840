// Device support entry tables: noexcept functions around a device.
#pragma once

#include <dbCommon.h>
#define USE_TYPED_DSET
#include <devSup.h>
#include <epicsExport.h>
#include <errlog.h>

#include "devDevice.h"

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

// Runs work, which returns a device support status; -1 for an exception.
template <typename Work> long guarded(dbCommon *record, Work work) noexcept
{
    try {
        return work();
    } catch (const std::exception &error) {
        errlogPrintf("record %s: device support: %s\n", record->name, error.what());
    } catch (...) {
        errlogPrintf("record %s: device support: an unknown C++ exception\n", record->name);
    }
    return -1;
}

// Support has init(record), process(record) and linconv(record, after), which may throw.
#define ASYN_DEVICE(NAME, ...) ASYN_DEVICE_SET(NAME, ioInterruptOf, __VA_ARGS__)
// Without SCAN "I/O Intr".
#define ASYN_REQUEST_DEVICE(NAME, ...) ASYN_DEVICE_SET(NAME, nullptr, __VA_ARGS__)
#define ASYN_DEVICE_SET(NAME, IO_INTERRUPT, ...)                                                   \
    static DeviceSet NAME = {                                                                      \
        {6, nullptr, nullptr,                                                                      \
         [](dbCommon *record) {                                                                    \
             return guarded(record, [record] { return __VA_ARGS__::init(record); });               \
         },                                                                                        \
         IO_INTERRUPT},                                                                            \
        [](dbCommon *record) {                                                                     \
            return guarded(record, [record] { return __VA_ARGS__::process(record); });             \
        },                                                                                         \
        [](dbCommon *record, int after) {                                                          \
            return guarded(record, [=] { return __VA_ARGS__::linconv(record, after); });           \
        }};                                                                                        \
    epicsExportAddress(dset, NAME);
