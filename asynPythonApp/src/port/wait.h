// Waits for the port on behalf of Python code. The thread that holds the port may itself be waiting
// for that code.
#pragma once

struct PortHandle;

enum class WhenClosed { giveUp, waitOn };

// Locks the port. After five seconds it prints where both threads are. If the other thread was in
// the same unlimited wait for all that time, it throws std::runtime_error. Returns false, without
// the lock, if the port is shut down meanwhile and the caller gives up. The caller is detached.
[[nodiscard]] bool lockFromPython(PortHandle &handle, WhenClosed whenClosed);
