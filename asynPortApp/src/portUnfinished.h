// Ports whose driver's constructor runs; see ASYN_UNFINISHED.
#pragma once

namespace portManager
{

// Whether there is such a port, hidden from the calling thread.
bool isHidden(const char *portName);

} // namespace portManager
