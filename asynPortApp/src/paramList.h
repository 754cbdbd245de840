// The parameter list of one address of a port: values, statuses, and which of them changed.
//
// Guarded by the port lock, all of it. Indices are positions; names are found by a hash, without case.
#pragma once

#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include <asynDriver.h>
#include <asynParamType.h>
#include <asynUInt32Digital.h>
#include <epicsTypes.h>

struct Parameter {
    std::string name;
    asynParamType type = asynParamNotDefined;
    bool defined = false;
    bool changed = false;
    union {
        epicsInt32 int32;
        epicsInt64 int64 = 0;
        epicsUInt32 uint32;
        epicsFloat64 float64;
    };
    std::string text;
    asynStatus status = asynSuccess;
    int alarmStatus = 0;
    int alarmSeverity = 0;
    epicsUInt32 callbackMask = 0; // bits of a UInt32Digital that its clients are to be told of
    epicsUInt32 risingMask = 0, fallingMask = 0;
};

class ParamList {
public:
    asynStatus create(const char *name, asynParamType type, int *index);
    asynStatus find(const char *name, int *index) const;
    size_t size() const { return parameters_.size(); }
    Parameter *at(int index); // NULL for a bad index

    template <typename Value> asynStatus set(int index, const Value &value);
    template <typename Value> asynStatus get(int index, Value &value);
    asynStatus setDigital(int index, epicsUInt32 value, epicsUInt32 mask, epicsUInt32 interruptMask);
    asynStatus getDigital(int index, epicsUInt32 &value, epicsUInt32 mask);
    asynStatus setStatus(int index, asynStatus status);
    asynStatus setAlarm(int index, int Parameter::*which, int value);
    asynStatus setInterrupt(int index, epicsUInt32 mask, interruptReason reason);
    asynStatus clearInterrupt(int index, epicsUInt32 mask);
    asynStatus getInterrupt(int index, epicsUInt32 &mask, interruptReason reason);

    void markAllChanged();
    // Hands over the indices that changed since the last call, in the order of change; the caller gives the
    // vector back by swapping, so that nothing is allocated in the long run.
    void takeChanged(std::vector<int> &indices);

private:
    void touch(int index, Parameter &parameter);

    std::deque<Parameter> parameters_; // a deque: names and values stay where they are
    std::unordered_map<std::string, int> byName_; // by the name in lower case
    std::vector<int> changed_;
};
