// Conversions between a driver's value and the fields of a record.
#pragma once

#include <cmath>
#include <limits>
#include <type_traits>

#include <aiRecord.h>
#include <aoRecord.h>
#include <boRecord.h>
#include <epicsTypes.h>
#include <mbbiDirectRecord.h>
#include <mbbiRecord.h>
#include <mbboDirectRecord.h>
#include <mbboRecord.h>

// What the mask of an @asynMask link means: for Int32 a number of bits, negative for a bipolar raw
// value; for UInt32Digital the bits themselves.
struct RawFormat {
    epicsUInt32 bits = 0xFFFFFFFF;
    epicsUInt32 sign = 0;         // the sign bit of a bipolar raw value
    epicsInt32 low = 0, high = 0; // what LINR LINEAR maps to EGUL and EGUF
    bool limited = false;
    bool digital = false;

    static RawFormat ofInt32(bool hasMask, epicsInt32 mask);
    static RawFormat ofDigital(epicsInt32 mask);

    int shift() const;
    epicsInt32 fromRaw(epicsInt32 value) const;
};

template <typename Record> constexpr bool hasShift =
    std::is_same_v<Record, mbbiRecord> || std::is_same_v<Record, mbboRecord> ||
    std::is_same_v<Record, mbbiDirectRecord> || std::is_same_v<Record, mbboDirectRecord>;

template <typename Record> double scaled(const Record &record, double value)
{
    if (record.aslo != 0.0)
        value *= record.aslo;
    return value + record.aoff;
}

// An ao's whole conversion, as the record itself does it at start only.
double rawToEngineering(aoRecord &record, epicsInt32 raw);

// A float as a Value, at the nearest end of the range where it does not fit.
template <typename Value> Value saturated(double value)
{
    if constexpr (std::is_floating_point_v<Value>) {
        return value;
    } else {
        if (std::isnan(value))
            return 0;
        if (value >= static_cast<double>(std::numeric_limits<Value>::max()))
            return std::numeric_limits<Value>::max();
        if (value <= static_cast<double>(std::numeric_limits<Value>::min()))
            return std::numeric_limits<Value>::min();
        return static_cast<Value>(value);
    }
}

// VAL of an output record out of its RVAL.
void valueFromRaw(boRecord &record);
void valueFromRaw(mbboRecord &record);
void valueFromRaw(mbboDirectRecord &record);
