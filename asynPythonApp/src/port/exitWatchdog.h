// Ends the process when its exit handlers take too long, and prints what keeps the ports.
#pragma once

#define ASYNPYTHON_API __attribute__((visibility("default")))

// s, for everything at the process's end
constexpr double exitLimit = 9.0;

// From now on the exit handlers have limit seconds, then the process ends with the code, or with 1
// where that is less than 0. The first call counts. Any thread.
enum class Watched { process, ports }; // ports: only if one of these is kept it ends the process
ASYNPYTHON_API void startExitWatchdog(double limit, int code,
                                      Watched what = Watched::process) noexcept;

// They have returned: what follows is short, and ends the process. Where it does not the watchdog
// does, unless the code is less than 0: then Python may take its time.
ASYNPYTHON_API void exitHandlersReturned() noexcept;
