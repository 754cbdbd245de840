// LINR LINEAR of ai and ao: from the driver's range of raw values to EGUL … EGUF.
#pragma once

#include <type_traits>

#include <errlog.h>
#include <menuConvert.h>

#include "records/convert.h"
#include "records/scalar.h"

template <typename Record, typename Traits>
void slope(Record &record, ScalarDevice<Traits> &device, const RawFormat &format)
{
    if constexpr (std::is_same_v<Traits, Int32Traits>) {
        epicsInt32 low = format.low, high = format.high;
        if (low == high) {
            const asynStatus status = device.bounds(low, high);
            if (status == asynTimeout && record.linr == menuConvertLINEAR)
                errlogPrintf("record %s: LINR LINEAR: its port does not say within the time what "
                             "the range of raw values is; a put to EGUF asks again\n",
                             record.name);
            if (status != asynSuccess)
                return;
        }
        if (low == high)
            return;
        const double range = static_cast<double>(high) - static_cast<double>(low);
        record.eslo = (record.eguf - record.egul) / range;
        record.eoff = (high * record.egul - low * record.eguf) / range;
    }
}
