// A call on a thread of its own that is waited for no longer than a limit: what may hang.
#pragma once

#include <functional>

// Runs work on a new EPICS thread of that name. False when it has not returned within limit
// seconds; it then goes on, so that it owns what it needs. Exceptions are logged under the thread's
// name.
bool callLimited(const char *name, double limit, std::function<void()> work);
