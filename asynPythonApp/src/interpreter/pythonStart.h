// Python in a process that is no `python`.
#pragma once

// Starts Python where nobody has done so. Throws std::runtime_error. Any thread; on return the
// calling thread is not attached, unless it was before.
void startPython();
