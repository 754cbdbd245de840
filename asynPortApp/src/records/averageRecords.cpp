// Device support entries of averages.
#include <recGbl.h>

#include "records/average.h"
#include "records/dset.h"
#include "records/records.h"
#include "records/slope.h"

namespace
{

template <typename Traits, typename Adapter> struct Average {
    using Dev = AverageDevice<Traits>;

    static RawFormat format(const Dev &device)
    {
        return RawFormat::ofInt32(device.hasMask(), device.mask());
    }

    static long init(dbCommon *common)
    {
        auto &record = *reinterpret_cast<aiRecord *>(common);
        auto *device = new Dev(common, record.inp, false);
        if (!device->initialize() || !device->startAverage(format(*device)))
            return 0; // alarmed and out of action; the record itself stays loaded
        slope(record, *device, format(*device));
        return 0;
    }

    static long process(dbCommon *common)
    {
        auto &device = *static_cast<Dev *>(Device::of(common));
        if (!device.takeMean()) {
            recGblSetSevr(common, UDF_ALARM, INVALID_ALARM);
            common->udf = 1;
            return -1;
        }
        if (!device.conclude())
            return -1;
        return Adapter::store(*reinterpret_cast<aiRecord *>(common), device.value(), RawFormat());
    }

    static long linconv(dbCommon *common, int after)
    {
        auto &device = *static_cast<Dev *>(Device::of(common));
        if (after)
            slope(*reinterpret_cast<aiRecord *>(common), device, format(device));
        return 0;
    }
};

} // namespace

ASYN_DEVICE(asynAiInt32Average, Average<Int32Traits, AiRaw>)
ASYN_DEVICE(asynAiFloat64Average, Average<Float64Traits, AiEngineering<epicsFloat64>>)
