// Handles SIGTERM, which by default ends a process without calling its exit handlers.
#pragma once

// Catches SIGTERM if the process has no handler of its own; returns false if it has one. A second
// SIGTERM ends the process immediately, and so does any SIGTERM to a forked child.
bool catchTermination() noexcept;

// Waits for the signal.
void awaitTermination() noexcept;
