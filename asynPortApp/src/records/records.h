// How each record type takes and gives the value of its device: an Adapter for each.
//
// init      after the device is connected, before a start value; output records
// store     a new value into an input record; the return code of its read routine
// fetch     the value that an output record is to write
// readback  a value from the driver into an output record: like an input's store, but VAL is set,
// too
#pragma once

#include <aiRecord.h>
#include <aoRecord.h>
#include <biRecord.h>
#include <boRecord.h>
#include <int64inRecord.h>
#include <int64outRecord.h>
#include <longinRecord.h>
#include <longoutRecord.h>
#include <mbbiDirectRecord.h>
#include <mbbiRecord.h>
#include <mbboDirectRecord.h>
#include <mbboRecord.h>
#include <type_traits>

#include "records/convert.h"

constexpr long convert = 0, dontConvert = 2; // what ai and the like do with RVAL

// VAL and nothing else: longin, longout, int64in, int64out.
template <typename Rec, typename Value> struct ValAdapter {
    using Record = Rec;
    static long store(Record &record, Value value, const RawFormat &format)
    {
        if constexpr (std::is_same_v<Value, epicsInt32>)
            value = format.fromRaw(value);
        record.val = static_cast<decltype(record.val)>(value);
        record.udf = 0;
        return 0;
    }
    static Value fetch(Record &record, const RawFormat &) { return static_cast<Value>(record.val); }
    static long start(Record &record, Value value, const RawFormat &format)
    {
        return store(record, value, format);
    }
    static void readback(Record &record, Value value, const RawFormat &format)
    {
        store(record, value, format);
    }
};

// RVAL, converted by the record.
struct AiRaw {
    using Record = aiRecord;
    static long store(Record &record, epicsInt32 value, const RawFormat &format)
    {
        record.rval = format.fromRaw(value);
        return convert;
    }
};

struct AoRaw {
    using Record = aoRecord;
    static epicsInt32 fetch(Record &record, const RawFormat &) { return record.rval; }
    static long start(Record &record, epicsInt32 value, const RawFormat &format)
    {
        record.rval = format.fromRaw(value);
        return convert; // the record computes VAL
    }
    static void readback(Record &record, epicsInt32 value, const RawFormat &format)
    {
        record.rval = format.fromRaw(value);
        record.val = rawToEngineering(record, record.rval);
        record.udf = 0;
    }
};

// Engineering units: only ASLO and AOFF apply, and SMOO.
template <typename Value> struct AiEngineering {
    using Record = aiRecord;
    static long store(Record &record, Value value, const RawFormat &)
    {
        double val = scaled(record, static_cast<double>(value));
        // Smoothing needs a value to start from.
        if (record.smoo != 0.0 && record.dpvt && !record.udf && std::isfinite(record.val))
            val = record.val * record.smoo + val * (1.0 - record.smoo);
        record.val = val;
        record.udf = std::isnan(val) ? 1 : 0;
        return dontConvert;
    }
};

template <typename Value> struct AoEngineering {
    using Record = aoRecord;
    static Value fetch(Record &record, const RawFormat &)
    {
        double val = record.oval - record.aoff;
        if (record.aslo != 0.0)
            val /= record.aslo;
        return saturated<Value>(val);
    }
    static long start(Record &record, Value value, const RawFormat &)
    {
        record.val = scaled(record, static_cast<double>(value));
        record.udf = std::isnan(record.val) ? 1 : 0;
        return dontConvert;
    }
    static void readback(Record &record, Value value, const RawFormat &format)
    {
        start(record, value, format);
    }
};

// bi, bo, mbbi, mbbo, mbbiDirect and mbboDirect: RVAL, from which the record computes VAL.
//
// Of an asynInt32, mbbi and mbbo have as many bits as NOBT says, from SHFT on.
template <typename Rec, typename Value> struct BitsAdapter {
    using Record = Rec;
    static constexpr bool hasBits =
        (std::is_same_v<Record, mbbiRecord> || std::is_same_v<Record, mbboRecord>) &&
        std::is_same_v<Value, epicsInt32>;

    static void init(Record &record, const RawFormat &format)
    {
        if (format.digital) {
            record.mask = format.bits;
            if constexpr (hasShift<Record>)
                record.shft = static_cast<epicsUInt16>(format.shift());
        } else if constexpr (hasBits) {
            if (record.nobt == 0)
                record.mask = 0xFFFFFFFF;
            record.mask <<= record.shft;
        }
    }
    static long store(Record &record, Value value, const RawFormat &format)
    {
        record.rval = static_cast<epicsUInt32>(value) & format.bits;
        if constexpr (hasBits)
            record.rval &= record.mask;
        return 0;
    }
    static Value fetch(Record &record, const RawFormat &format)
    {
        return static_cast<Value>(record.rval & format.bits);
    }
    static long start(Record &record, Value value, const RawFormat &format)
    {
        return store(record, value, format);
    }
    static void readback(Record &record, Value value, const RawFormat &format)
    {
        store(record, value, format);
        valueFromRaw(record);
        record.udf = 0;
    }
};

// mbbi and mbbo: VAL, the number of the state. RVAL, and what the states are worth, do not matter.
template <typename Rec> struct StateAdapter {
    using Record = Rec;
    static void init(Record &, const RawFormat &) {}
    static long store(Record &record, epicsInt32 value, const RawFormat &)
    {
        record.val = static_cast<epicsEnum16>(value);
        record.udf = 0;
        return dontConvert;
    }
    static epicsInt32 fetch(Record &record, const RawFormat &) { return record.val; }
    static long start(Record &record, epicsInt32 value, const RawFormat &format)
    {
        return store(record, value, format);
    }
    static void readback(Record &record, epicsInt32 value, const RawFormat &format)
    {
        store(record, value, format);
    }
};
