// Starts Python in a process that is not `python`.
#pragma once

// Starts Python if it is not running. Throws std::runtime_error. May be called on any thread. On
// return the calling thread is detached, unless it was attached before.
void startPython();
