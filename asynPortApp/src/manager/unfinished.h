// Ports whose driver's constructor runs; see ASYN_UNFINISHED.
#pragma once

namespace portManager
{

// Whether there is such a port, hidden from the calling thread.
bool isHidden(const char *portName);

// Whether there is such a port and its driver is made. Of one that does not say so it is assumed
// when it has been there for a second.
bool isComplete(const char *portName);

} // namespace portManager
