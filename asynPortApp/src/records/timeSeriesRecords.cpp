// Device support entries of time series.
#include <dbFldTypes.h>

#include "records/dset.h"
#include "records/timeSeries.h"

namespace
{

template <typename Traits, int Signed, int Unsigned> struct TimeSeries {
    using Dev = TimeSeriesDevice<Traits>;

    static long init(dbCommon *common)
    {
        auto &record = *reinterpret_cast<waveformRecord *>(common);
        auto *device = new Dev(common, record.inp);
        device->initialize(record.ftvl == Signed || record.ftvl == Unsigned);
        return 0; // where that failed, alarmed and out of action
    }
    static long process(dbCommon *common)
    {
        return static_cast<Dev *>(Device::of(common))->process();
    }
    static long linconv(dbCommon *, int) { return 0; }
};

} // namespace

ASYN_REQUEST_DEVICE(asynInt32TimeSeries, TimeSeries<Int32Traits, DBF_LONG, DBF_ULONG>)
ASYN_REQUEST_DEVICE(asynInt64TimeSeries, TimeSeries<Int64Traits, DBF_INT64, DBF_UINT64>)
ASYN_REQUEST_DEVICE(asynFloat64TimeSeries, TimeSeries<Float64Traits, DBF_DOUBLE, DBF_DOUBLE>)
