// What the end of a port has to do with its driver, for asynPortDriver.
#pragma once

#include <cstddef>

#include <asynDriver.h>

#include "common/ownedMutex.h"

namespace portManager
{

// Whoever has this lock is in the driver, and is refused by shutdownPort. NULL before the lock
// goes.
void setDriverLock(asynUser *user, const OwnedMutex *lock);

// Clients of these interfaces of the user's port find no driver from here on. Waits for a request
// or an attempt to connect that runs.
void detachDriver(asynUser *user, asynInterface *const *interfaces, size_t count);

// shutdownPort by a driver that stays until whoever is in it has returned, and at the process's
// end.
asynStatus closePort(asynUser *user);

} // namespace portManager
