#include "paramList.h"

#include <cctype>
#include <cmath>

namespace {

std::string folded(const char *name)
{
    std::string result(name);
    for (char &c : result)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return result;
}

template <typename Value> struct Slot;
template <> struct Slot<epicsInt32> {
    static constexpr asynParamType type = asynParamInt32;
    static epicsInt32 &of(Parameter &parameter) { return parameter.int32; }
};
template <> struct Slot<epicsInt64> {
    static constexpr asynParamType type = asynParamInt64;
    static epicsInt64 &of(Parameter &parameter) { return parameter.int64; }
};
template <> struct Slot<epicsFloat64> {
    static constexpr asynParamType type = asynParamFloat64;
    static epicsFloat64 &of(Parameter &parameter) { return parameter.float64; }
};
template <> struct Slot<std::string> {
    static constexpr asynParamType type = asynParamOctet;
    static std::string &of(Parameter &parameter) { return parameter.text; }
};

} // namespace

asynStatus ParamList::create(const char *name, asynParamType type, int *index)
{
    if (find(name, index) == asynSuccess)
        return asynParamAlreadyExists;
    *index = static_cast<int>(parameters_.size());
    byName_.emplace(folded(name), *index);
    parameters_.emplace_back();
    parameters_.back().name = name;
    parameters_.back().type = type;
    return asynSuccess;
}

asynStatus ParamList::find(const char *name, int *index) const
{
    auto found = byName_.find(folded(name));
    if (found == byName_.end())
        return asynParamNotFound;
    *index = found->second;
    return asynSuccess;
}

Parameter *ParamList::at(int index)
{
    if (index < 0 || static_cast<size_t>(index) >= parameters_.size())
        return nullptr;
    return &parameters_[static_cast<size_t>(index)];
}

void ParamList::touch(int index, Parameter &parameter)
{
    if (parameter.changed)
        return;
    parameter.changed = true;
    changed_.push_back(index);
}

template <typename Value> asynStatus ParamList::set(int index, const Value &value)
{
    Parameter *parameter = at(index);
    if (!parameter)
        return asynParamBadIndex;
    if (parameter->type != Slot<Value>::type)
        return asynParamWrongType;
    Value &slot = Slot<Value>::of(*parameter);
    // Written so that NaN, which equals nothing, counts as a change.
    if (parameter->defined && slot == value)
        return asynSuccess;
    slot = value;
    parameter->defined = true;
    touch(index, *parameter);
    return asynSuccess;
}

template <typename Value> asynStatus ParamList::get(int index, Value &value)
{
    value = Value();
    Parameter *parameter = at(index);
    if (!parameter)
        return asynParamBadIndex;
    if (parameter->type != Slot<Value>::type)
        return asynParamWrongType;
    if (!parameter->defined)
        return asynParamUndefined;
    value = Slot<Value>::of(*parameter);
    return asynSuccess;
}

template asynStatus ParamList::set(int, const epicsInt32 &);
template asynStatus ParamList::set(int, const epicsInt64 &);
template asynStatus ParamList::set(int, const epicsFloat64 &);
template asynStatus ParamList::set(int, const std::string &);
template asynStatus ParamList::get(int, epicsInt32 &);
template asynStatus ParamList::get(int, epicsInt64 &);
template asynStatus ParamList::get(int, epicsFloat64 &);
template asynStatus ParamList::get(int, std::string &);

asynStatus ParamList::setDigital(int index, epicsUInt32 value, epicsUInt32 mask,
                                 epicsUInt32 interruptMask)
{
    Parameter *parameter = at(index);
    if (!parameter)
        return asynParamBadIndex;
    if (parameter->type != asynParamUInt32Digital)
        return asynParamWrongType;
    const epicsUInt32 before = parameter->uint32;
    parameter->uint32 = (before & ~mask) | (value & mask);
    const epicsUInt32 bits = (before ^ parameter->uint32) | interruptMask;
    if (!parameter->defined || bits != 0) {
        parameter->defined = true;
        parameter->callbackMask |= bits;
        touch(index, *parameter);
    }
    return asynSuccess;
}

asynStatus ParamList::getDigital(int index, epicsUInt32 &value, epicsUInt32 mask)
{
    value = 0;
    Parameter *parameter = at(index);
    if (!parameter)
        return asynParamBadIndex;
    if (parameter->type != asynParamUInt32Digital)
        return asynParamWrongType;
    if (!parameter->defined)
        return asynParamUndefined;
    value = parameter->uint32 & mask;
    return asynSuccess;
}

asynStatus ParamList::setStatus(int index, asynStatus status)
{
    Parameter *parameter = at(index);
    if (!parameter)
        return asynParamBadIndex;
    if (parameter->status != status) {
        parameter->status = status;
        parameter->callbackMask = 0xFFFFFFFF;
        touch(index, *parameter);
    }
    return asynSuccess;
}

asynStatus ParamList::setAlarm(int index, int Parameter::*which, int value)
{
    Parameter *parameter = at(index);
    if (!parameter)
        return asynParamBadIndex;
    if (parameter->*which != value) {
        parameter->*which = value;
        parameter->callbackMask = 0xFFFFFFFF;
        touch(index, *parameter);
    }
    return asynSuccess;
}

asynStatus ParamList::setInterrupt(int index, epicsUInt32 mask, interruptReason reason)
{
    Parameter *parameter = at(index);
    if (!parameter)
        return asynParamBadIndex;
    if (parameter->type != asynParamUInt32Digital)
        return asynParamWrongType;
    if (reason != interruptOnOneToZero)
        parameter->risingMask = mask;
    if (reason != interruptOnZeroToOne)
        parameter->fallingMask = mask;
    return asynSuccess;
}

asynStatus ParamList::clearInterrupt(int index, epicsUInt32 mask)
{
    Parameter *parameter = at(index);
    if (!parameter)
        return asynParamBadIndex;
    if (parameter->type != asynParamUInt32Digital)
        return asynParamWrongType;
    parameter->risingMask &= ~mask;
    parameter->fallingMask &= ~mask;
    return asynSuccess;
}

asynStatus ParamList::getInterrupt(int index, epicsUInt32 &mask, interruptReason reason)
{
    Parameter *parameter = at(index);
    if (!parameter)
        return asynParamBadIndex;
    if (parameter->type != asynParamUInt32Digital)
        return asynParamWrongType;
    mask = reason == interruptOnZeroToOne   ? parameter->risingMask
           : reason == interruptOnOneToZero ? parameter->fallingMask
                                            : parameter->risingMask | parameter->fallingMask;
    return asynSuccess;
}

void ParamList::markAllChanged()
{
    for (size_t i = 0; i < parameters_.size(); ++i) {
        parameters_[i].callbackMask = 0xFFFFFFFF;
        touch(static_cast<int>(i), parameters_[i]);
    }
}

void ParamList::takeChanged(std::vector<int> &indices)
{
    indices.clear();
    indices.swap(changed_);
    for (int index : indices)
        parameters_[static_cast<size_t>(index)].changed = false;
}
