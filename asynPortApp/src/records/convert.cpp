#include "records/convert.h"

#include <cvtTable.h>
#include <menuConvert.h>

RawFormat RawFormat::ofInt32(bool hasMask, epicsInt32 mask)
{
    RawFormat format;
    // Unsigned, since the least integer has no positive counterpart.
    const epicsUInt32 count =
        mask < 0 ? 0u - static_cast<epicsUInt32>(mask) : static_cast<epicsUInt32>(mask);
    if (!hasMask || count == 0 || count > 31)
        return format; // all bits
    format.limited = true;
    format.bits = (1u << count) - 1;
    if (mask < 0) {
        format.sign = 1u << (count - 1);
        format.high = static_cast<epicsInt32>(format.sign - 1);
        format.low = -format.high; // symmetrical: one step less than the bits can hold
    } else {
        format.high = static_cast<epicsInt32>(format.bits);
    }
    return format;
}

RawFormat RawFormat::ofDigital(epicsInt32 mask)
{
    RawFormat format;
    format.digital = true;
    format.bits = static_cast<epicsUInt32>(mask);
    return format;
}

int RawFormat::shift() const
{
    return bits ? __builtin_ctz(bits) : 0;
}

epicsInt32 RawFormat::fromRaw(epicsInt32 value) const
{
    epicsUInt32 raw = static_cast<epicsUInt32>(value) & bits;
    if (raw & sign)
        raw |= ~bits;
    return static_cast<epicsInt32>(raw);
}

double rawToEngineering(aoRecord &record, epicsInt32 raw)
{
    double value = scaled(record, static_cast<double>(raw) + static_cast<double>(record.roff));
    if (record.linr == menuConvertNO_CONVERSION)
        return value;
    if (record.linr == menuConvertLINEAR || record.linr == menuConvertSLOPE)
        return value * record.eslo + record.eoff;
    cvtRawToEngBpt(&value, static_cast<short>(record.linr), record.init,
                   reinterpret_cast<void **>(&record.pbrk), &record.lbrk);
    return value;
}

void valueFromRaw(boRecord &record)
{
    record.val = record.rval != 0;
}

void valueFromRaw(mbboRecord &record)
{
    const epicsUInt32 raw = record.rval >> record.shft;
    record.val = static_cast<epicsEnum16>(raw);
    if (!record.sdef)
        return;
    record.val = 65535; // as the record itself says of a value that is none of its states
    const epicsUInt32 *const values[] = {&record.zrvl, &record.onvl, &record.twvl, &record.thvl,
                                         &record.frvl, &record.fvvl, &record.sxvl, &record.svvl,
                                         &record.eivl, &record.nivl, &record.tevl, &record.elvl,
                                         &record.tvvl, &record.ttvl, &record.ftvl, &record.ffvl};
    for (epicsEnum16 i = 0; i < 16; ++i)
        if (*values[i] == raw) {
            record.val = i;
            return;
        }
}

void valueFromRaw(mbboDirectRecord &record)
{
    record.val = static_cast<decltype(record.val)>(record.rval >> record.shft);
}
