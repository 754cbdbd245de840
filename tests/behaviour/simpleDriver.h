// The driver that tests of device support use: a parameter of every type, an array that it
// remembers, a status that writes fail with.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <alarm.h>
#include <asynPortDriver.h>

inline constexpr int allInterfaces =
    asynCommonMask | asynDrvUserMask | asynInt32Mask | asynInt64Mask | asynUInt32DigitalMask |
    asynFloat64Mask | asynOctetMask | asynEnumMask | asynInt8ArrayMask | asynInt16ArrayMask |
    asynInt32ArrayMask | asynInt64ArrayMask | asynFloat32ArrayMask | asynFloat64ArrayMask;

// A parameter list, an array that it remembers, and a status that writes fail with.
class SimpleDriver : public asynPortDriver
{
  public:
    explicit SimpleDriver(const char *name, int flags = 0)
        : asynPortDriver(name, 1, allInterfaces, allInterfaces, flags, 1, 0, 0)
    {
        createParam("I32", asynParamInt32, &i32);
        createParam("I64", asynParamInt64, &i64);
        createParam("F64", asynParamFloat64, &f64);
        createParam("BITS", asynParamUInt32Digital, &bits);
        createParam("TEXT", asynParamOctet, &text);
        createParam("WAVE", asynParamFloat64Array, &wave);
        createParam("START", asynParamInt32, &start);
        createParam("NEVER", asynParamInt32, &never);
        setIntegerParam(start, 42);
    }

    asynStatus writeInt32(asynUser *user, epicsInt32 value) override
    {
        ++writes;
        return failWith == asynSuccess ? asynPortDriver::writeInt32(user, value) : failWith;
    }

    asynStatus readFloat64Array(asynUser *, epicsFloat64 *value, size_t most,
                                size_t *count) override
    {
        *count = std::min(most, array.size());
        std::copy_n(array.begin(), *count, value);
        return asynSuccess;
    }

    asynStatus writeFloat64Array(asynUser *, epicsFloat64 *value, size_t count) override
    {
        array.assign(value, value + count);
        return asynSuccess;
    }

    asynStatus readEnum(asynUser *user, char *strings[], int values[], int severities[],
                        size_t most, size_t *count) override
    {
        if (user->reason != start || most < 2)
            return asynError;
        for (int i = 0; i < 2; ++i) {
            free(strings[i]);
            strings[i] = strdup(i ? "forty-two" : "one");
            values[i] = i ? 42 : 1;
            severities[i] = i ? MINOR_ALARM : NO_ALARM;
        }
        *count = 2;
        return asynSuccess;
    }

    void registerSource(timeStampCallback source, const void *pvt)
    {
        pasynManager->registerTimeStampSource(pasynUserSelf, const_cast<void *>(pvt), source);
    }

    asynUser *self() { return pasynUserSelf; }

    void connected(bool yes)
    {
        if (yes)
            pasynManager->exceptionConnect(pasynUserSelf);
        else
            pasynManager->exceptionDisconnect(pasynUserSelf);
    }

    template <typename Set> void publish(Set set)
    {
        lock();
        set();
        callParamCallbacks();
        unlock();
    }

    int i32, i64, f64, bits, text, wave, start, never;
    int writes = 0;
    asynStatus failWith = asynSuccess;
    std::vector<double> array;
};
