// Scalar values between Python and the parameter list: what was assigned is put into the list, and
// so told to the records, when it is published.
#include <atomic>

#include "port/asynPythonDriver.h"

unsigned long asynPythonDriver::thisThread()
{
    static std::atomic<unsigned long> threads{0};
    static thread_local const unsigned long number = ++threads;
    return number;
}

template <typename Value> asynStatus asynPythonDriver::setValue(int reason, const Value &value)
{
    PythonParameter &parameter = at(reason);
    if (parameter.value.set(value))
        ++parameter.version;
    else if (parameter.assignedBy == 0 && value == value)
        return asynSuccess; // NaN, which equals nothing, counts as a change
    parameter.assignedBy = thisThread();
    if (!parameter.listed)
        unpublished_.push_back(reason);
    parameter.listed = true;
    return asynSuccess;
}

template asynStatus asynPythonDriver::setValue(int, const epicsInt32 &);
template asynStatus asynPythonDriver::setValue(int, const epicsInt64 &);
template asynStatus asynPythonDriver::setValue(int, const epicsUInt32 &);
template asynStatus asynPythonDriver::setValue(int, const epicsFloat64 &);
template asynStatus asynPythonDriver::setValue(int, const std::string &);

void asynPythonDriver::toList(int reason, const PythonParameter &parameter)
{
    const ScalarValue &value = parameter.value;
    switch (parameter.type) {
    case asynParamInt32:
        setParam(reason, value.get<epicsInt32>());
        break;
    case asynParamInt64:
        setParam(reason, value.get<epicsInt64>());
        break;
    case asynParamUInt32Digital:
        setParam(reason, value.get<epicsUInt32>());
        break;
    case asynParamFloat64:
        setParam(reason, value.get<epicsFloat64>());
        break;
    default:
        setParam(reason, value.text());
    }
}

bool asynPythonDriver::settle(unsigned long thread)
{
    bool some = false;
    size_t left = 0;
    for (size_t i = 0; i < unpublished_.size(); ++i) {
        const int reason = unpublished_[i];
        PythonParameter &parameter = at(reason);
        if (thread != 0 && parameter.assignedBy != 0 && parameter.assignedBy != thread) {
            unpublished_[left++] = reason;
            continue;
        }
        if (parameter.assignedBy != 0) {
            toList(reason, parameter);
            some = true;
        }
        parameter.assignedBy = 0;
        parameter.listed = false;
    }
    unpublished_.resize(left);
    return some;
}

template <typename Value> void asynPythonDriver::takeBack(int reason, PythonParameter &parameter,
                                                          const ScalarValue &before,
                                                          unsigned long byBefore)
{
    const bool published = parameter.assignedBy == 0;
    if (published && !before.defined())
        return; // by update() in write(): no list can lose a value
    const Value refused = parameter.value.get<Value>();
    parameter.value = before;
    ++parameter.version;
    if (!published)
        parameter.assignedBy = byBefore;
    if (parameter.assignedBy != 0 || !before.defined())
        return;
    // The list has it for a moment, so that the records that show it are told of the old one.
    setParam(reason, refused);
    toList(reason, parameter);
}

template void asynPythonDriver::takeBack<epicsInt32>(int, PythonParameter &, const ScalarValue &,
                                                     unsigned long);
template void asynPythonDriver::takeBack<epicsInt64>(int, PythonParameter &, const ScalarValue &,
                                                     unsigned long);
template void asynPythonDriver::takeBack<epicsUInt32>(int, PythonParameter &, const ScalarValue &,
                                                      unsigned long);
template void asynPythonDriver::takeBack<epicsFloat64>(int, PythonParameter &, const ScalarValue &,
                                                       unsigned long);
template void asynPythonDriver::takeBack<std::string>(int, PythonParameter &, const ScalarValue &,
                                                      unsigned long);

void asynPythonDriver::publish(int address)
{
    for (const Put *put = put_; put; put = put->outer)
        putToList(put->reason, at(put->reason));
    settle(0);
    stampAndCall(address);
}

void asynPythonDriver::publishAssigned()
{
    if (settle(thisThread()))
        stampAndCall(0);
}

void asynPythonDriver::putToList(int reason, PythonParameter &parameter)
{
    if (parameter.assignedBy != aPut)
        return;
    toList(reason, parameter);
    parameter.assignedBy = 0;
}

void asynPythonDriver::publishPut(int reason, PythonParameter &parameter)
{
    putToList(reason, parameter);
    if (!unpublished_.empty())
        settle(thisThread());
    stampAndCall(0);
}

void asynPythonDriver::stampAndCall(int address)
{
    updateTimeStamp();
    callParamCallbacks(address);
}

asynStatus asynPythonDriver::callParamCallbacks(int list, int address)
{
    if (list != address || !handle_->announcements.underWay())
        return asynPortDriver::callParamCallbacks(list, address);
    handle_->announcements.add({Announcement::parameters, address, nullptr, {}});
    return asynSuccess;
}
