// Clients whose interrupt callbacks wait for nobody, such as device support: callParamCallbacks
// wakes the scan threads at its end for them, but before it calls anybody else. What their
// callbacks are handed may be a copy of their asynUser, which pasynManager does not know: they read
// its members, in the callback only.
#pragma once

#include <asynDriver.h>

namespace portManager
{

// Of a client that nobody calls yet, and so of its duplicates.
void setPrompt(asynUser *user);
bool isPrompt(asynUser *user);

} // namespace portManager
