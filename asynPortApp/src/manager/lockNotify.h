// asynLockPortNotify: calls a driver when its port is locked and unlocked.
#pragma once

#include <exception>

#include <errlog.h>

#include "manager/port.h"

namespace portManager
{

// Call with Port::sync held. The driver may refuse the lock; the caller then unlocks it.
inline asynStatus notifyLocked(Port &port, asynUser *user)
{
    const asynInterface *notify = port.lockNotify;
    if (!notify)
        return asynSuccess;
    try {
        return static_cast<asynLockPortNotify *>(notify->pinterface)->lock(notify->drvPvt, user);
    } catch (const std::exception &error) {
        return fail(user, asynError, "port %s: its driver's lock threw a C++ exception: %s",
                    port.name.c_str(), error.what());
    } catch (...) {
        return fail(user, asynError, "port %s: its driver's lock threw a C++ exception",
                    port.name.c_str());
    }
}

// For a request: it runs even if the driver refuses the lock, as in asyn. Returns true if the
// driver must also be called for the unlock.
inline bool notifyOfRequest(Port &port, asynUser *user)
{
    const asynStatus status = notifyLocked(port, user);
    if (status != asynSuccess)
        asynPrint(user, ASYN_TRACE_ERROR,
                  "port %s: its driver refuses the lock for a request: %s\n", port.name.c_str(),
                  strStatus(status));
    return status == asynSuccess;
}

// Pass NULL for the user if a request's callback may have freed its asynUser. The driver then gets
// another asynUser.
inline void notifyUnlocking(Port &port, asynUser *user)
{
    const asynInterface *notify = port.lockNotify;
    if (!notify)
        return;
    asynUser *used = user ? user : createAsynUser(nullptr, nullptr);
    if (!user)
        User::of(used).device = port.refer(port.self);
    try {
        static_cast<asynLockPortNotify *>(notify->pinterface)->unlock(notify->drvPvt, used);
    } catch (const std::exception &error) {
        errlogPrintf("port %s: its driver's unlock threw a C++ exception: %s\n", port.name.c_str(),
                     error.what());
    } catch (...) {
        errlogPrintf("port %s: its driver's unlock threw a C++ exception\n", port.name.c_str());
    }
    if (!user)
        freeAsynUser(used);
}

} // namespace portManager
