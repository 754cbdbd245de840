// Ends the process if its exit handlers take too long, and prints which ports are locked and why.
#pragma once

#define ASYNPYTHON_API __attribute__((visibility("default")))

// s, for everything at the process's end
constexpr double exitLimit = 9.0;

// Gives the exit handlers limit seconds. After that, ends the process with code, or with 1 if code
// is negative. Only the first call has an effect. May be called on any thread.
enum class Watched { process, ports }; // ports: only if one of these is kept it ends the process
ASYNPYTHON_API void startExitWatchdog(double limit, int code,
                                      Watched what = Watched::process) noexcept;

// Reports that the exit handlers have returned. The process should end soon afterwards; otherwise
// the watchdog ends it. If code is negative the watchdog does not, so that Python may take its
// time.
ASYNPYTHON_API void exitHandlersReturned() noexcept;
