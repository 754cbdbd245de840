// How Python code waits for its port: whoever keeps the port may be waiting for that very code.
#pragma once

struct PortHandle;

// Locks the port. After five seconds it prints where both threads are, and if all that time the
// other one has been in one wait that has no limit, it throws std::runtime_error. Detached.
void lockFromPython(PortHandle &handle);
