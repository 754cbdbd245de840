// asynPythonDriver: the end of a port and of the process.
#include "port/asynPythonDriver.h"

#include <pthread.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "interpreter/pythonError.h"
#include "interpreter/threadFrames.h"
#include "port/exitWatchdog.h"

#include "../../../asynPortApp/src/common/epicsEntry.h"

#include <epicsExit.h>
#include <errlog.h>

namespace
{

constexpr double finishLimit = 7.0; // s, for everything Python does at the port's end
constexpr double endLimit = 2.0;    // s, for threads to leave an interpreter that is closed

// Set at the process's end: interpreters are then not taken down, since threads may run on.
std::atomic<bool> exiting{false};

// In exit(), before the destructors of static objects and what libraries have registered: Python
// code may run on in threads, under which nothing must be taken down.
void leaveProcess(int status, void *)
{
    fflush(stdout);
    fflush(stderr);
    _exit(status);
}

// EPICS may have given the calling thread a real-time priority, with which an endless loop of a
// driver would stop the threads that end the process.
void shareProcessor()
{
    const sched_param none{};
    pthread_setschedparam(pthread_self(), SCHED_OTHER, &none);
}

struct Drivers {
    epicsMutex making; // held while a driver is made, and to set exiting; outside mutex
    epicsMutex mutex;  // guards all, and each driver's finishing_
    std::vector<asynPythonDriver *> all;
};

Drivers &drivers()
{
    static auto *drivers = new Drivers; // never destroyed: ports may end after static destructors
    return *drivers;
}

} // namespace

asynPythonDriver::~asynPythonDriver()
{
    leave();
    if (interpreter_)
        endPython();
}

// Ends the Python code of all ports in parallel, so that it takes no longer than that of the
// slowest port. Each port waits for its own later.
void asynPythonDriver::endAll()
{
    {
        epicsGuard<epicsMutex> none(drivers().making);
        if (!exiting.exchange(true))
            on_exit(epicsEntry<leaveProcess>,
                    nullptr); // the last that is registered is called first
    }
    epicsGuard<epicsMutex> guard(drivers().mutex);
    for (asynPythonDriver *driver : drivers().all)
        driver->beginFinish();
}

bool asynPythonDriver::isKept()
{
    epicsGuard<epicsMutex> guard(drivers().mutex);
    const auto &all = drivers().all;
    return std::any_of(all.begin(), all.end(),
                       [](const asynPythonDriver *driver) { return driver->handle_->owner != 0; });
}

void asynPythonDriver::reportStuck()
{
    std::vector<std::pair<std::shared_ptr<PortHandle>, std::shared_ptr<Interpreter>>> locked;
    {
        epicsGuard<epicsMutex> guard(drivers().mutex);
        for (asynPythonDriver *driver : drivers().all)
            if (driver->handle_->owner && driver->interpreter_)
                locked.emplace_back(driver->handle_, driver->interpreter_);
    }
    for (const auto &[handle, interpreter] : locked) {
        fprintf(stderr, "port %s: a thread has not returned from it\n", handle->portName.c_str());
        Attach attached(*interpreter);
        if (attached)
            fprintf(stderr, "%s", threadStack(handle->owner).c_str());
    }
}

// A facility's executable has no other watchdog.
void asynPythonDriver::watchExit(void *)
{
    startExitWatchdog(exitLimit, 0, Watched::ports);
}

void asynPythonDriver::atExit(void *)
{
    watchExit(nullptr);
    endAll();
}

std::unique_lock<epicsMutex> asynPythonDriver::holdExit(const std::string &port)
{
    std::unique_lock<epicsMutex> held(drivers().making);
    if (exiting)
        throw std::runtime_error("port " + port + ": it is not made, since the process ends");
    return held;
}

// Later than that of the port, so that it is called earlier: asyn has one for each port. The first
// of them ends the Python of all.
void asynPythonDriver::callAtExit()
{
    errlogInit(0); // which has an exit handler, too: afterwards nobody prints
    epicsAtExit(epicsEntry<atExit>, nullptr);
}

void asynPythonDriver::rememberForExit()
{
    epicsGuard<epicsMutex> guard(drivers().mutex);
    drivers().all.push_back(this);
}

void asynPythonDriver::leave()
{
    {
        epicsGuard<epicsMutex> guard(drivers().mutex);
        auto &all = drivers().all;
        all.erase(std::remove(all.begin(), all.end(), this), all.end());
    }
    forgetForBinding(*this);
    handle_->closed = true;
    {
        PortGuard guard(handle_->lock);
        handle_->driver = nullptr;
    }
    handle_->announcements.finish(*handle_);
}

void asynPythonDriver::beginFinish()
{
    if (finishing_)
        return;
    // Runs on its own thread, so that a driver that hangs does not prevent the IOC from ending.
    finishing_ = std::make_unique<LimitedCall>(
        "pythonFinish", [interpreter = interpreter_, hooks = hooks_, name = handle_->portName] {
            shareProcessor();
            Attach attached(*interpreter);
            if (!attached || !hooks->binding)
                return;
            PyRef result(
                hooks->driver
                    ? PyObject_CallMethod(hooks->binding.get(), "finish", "O", hooks->driver.get())
                    : PyObject_CallMethod(hooks->binding.get(), "forget", nullptr));
            if (!result)
                logLines(interpreter->core(), "port " + name + ": shutdown: " + takeTraceback());
        });
}

void asynPythonDriver::finishPython()
{
    {
        epicsGuard<epicsMutex> guard(drivers().mutex);
        beginFinish();
    }
    if (finishing_->wait(finishLimit))
        return;
    errlogPrintf("port %s: shutdown() or an atexit handler has not returned within %g s and is "
                 "left behind\n",
                 portName, finishLimit);
    handle_->closed = true;
}

void asynPythonDriver::shutdownPortDriver()
{
    // Not twice: who deletes a driver may have shut it down.
    if (interpreter_ && needsShutdown())
        finishPython();
    if (exiting)
        errlogFlush(); // soon nobody prints what was logged
    leave();
    asynPortDriver::shutdownPortDriver();
}

void asynPythonDriver::endPython()
{
    struct Rest {
        std::shared_ptr<Interpreter> interpreter;
        std::shared_ptr<PythonHooks> hooks;
        std::vector<std::shared_ptr<ArrayValue>> arrays;
        std::string port;
    };
    auto *rest = new Rest{std::move(interpreter_), std::move(hooks_), {}, portName};
    for (const auto &each : parameters_)
        rest->arrays.push_back(std::move(each->array));
    if (exiting) {                                   // left as it is: threads may be in it
        static auto *left = new std::vector<Rest *>; // refers to it, or it would count as leaked
        epicsGuard<epicsMutex> guard(drivers().mutex);
        left->push_back(rest);
        return;
    }
    LimitedCall call("pythonEnd", [rest] {
        {
            Attach attached(*rest->interpreter);
            if (!attached)
                return;
            rest->arrays.clear();
            *rest->hooks = PythonHooks();
        }
        std::string reason;
        if (!rest->interpreter->end(endLimit, &reason))
            errlogPrintf("port %s: its interpreter is left behind: %s\n", rest->port.c_str(),
                         reason.c_str());
        delete rest;
    });
    if (!call.wait(finishLimit))
        errlogPrintf("port %s: the end of its interpreter takes longer than %g s and is not waited "
                     "for\n",
                     portName, finishLimit);
}
