// asynLockPortNotify: a driver that is told when its port is locked and unlocked.
#pragma once

#include "portManager.h"

namespace portManager
{

// Port::sync held. The driver may refuse the lock, which the caller then gives back.
inline asynStatus notifyLocked(Port &port, asynUser *user)
{
    const asynInterface *notify = port.lockNotify;
    return notify
               ? static_cast<asynLockPortNotify *>(notify->pinterface)->lock(notify->drvPvt, user)
               : asynSuccess;
}

// The user is NULL where a request's callback may have freed its own: the driver gets another one.
inline void notifyUnlocking(Port &port, asynUser *user)
{
    const asynInterface *notify = port.lockNotify;
    if (!notify)
        return;
    asynUser *used = user ? user : createAsynUser(nullptr, nullptr);
    if (!user)
        User::of(used).device = port.refer(port.self);
    static_cast<asynLockPortNotify *>(notify->pinterface)->unlock(notify->drvPvt, used);
    if (!user)
        freeAsynUser(used);
}

} // namespace portManager
