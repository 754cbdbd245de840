#include "port/exitWatchdog.h"

#include <unistd.h>

#include <atomic>
#include <cstdio>

#include "interpreter/limitedCall.h"
#include "port/asynPythonDriver.h"

#include "../../../asynPortApp/src/common/epicsEntry.h"

#include <epicsEvent.h>
#include <epicsThread.h>

namespace
{

constexpr double patience = 2.0;    // s, before the ports' Python ends beside a handler that waits
constexpr double reportLimit = 0.8; // s
constexpr double lastLimit = 2.0;   // s, for the process's end after the handlers

struct Watchdog {
    const double limit;
    const int code;
    const Watched what;
    epicsEvent returned;
};

std::atomic<Watchdog *> started{nullptr}; // never freed

void watch(void *argument)
{
    Watchdog &watchdog = *static_cast<Watchdog *>(argument);
    bool returned = watchdog.returned.wait(patience);
    if (!returned) {
        // What waits for a record or a port may do so before the ports' own handlers are called.
        const LimitedCall pythonEnd("pythonEnd", asynPythonDriver::endAll);
        returned = watchdog.returned.wait(watchdog.limit - patience);
    }
    if (!returned && watchdog.what == Watched::ports && !asynPythonDriver::isKept())
        return; // others' handlers may take their time
    if (!returned) {
        fprintf(stderr, "the IOC did not shut down within %g s and is ended\n", watchdog.limit);
        LimitedCall("pythonStuck", asynPythonDriver::reportStuck).wait(reportLimit);
        _exit(watchdog.code < 0 ? 1 : watchdog.code);
    }
    if (watchdog.code < 0)
        return;
    epicsThreadSleep(lastLimit);
    fprintf(stderr, "a thread keeps Python's lock and does not let the process end; it is ended\n");
    _exit(watchdog.code);
}

} // namespace

void startExitWatchdog(double limit, int code, Watched what) noexcept
{
    static std::atomic<bool> once{false};
    if (once.exchange(true))
        return;
    // NOLINTNEXTLINE(bugprone-unhandled-exception-at-new): without memory the process ends here
    auto *watchdog = new Watchdog{limit, code, what, {}};
    started = watchdog;
    if (!epicsThreadCreate("exitWatchdog", epicsThreadPriorityHigh,
                           epicsThreadGetStackSize(epicsThreadStackMedium), epicsEntry<watch>,
                           watchdog))
        fprintf(stderr,
                "no thread can be started that ends the process if its exit handlers hang\n");
}

void exitHandlersReturned() noexcept
{
    if (Watchdog *watchdog = started)
        watchdog->returned.signal();
}
