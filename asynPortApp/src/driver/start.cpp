// The first callbacks: when the IOC begins to accept interrupts, every list of every driver is
// called once, with what was set until then. And once more when it goes on after a pause.
#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "common/epicsEntry.h"
#include "driver/driverState.h"
#include "manager/portManager.h"

#include <errlog.h>
#include <initHooks.h>

namespace
{

struct Starters {
    std::mutex mutex; // guards all of it; not held while a driver is called
    std::condition_variable idle;
    std::vector<asynPortDriver *> drivers;
    asynPortDriver *calling = nullptr;
    std::thread::id caller;
    bool hooked = false;
    bool started = false; // the first callbacks have been made; by the thread of the hooks
};

Starters &starters()
{
    static auto *all = new Starters; // never destroyed: drivers may outlive static destructors
    return *all;
}

void callLists(asynPortDriver &driver)
{
    try {
        DriverLock lock(driver);
        if (lock.status() != asynSuccess)
            return;
        for (int addr = 0; addr < driver.maxAddr; ++addr)
            driver.callParamCallbacks(addr, addr);
    } catch (const std::exception &error) {
        errlogPrintf("port %s: the first callbacks ended by a C++ exception: %s\n", driver.portName,
                     error.what());
    } catch (...) {
        errlogPrintf("port %s: the first callbacks ended by a C++ exception\n", driver.portName);
    }
}

void callAll()
{
    Starters &all = starters();
    std::unique_lock<std::mutex> guard(all.mutex);
    const std::vector<asynPortDriver *> drivers = all.drivers;
    all.caller = std::this_thread::get_id();
    for (asynPortDriver *driver : drivers) {
        // One may have been deleted meanwhile.
        auto &known = all.drivers;
        if (std::find(known.begin(), known.end(), driver) == known.end())
            continue;
        // Its constructor runs in another thread, and so it has no clients yet.
        if (portManager::isHidden(driver->portName))
            continue;
        all.calling = driver;
        guard.unlock();
        callLists(*driver);
        guard.lock();
        all.calling = nullptr;
        all.idle.notify_all();
    }
}

void onInit(initHookState state)
{
    if (state == initHookAfterInterruptAccept) {
        starters().started = true;
        callAll();
    } else if (state == initHookAfterDatabaseRunning && starters().started) {
        callAll();
    } else if (state == initHookAfterShutdown) {
        starters().started = false;
        // A test database forgets its hooks; the next driver registers anew.
        std::lock_guard<std::mutex> guard(starters().mutex);
        starters().hooked = false;
    }
}

} // namespace

void rememberForStart(asynPortDriver &driver)
{
    Starters &all = starters();
    bool hook;
    {
        std::lock_guard<std::mutex> guard(all.mutex);
        all.drivers.push_back(&driver);
        hook = !all.hooked;
        all.hooked = true;
    }
    if (hook)
        initHookRegister(epicsEntry<onInit>);
}

void forgetForStart(asynPortDriver &driver)
{
    Starters &all = starters();
    std::unique_lock<std::mutex> guard(all.mutex);
    auto &known = all.drivers;
    known.erase(std::remove(known.begin(), known.end(), &driver), known.end());
    all.idle.wait(
        guard, [&] { return all.calling != &driver || all.caller == std::this_thread::get_id(); });
}
