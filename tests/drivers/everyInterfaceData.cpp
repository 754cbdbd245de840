// Arrays, choices, pointers and options.
#include <algorithm>
#include <cstdlib>
#include <cstring>

#include <epicsStdio.h>
#include <epicsString.h>

#include "everyInterface.h"

template <typename T> asynStatus everyInterface::readArray(const char *method, Arrays<T> &arrays,
                                                           asynUser *user, T *value, size_t most,
                                                           size_t *n)
{
    int addr;
    note(method);
    const asynStatus status = getAddress(user, &addr);
    if (status != asynSuccess)
        return status;
    const std::vector<T> &array = arrays[static_cast<size_t>(addr)];
    *n = std::min(most, array.size());
    std::copy_n(array.begin(), *n, value);
    return asynSuccess;
}

template <typename T> asynStatus everyInterface::writeArray(const char *method, Arrays<T> &arrays,
                                                            asynUser *user, const T *value,
                                                            size_t count)
{
    int addr;
    note(method);
    const asynStatus status = getAddress(user, &addr);
    if (status == asynSuccess)
        arrays[static_cast<size_t>(addr)].assign(value, value + count);
    return status;
}

#define ARRAY_METHODS(NAME, TYPE, ARRAYS)                                                          \
    asynStatus everyInterface::read##NAME(asynUser *user, TYPE *value, size_t most, size_t *n)     \
    {                                                                                              \
        return readArray("read" #NAME, ARRAYS, user, value, most, n);                              \
    }                                                                                              \
    asynStatus everyInterface::write##NAME(asynUser *user, TYPE *value, size_t count)              \
    {                                                                                              \
        int addr = 0;                                                                              \
        getAddress(user, &addr);                                                                   \
        const asynStatus status = writeArray("write" #NAME, ARRAYS, user, value, count);           \
        return status == asynSuccess ? doCallbacks##NAME(value, count, user->reason, addr)         \
                                     : status;                                                     \
    }                                                                                              \
    asynStatus everyInterface::doCallbacks##NAME(TYPE *value, size_t count, int reason, int addr)  \
    {                                                                                              \
        note("doCallbacks" #NAME);                                                                 \
        return asynPortDriver::doCallbacks##NAME(value, count, reason, addr);                      \
    }

ARRAY_METHODS(Int8Array, epicsInt8, i8_)
ARRAY_METHODS(Int16Array, epicsInt16, i16_)
ARRAY_METHODS(Int32Array, epicsInt32, i32_)
ARRAY_METHODS(Int64Array, epicsInt64, i64_)
ARRAY_METHODS(Float32Array, epicsFloat32, f32_)
ARRAY_METHODS(Float64Array, epicsFloat64, f64_)

asynStatus everyInterface::readGenericPointer(asynUser *, void *pointer)
{
    note("readGenericPointer");
    static_cast<EveryPointer *>(pointer)->answer = pointed_;
    return asynSuccess;
}

asynStatus everyInterface::writeGenericPointer(asynUser *, void *pointer)
{
    note("writeGenericPointer");
    pointed_ = static_cast<EveryPointer *>(pointer)->given;
    return asynSuccess;
}

asynStatus everyInterface::doCallbacksGenericPointer(void *pointer, int reason, int addr)
{
    note("doCallbacksGenericPointer");
    return asynPortDriver::doCallbacksGenericPointer(pointer, reason, addr);
}

asynStatus everyInterface::readOption(asynUser *user, const char *key, char *value, int most)
{
    note("readOption");
    const auto found = options_.find(key);
    if (found == options_.end()) {
        epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                      "%s: there is no option %s", portName, key);
        return asynError;
    }
    epicsSnprintf(value, static_cast<size_t>(most), "%s", found->second.c_str());
    return asynSuccess;
}

asynStatus everyInterface::writeOption(asynUser *, const char *key, const char *value)
{
    note("writeOption");
    options_[key] = value;
    return asynSuccess;
}

asynStatus everyInterface::readEnum(asynUser *user, char *strings[], int values[], int severities[],
                                    size_t most, size_t *count)
{
    note("readEnum");
    if (user->reason != p.i32)
        return asynError;
    *count = std::min(most, choices_.size());
    for (size_t i = 0; i < *count; ++i) {
        if (strings[i])
            free(strings[i]);
        strings[i] = epicsStrDup(choices_[i].name.c_str());
        values[i] = choices_[i].value;
        severities[i] = choices_[i].severity;
    }
    return asynSuccess;
}

asynStatus everyInterface::writeEnum(asynUser *user, char *strings[], int values[],
                                     int severities[], size_t count)
{
    int addr = 0;
    note("writeEnum");
    getAddress(user, &addr);
    choices_.clear();
    for (size_t i = 0; i < count; ++i)
        choices_.push_back({strings[i], values[i], severities[i]});
    return doCallbacksEnum(strings, values, severities, count, user->reason, addr);
}

asynStatus everyInterface::doCallbacksEnum(char *strings[], int values[], int severities[],
                                           size_t count, int reason, int addr)
{
    note("doCallbacksEnum");
    return asynPortDriver::doCallbacksEnum(strings, values, severities, count, reason, addr);
}

void everyInterface::publishArrays(int addr)
{
    const size_t at = static_cast<size_t>(addr);
    i8_[at] = {1, -1};
    i16_[at] = {2, -2, 2};
    i32_[at] = {3, -3, 3, -3};
    i64_[at] = {epicsInt64(1) << 40};
    f32_[at] = {0.5f, -0.5f};
    f64_[at] = {0.25, -0.25, 0.125};
    doCallbacksInt8Array(i8_[at].data(), i8_[at].size(), p.i8Array, addr);
    doCallbacksInt16Array(i16_[at].data(), i16_[at].size(), p.i16Array, addr);
    doCallbacksInt32Array(i32_[at].data(), i32_[at].size(), p.i32Array, addr);
    doCallbacksInt64Array(i64_[at].data(), i64_[at].size(), p.i64Array, addr);
    doCallbacksFloat32Array(f32_[at].data(), f32_[at].size(), p.f32Array, addr);
    doCallbacksFloat64Array(f64_[at].data(), f64_[at].size(), p.f64Array, addr);
    EveryPointer pointed = {pointed_, 77};
    doCallbacksGenericPointer(&pointed, p.pointer, addr);
    char off[] = "off", on[] = "on";
    char *strings[] = {off, on};
    int values[] = {0, 1}, severities[] = {0, 2};
    doCallbacksEnum(strings, values, severities, 2, p.i32, addr);
}
