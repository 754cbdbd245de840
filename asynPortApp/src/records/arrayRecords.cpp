// Device support entries of waveform, aai and aao.
#include <aaiRecord.h>
#include <aaoRecord.h>
#include <waveformRecord.h>

#include "records/array.h"
#include "records/dset.h"

namespace
{

const char *const int8Type = asynInt8ArrayType;
const char *const int16Type = asynInt16ArrayType;
const char *const int32Type = asynInt32ArrayType;
const char *const int64Type = asynInt64ArrayType;
const char *const float32Type = asynFloat32ArrayType;
const char *const float64Type = asynFloat64ArrayType;
using Int8 = ArrayTraits<asynInt8Array, epicsInt8, int8Type, DBF_CHAR, DBF_UCHAR>;
using Int16 = ArrayTraits<asynInt16Array, epicsInt16, int16Type, DBF_SHORT, DBF_USHORT>;
using Int32 = ArrayTraits<asynInt32Array, epicsInt32, int32Type, DBF_LONG, DBF_ULONG>;
using Int64 = ArrayTraits<asynInt64Array, epicsInt64, int64Type, DBF_INT64, DBF_UINT64>;
using Float32 = ArrayTraits<asynFloat32Array, epicsFloat32, float32Type, DBF_FLOAT, DBF_FLOAT>;
using Float64 = ArrayTraits<asynFloat64Array, epicsFloat64, float64Type, DBF_DOUBLE, DBF_DOUBLE>;

template <typename Traits, typename Record, bool Output> struct Arrays {
    using Dev = ArrayDevice<Traits, Record>;

    static DBLINK &link(Record &record)
    {
        if constexpr (std::is_same_v<Record, aaoRecord>)
            return record.out;
        else
            return record.inp;
    }

    static long init(dbCommon *common)
    {
        auto &record = *reinterpret_cast<Record *>(common);
        // aai calls in pass 0, when other records may not be ready: ask for pass 1. aao knows pass
        // 0 only, and makes its memory after this call.
        if constexpr (std::is_same_v<Record, aaiRecord>)
            if (!record.bptr)
                return AAI_DEVINIT_PASS1;
        auto *device = new Dev(common, link(record), Output);
        device->initialize();
        return 0;
    }

    static long process(dbCommon *common)
    {
        return static_cast<Dev *>(Device::of(common))->process();
    }
    static long linconv(dbCommon *, int) { return 0; }
};

} // namespace

#define ARRAY_ENTRIES(NAME, TRAITS)                                                                \
    ASYN_DEVICE(asyn##NAME##ArrayWfIn, Arrays<TRAITS, waveformRecord, false>)                      \
    ASYN_DEVICE(asyn##NAME##ArrayWfOut, Arrays<TRAITS, waveformRecord, true>)                      \
    ASYN_DEVICE(asyn##NAME##ArrayAai, Arrays<TRAITS, aaiRecord, false>)                            \
    ASYN_DEVICE(asyn##NAME##ArrayAao, Arrays<TRAITS, aaoRecord, true>)

ARRAY_ENTRIES(Int8, Int8)
ARRAY_ENTRIES(Int16, Int16)
ARRAY_ENTRIES(Int32, Int32)
ARRAY_ENTRIES(Int64, Int64)
ARRAY_ENTRIES(Float32, Float32)
ARRAY_ENTRIES(Float64, Float64)
