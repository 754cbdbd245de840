// iocInit and its halves, and the end of a process in which one of them may be under way.
#include <atomic>

#include <dbAccess.h>
#include <epicsExit.h>
#include <epicsStdio.h>
#include <epicsThread.h>
#include <errlog.h>
#include <initHooks.h>
#include <iocInit.h>
#include <iocsh.h>

#include "host/host.h"
#include "port/exitWatchdog.h"

#include "../../../asynPortApp/src/common/epicsEntry.h"

Databases &waitingDatabases()
{
    static auto *waiting = new Databases;
    return *waiting;
}

namespace
{

// Half of iocInit is under way: the exit handlers of what it starts would find half of it.
std::atomic<bool> initialising{false};
std::atomic<bool> ending{false}; // the exit handlers are about to be called

void noteInit(initHookState state)
{
    if (state == initHookAtIocBuild || state == initHookAtIocRun) {
        initialising = true;
        if (ending && state == initHookAtIocBuild) {
            initialising = false;
            for (;;) // the shell's thread; the process ends without it
                epicsThreadSleep(1000.0);
        }
    } else if (state == initHookAfterIocBuilt || state == initHookAfterIocRunning)
        initialising = false;
}

// The watchdog ends it where iocInit does not.
void awaitInit()
{
    do {
        while (initialising)
            epicsThreadSleep(0.01);
        if (getIocState() != iocBuilt)
            return;
        epicsThreadSleep(0.1); // its other half follows at once, unless the script has iocBuild
    } while (initialising);
}

// A step of iocInit that fails does not come to the hook at its end.
template <int (*Step)()> int attempt()
{
    const int status = Step();
    initialising = false;
    return status;
}

// Those that are loaded wait no longer.
bool loadWaiting()
{
    Databases &waiting = waitingDatabases();
    while (!waiting.empty()) {
        if (dbLoadRecords(waiting.front().first.c_str(), waiting.front().second.c_str()))
            return false;
        waiting.erase(waiting.begin());
    }
    return true;
}

template <int (*Step)()> void attemptCommand(const iocshArgBuf *)
{
    iocshSetError(loadWaiting() ? attempt<Step>() : 1);
}

const iocshFuncDef initDefinition = {"iocInit", 0, nullptr,
                                     "Initialises the records, and starts the IOC.\n"};
const iocshFuncDef buildDefinition = {"iocBuild", 0, nullptr, "The first half of iocInit.\n"};
const iocshFuncDef runDefinition = {"iocRun", 0, nullptr,
                                    "The second half of iocInit, or the end of a pause.\n"};

} // namespace

int initialise()
{
    return attempt<iocInit>();
}

void registerInitCommands()
{
    iocshRegister(&initDefinition, epicsEntry<attemptCommand<iocInit>>);
    iocshRegister(&buildDefinition, epicsEntry<attemptCommand<iocBuild>>);
    iocshRegister(&runDefinition, epicsEntry<attemptCommand<iocRun>>);
    // The last hook, so that it is called when all others have been.
    initHookRegister(epicsEntry<noteInit>);
}

void shutDownIoc(double limit, int code)
{
    startExitWatchdog(limit, code);
    ending = true;
    awaitInit();
    epicsExitCallAtExits();
    errlogFlush();
    // Not all streams: the shell's thread may be waiting for input with stdin locked.
    fflush(stdout);
    fflush(stderr);
    exitHandlersReturned();
}
