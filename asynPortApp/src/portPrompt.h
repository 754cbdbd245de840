// Clients whose interrupt callbacks wait for nobody, such as device support: callParamCallbacks
// wakes the scan threads at its end for them, but before it calls anybody else.
#pragma once

#include <asynDriver.h>

namespace portManager
{

// Of a client that nobody calls yet, and so of its duplicates.
void setPrompt(asynUser *user);
bool isPrompt(asynUser *user);

} // namespace portManager
