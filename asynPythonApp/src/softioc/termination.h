// SIGTERM, which by default ends a process without its exit handlers.
#pragma once

// From now on a SIGTERM is waited for, where the process has no handler of its own; false where it
// has one. A second one ends the process at once, and so does one of a fork.
bool catchTermination() noexcept;

// Returns when the signal has come.
void awaitTermination() noexcept;
