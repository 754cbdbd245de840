// What device support wants to know of a port's clock.
#pragma once

#include <asynDriver.h>

namespace portManager
{

// The time now, by the source that is registered for the user's port; leaves the port's time stamp
// as it is.
asynStatus currentTime(asynUser *user, epicsTimeStamp *timeStamp);

} // namespace portManager
