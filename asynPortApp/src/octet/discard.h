// Throwing away what a device has sent: for drivers that have no flush of their own.
#pragma once

#include <algorithm>

#include <asynDriver.h>

#include "common/monotonicTime.h"

// Reads until nothing comes for so long; a device that talks for ever does not hold the port.
// read takes asynOctet's arguments behind the asynUser.
template <typename Read> void discardInput(asynUser *user, double quiet, Read read)
{
    constexpr double longest = 1.0; // s
    const double timeout = user->timeout;
    const MonotonicTime begin = MonotonicTime::now();
    char buffer[256];
    user->timeout = quiet;
    do {
        size_t count = 0;
        int eomReason = 0;
        read(buffer, sizeof buffer, &count, &eomReason);
        if (count == 0)
            break;
        asynPrintIO(user, ASYN_TRACEIO_FILTER, buffer, std::min(count, sizeof buffer),
                    "flush threw away %zu bytes\n", count);
    } while (MonotonicTime::now() - begin < longest);
    user->timeout = timeout;
}
