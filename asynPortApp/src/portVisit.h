// Calls into a driver without the port's lock, as clients look up their drvInfo: that lock is held
// as long as a request runs.
#pragma once

#include <asynDriver.h>

namespace portManager
{

struct Port;

// Has the driver look up the client's drvInfo, which is no request: the port may be disconnected or
// busy. drvUser is the interface to give it back by; NULL where the driver takes no drvInfo.
asynStatus createDrvUser(asynUser *user, const char *drvInfo, asynInterface *&drvUser);
void destroyDrvUser(asynUser *user, asynInterface *drvUser);

// Whether the calling thread is in such a call.
bool visits(const Port &port);
// Returns when no other thread is in such a call. To be called once the port is defunct, without a
// lock: then nobody comes.
void awaitVisitors(Port &port);

} // namespace portManager
