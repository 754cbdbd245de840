// Scalar values between Python and the parameter list: what was assigned is put into the list, and
// so told to the records, when it is published.
#include <atomic>

#include "asynPythonDriver.h"

unsigned long asynPythonDriver::thisThread()
{
    static std::atomic<unsigned long> threads{0};
    static thread_local const unsigned long number = ++threads;
    return number;
}

template <typename Value> asynStatus asynPythonDriver::setValue(int reason, const Value &value)
{
    PythonParameter &known = parameters_[static_cast<size_t>(reason)];
    if (known.value.set(value))
        ++known.version;
    else if (known.assignedBy == 0 && value == value)
        return asynSuccess; // NaN, which equals nothing, counts as a change
    known.assignedBy = thisThread();
    if (!known.listed)
        unpublished_.push_back(reason);
    known.listed = true;
    return asynSuccess;
}

template asynStatus asynPythonDriver::setValue(int, const epicsInt32 &);
template asynStatus asynPythonDriver::setValue(int, const epicsInt64 &);
template asynStatus asynPythonDriver::setValue(int, const epicsUInt32 &);
template asynStatus asynPythonDriver::setValue(int, const epicsFloat64 &);
template asynStatus asynPythonDriver::setValue(int, const std::string &);

void asynPythonDriver::toList(int reason)
{
    const PythonParameter &known = parameters_[static_cast<size_t>(reason)];
    switch (known.type) {
    case asynParamInt32:
        setParam(reason, known.value.get<epicsInt32>());
        break;
    case asynParamInt64:
        setParam(reason, known.value.get<epicsInt64>());
        break;
    case asynParamUInt32Digital:
        setParam(reason, known.value.get<epicsUInt32>());
        break;
    case asynParamFloat64:
        setParam(reason, known.value.get<epicsFloat64>());
        break;
    default:
        setParam(reason, known.value.text());
    }
}

bool asynPythonDriver::settle(unsigned long thread)
{
    bool some = false;
    size_t left = 0;
    for (size_t i = 0; i < unpublished_.size(); ++i) {
        const int reason = unpublished_[i];
        PythonParameter &known = parameters_[static_cast<size_t>(reason)];
        if (thread != 0 && known.assignedBy != 0 && known.assignedBy != thread) {
            unpublished_[left++] = reason;
            continue;
        }
        if (known.assignedBy != 0) {
            toList(reason);
            some = true;
        }
        known.assignedBy = 0;
        known.listed = false;
    }
    unpublished_.resize(left);
    return some;
}

template <typename Value>
void asynPythonDriver::takeBack(int reason, const ScalarValue &before, unsigned long byBefore)
{
    PythonParameter &known = parameters_[static_cast<size_t>(reason)];
    const bool published = known.assignedBy == 0;
    if (published && !before.defined())
        return; // by update() in write(): no list can lose a value
    const Value refused = known.value.get<Value>();
    known.value = before;
    ++known.version;
    if (!published)
        known.assignedBy = byBefore;
    if (known.assignedBy != 0 || !before.defined())
        return;
    // The list has it for a moment, so that the records that show it are told of the old one.
    setParam(reason, refused);
    toList(reason);
}

template void asynPythonDriver::takeBack<epicsInt32>(int, const ScalarValue &, unsigned long);
template void asynPythonDriver::takeBack<epicsInt64>(int, const ScalarValue &, unsigned long);
template void asynPythonDriver::takeBack<epicsUInt32>(int, const ScalarValue &, unsigned long);
template void asynPythonDriver::takeBack<epicsFloat64>(int, const ScalarValue &, unsigned long);
template void asynPythonDriver::takeBack<std::string>(int, const ScalarValue &, unsigned long);

void asynPythonDriver::publish(int address)
{
    for (const Put *put = put_; put; put = put->outer)
        putToList(put->reason);
    settle(0);
    stampAndCall(address);
}

void asynPythonDriver::publishAssigned()
{
    if (settle(thisThread()))
        stampAndCall(0);
}

void asynPythonDriver::putToList(int reason)
{
    PythonParameter &known = parameters_[static_cast<size_t>(reason)];
    if (known.assignedBy != aPut)
        return;
    toList(reason);
    known.assignedBy = 0;
}

void asynPythonDriver::publishPut(int reason)
{
    putToList(reason);
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
