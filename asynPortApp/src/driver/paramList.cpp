// The parameter list: names, values and what changed.
#include "driver/paramList.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstring>

#include <epicsString.h>

namespace
{

epicsUInt32 hashOf(const char *name)
{
    uint64_t hash = 14695981039346656037u; // FNV-1a
    for (; *name; ++name) {
        const auto byte = static_cast<unsigned char>(*name);
        hash = (hash ^ static_cast<uint64_t>(std::tolower(byte))) * 1099511628211u;
    }
    // Names that differ in their last digit only are to be far from each other.
    hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdu;
    return static_cast<epicsUInt32>(hash ^ (hash >> 33));
}

// Where a parameter keeps a value of that type.
template <typename Value> struct Kept;
template <> struct Kept<epicsInt32> {
    static constexpr asynParamType type = asynParamInt32;
    static epicsInt32 &of(Parameter &parameter) { return parameter.int32; }
};
template <> struct Kept<epicsInt64> {
    static constexpr asynParamType type = asynParamInt64;
    static epicsInt64 &of(Parameter &parameter) { return parameter.int64; }
};
template <> struct Kept<epicsFloat64> {
    static constexpr asynParamType type = asynParamFloat64;
    static epicsFloat64 &of(Parameter &parameter) { return parameter.float64; }
};

} // namespace

asynStatus ParamList::create(const char *name, asynParamType type, int *index)
{
    if (find(name, index) == asynSuccess)
        return asynParamAlreadyExists;
    const int position = static_cast<int>(parameters_.size());
    Parameter &parameter = parameters_.add();
    parameter.name = name;
    parameter.type = type;
    if (4 * parameters_.size() > 3 * byName_.size())
        growNames();
    const epicsUInt32 hash = hashOf(name);
    byName_[slotOf(name, hash)] = {hash, position};
    *index = position;
    return asynSuccess;
}

size_t ParamList::slotOf(const char *name, epicsUInt32 hash) const
{
    const size_t last = byName_.size() - 1; // the size is a power of 2
    for (size_t position = hash & last;; position = (position + 1) & last) {
        const Slot &slot = byName_[position];
        if (slot.index < 0)
            return position;
        const std::string &known = parameters_[static_cast<size_t>(slot.index)].name;
        if (slot.hash == hash && epicsStrCaseCmp(known.c_str(), name) == 0)
            return position;
    }
}

void ParamList::growNames()
{
    std::vector<Slot> slots(std::max<size_t>(16, 2 * byName_.size()));
    for (const Slot &slot : byName_) {
        if (slot.index < 0)
            continue;
        size_t position = slot.hash & (slots.size() - 1);
        while (slots[position].index >= 0)
            position = (position + 1) & (slots.size() - 1);
        slots[position] = slot;
    }
    byName_ = std::move(slots);
}

asynStatus ParamList::find(const char *name, int *index) const
{
    *index = -1;
    if (!name || byName_.empty())
        return asynParamNotFound;
    *index = byName_[slotOf(name, hashOf(name))].index;
    return *index < 0 ? asynParamNotFound : asynSuccess;
}

inline asynStatus ParamList::typed(int index, asynParamType type, Parameter *&parameter)
{
    parameter = at(index);
    if (!parameter)
        return asynParamBadIndex;
    return parameter->type == type ? asynSuccess : asynParamWrongType;
}

template <typename Value> asynStatus ParamList::set(int index, Value value)
{
    Parameter *parameter;
    const asynStatus status = typed(index, Kept<Value>::type, parameter);
    if (status != asynSuccess)
        return status;
    Value &slot = Kept<Value>::of(*parameter);
    // Written so that NaN, which equals nothing, counts as a change.
    if (parameter->defined && slot == value)
        return asynSuccess;
    slot = value;
    parameter->defined = true;
    touch(index, *parameter);
    return asynSuccess;
}

asynStatus ParamList::setText(int index, std::string_view value)
{
    Parameter *parameter;
    const asynStatus status = typed(index, asynParamOctet, parameter);
    if (status != asynSuccess || (parameter->defined && parameter->text == value))
        return status;
    parameter->text.assign(value);
    parameter->defined = true;
    touch(index, *parameter);
    return asynSuccess;
}

asynStatus ParamList::setDigital(int index, epicsUInt32 value, epicsUInt32 mask,
                                 epicsUInt32 interruptMask)
{
    Parameter *parameter;
    const asynStatus status = typed(index, asynParamUInt32Digital, parameter);
    if (status != asynSuccess)
        return status;
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

template <typename Value> asynStatus ParamList::get(int index, Value &value)
{
    value = 0;
    Parameter *parameter;
    const asynStatus status = typed(index, Kept<Value>::type, parameter);
    if (status != asynSuccess)
        return status;
    if (!parameter->defined)
        return asynParamUndefined;
    value = Kept<Value>::of(*parameter);
    return parameter->status;
}

asynStatus ParamList::getText(int index, std::string &value)
{
    value.clear();
    Parameter *parameter;
    const asynStatus status = typed(index, asynParamOctet, parameter);
    if (status != asynSuccess)
        return status;
    if (!parameter->defined)
        return asynParamUndefined;
    value = parameter->text;
    return parameter->status;
}

asynStatus ParamList::getText(int index, char *value, size_t size)
{
    if (size > 0)
        *value = '\0';
    Parameter *parameter;
    const asynStatus status = typed(index, asynParamOctet, parameter);
    if (status != asynSuccess)
        return status;
    if (!parameter->defined)
        return asynParamUndefined;
    if (size > 0) {
        // A C string ends at the first NUL, whatever the parameter has behind it.
        const size_t length = strnlen(parameter->text.c_str(), size - 1);
        std::memcpy(value, parameter->text.data(), length);
        value[length] = '\0';
    }
    return parameter->status;
}

asynStatus ParamList::getDigital(int index, epicsUInt32 &value, epicsUInt32 mask)
{
    value = 0;
    Parameter *parameter;
    const asynStatus status = typed(index, asynParamUInt32Digital, parameter);
    if (status != asynSuccess)
        return status;
    if (!parameter->defined)
        return asynParamUndefined;
    value = parameter->uint32 & mask;
    return parameter->status;
}

template <typename Value>
asynStatus ParamList::setState(int index, Value Parameter::*member, Value value)
{
    Parameter *parameter = at(index);
    if (!parameter)
        return asynParamBadIndex;
    if (parameter->*member != value) {
        parameter->*member = value;
        // Clients of any bits want to know.
        parameter->callbackMask = 0xFFFFFFFF;
        touch(index, *parameter);
    }
    return asynSuccess;
}

asynStatus ParamList::setInterrupt(int index, epicsUInt32 mask, interruptReason reason)
{
    Parameter *parameter;
    const asynStatus status = typed(index, asynParamUInt32Digital, parameter);
    if (status != asynSuccess)
        return status;
    if (reason != interruptOnOneToZero)
        parameter->risingMask = mask;
    if (reason != interruptOnZeroToOne)
        parameter->fallingMask = mask;
    return asynSuccess;
}

asynStatus ParamList::clearInterrupt(int index, epicsUInt32 mask)
{
    Parameter *parameter;
    const asynStatus status = typed(index, asynParamUInt32Digital, parameter);
    if (status != asynSuccess)
        return status;
    parameter->risingMask &= ~mask;
    parameter->fallingMask &= ~mask;
    return asynSuccess;
}

asynStatus ParamList::getInterrupt(int index, epicsUInt32 &mask, interruptReason reason)
{
    mask = 0;
    Parameter *parameter;
    const asynStatus status = typed(index, asynParamUInt32Digital, parameter);
    if (status != asynSuccess)
        return status;
    if (reason != interruptOnOneToZero)
        mask |= parameter->risingMask;
    if (reason != interruptOnZeroToOne)
        mask |= parameter->fallingMask;
    return asynSuccess;
}

void ParamList::takeChanged(std::vector<int> &indices)
{
    indices.clear();
    indices.swap(changed_);
    for (int index : indices)
        parameters_[static_cast<size_t>(index)].changed = false;
}

template asynStatus ParamList::set(int, epicsInt32);
template asynStatus ParamList::set(int, epicsInt64);
template asynStatus ParamList::set(int, epicsFloat64);
template asynStatus ParamList::get(int, epicsInt32 &);
template asynStatus ParamList::get(int, epicsInt64 &);
template asynStatus ParamList::get(int, epicsFloat64 &);
template asynStatus ParamList::setState(int, int Parameter::*, int);
template asynStatus ParamList::setState(int, asynStatus Parameter::*, asynStatus);
