// LINR LINEAR of ai and ao: from the driver's range of raw values to EGUL … EGUF.
#pragma once

#include <type_traits>

#include "devConvert.h"
#include "devScalar.h"

template <typename Record, typename Traits>
void slope(Record &record, ScalarDevice<Traits> &device, const RawFormat &format)
{
    if constexpr (std::is_same_v<Traits, Int32Traits>) {
        epicsInt32 low = format.low, high = format.high;
        if (low == high && !device.bounds(low, high))
            return;
        if (low == high)
            return;
        const double range = static_cast<double>(high) - static_cast<double>(low);
        record.eslo = (record.eguf - record.egul) / range;
        record.eoff = (high * record.egul - low * record.eguf) / range;
    }
}
