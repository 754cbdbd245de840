// How Python code waits for its port: whoever keeps the port may be waiting for that very code.
#pragma once

struct PortHandle;

enum class WhenClosed { giveUp, waitOn };

// Locks the port. After five seconds it prints where both threads are, and if all that time the
// other one has been in one wait that has no limit, it throws std::runtime_error. False, without
// the lock, if the port is shut down meanwhile and the caller gives up. Detached.
[[nodiscard]] bool lockFromPython(PortHandle &handle, WhenClosed whenClosed);
