// The parameter list of one address of a port: values, statuses, and which of them changed.
//
// All of it is guarded by the port lock. An index is a position; names are found by a hash, without
// regard to case.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <asynDriver.h>
#include <asynParamType.h>
#include <asynUInt32Digital.h>
#include <epicsTypes.h>

struct Parameter {
    std::string name;
    std::string text;
    union {
        epicsInt32 int32;
        epicsInt64 int64 = 0;
        epicsUInt32 uint32;
        epicsFloat64 float64;
    };
    asynParamType type = asynParamNotDefined;
    bool defined = false;
    bool changed = false; // stands in the list's changed indices
    asynStatus status = asynSuccess;
    int alarmStatus = 0;
    int alarmSeverity = 0;
    epicsUInt32 callbackMask = 0; // bits of a UInt32Digital that its clients are to be told of
    epicsUInt32 risingMask = 0, fallingMask = 0;
};

// Grows by blocks, so that its elements stay where they are.
template <typename Element> class Blocks
{
  public:
    size_t size() const { return size_; }
    Element &operator[](size_t position)
    {
        return blocks_[position / blockSize][position % blockSize];
    }
    const Element &operator[](size_t position) const
    {
        return blocks_[position / blockSize][position % blockSize];
    }
    Element &add()
    {
        if (size_ == blocks_.size() * blockSize)
            blocks_.push_back(std::make_unique<Element[]>(blockSize));
        return (*this)[size_++];
    }

  private:
    static constexpr size_t blockSize = 16;
    std::vector<std::unique_ptr<Element[]>> blocks_;
    size_t size_ = 0;
};

class ParamList
{
  public:
    // Both leave the index of that name in *index, -1 when there is none.
    asynStatus create(const char *name, asynParamType type, int *index);
    asynStatus find(const char *name, int *index) const;

    size_t size() const { return parameters_.size(); }
    Parameter *at(int index) // NULL for a bad index
    {
        const auto position = static_cast<size_t>(index);
        return index < 0 || position >= parameters_.size() ? nullptr : &parameters_[position];
    }

    template <typename Value> asynStatus set(int index, Value value);
    asynStatus setText(int index, std::string_view value);
    asynStatus setDigital(int index, epicsUInt32 value, epicsUInt32 mask,
                          epicsUInt32 interruptMask);
    // A get without success leaves 0 or an empty text; a parameter with a value returns its status.
    template <typename Value> asynStatus get(int index, Value &value);
    asynStatus getText(int index, std::string &value);
    asynStatus getText(int index, char *value, size_t size);
    asynStatus getDigital(int index, epicsUInt32 &value, epicsUInt32 mask);

    // Of the status or the alarm: member says which.
    template <typename Value> asynStatus setState(int index, Value Parameter::*member, Value value);
    asynStatus setInterrupt(int index, epicsUInt32 mask, interruptReason reason);
    asynStatus clearInterrupt(int index, epicsUInt32 mask);
    asynStatus getInterrupt(int index, epicsUInt32 &mask, interruptReason reason);

    bool anyChanged() const { return !changed_.empty(); }
    // Hands over the indices that changed since the last call, in the order of change. The vector's
    // memory is exchanged for the list's, so that in the long run nothing is allocated.
    void takeChanged(std::vector<int> &indices);

  private:
    asynStatus typed(int index, asynParamType type, Parameter *&parameter);
    // Where a name's index stands in byName_, or where it would.
    size_t slotOf(const char *name, epicsUInt32 hash) const;
    void growNames();
    void touch(int index, Parameter &parameter)
    {
        if (parameter.changed)
            return;
        parameter.changed = true;
        changed_.push_back(index);
    }

    Blocks<Parameter> parameters_; // names stay where they are
    struct Slot {
        epicsUInt32 hash = 0;
        int index = -1; // -1: free
    };
    std::vector<Slot> byName_; // at the hash of the name or behind; a quarter at least is free
    std::vector<int> changed_;
};
