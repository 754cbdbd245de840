// For device support, in a request that a port's thread runs.
#pragma once

#include <asynDriver.h>

namespace portManager
{

// asynSuccess, or asynDisconnected with a message: the driver has refused to connect for the
// request, or has disconnected since it was queued, and the request needs it. The interfaces of a
// port that is shut down say so themselves. No lock needed.
asynStatus stillConnected(asynUser *user);

} // namespace portManager
