// What the pasynXxxBase tables have in common: methods for those that a driver left NULL, and the
// registration of interrupt clients. One template over the interface.
#pragma once

#include <cstring>

#include <asynDriver.h>
#include <epicsStdio.h>

#include "portManager.h"

namespace interfaceBase
{

inline asynStatus notSupported(asynUser *user, const char *interfaceType, const char *method)
{
    const char *port = "?";
    pasynManager->getPortName(user, &port);
    epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                  "port %s: %s is not supported on interface %s", port, method, interfaceType);
    return asynError;
}

template <typename Method> void fillIn(Method &method, Method standard)
{
    if (!method)
        method = standard;
}

// Interrupt is asynInt32Interrupt and the like; its type string is found through the clients' port.
template <typename Interrupt, typename Callback, const char *const &Type> struct Clients {
    static asynStatus add(void *, asynUser *user, Callback callback, void *userPvt,
                          void **registrarPvt)
    {
        return addPrepared(user, callback, userPvt, registrarPvt, [](Interrupt &) {});
    }

    template <typename Prepare> static asynStatus addPrepared(asynUser *user, Callback callback,
                                                              void *userPvt, void **registrarPvt,
                                                              Prepare prepare)
    {
        void *pvt = nullptr;
        asynStatus status = pasynManager->getInterruptPvt(user, Type, &pvt);
        if (status != asynSuccess)
            return status;
        auto *interrupt = new Interrupt{};
        // Callbacks write status and time into it, while the client works with its own.
        interrupt->pasynUser = portManager::duplicateForCallbacks(user);
        interrupt->callback = callback;
        interrupt->userPvt = userPvt;
        interrupt->addr = -1;
        pasynManager->getAddr(user, &interrupt->addr);
        prepare(*interrupt);
        interruptNode *node = pasynManager->createInterruptNode(pvt);
        node->drvPvt = interrupt;
        *registrarPvt = node;
        return pasynManager->addInterruptUser(user, node);
    }

    static asynStatus cancel(void *, asynUser *user, void *registrarPvt)
    {
        auto *node = static_cast<interruptNode *>(registrarPvt);
        auto *interrupt = static_cast<Interrupt *>(node->drvPvt);
        const asynStatus status = pasynManager->removeInterruptUser(user, node);
        if (status != asynSuccess)
            return status;
        // A callback that cancels itself is still being looked at by its caller: the driver reads
        // nothing of the interrupt after the callback has returned.
        node->drvPvt = nullptr; // a walk that is under way passes it by
        pasynManager->freeInterruptNode(user, node);
        pasynManager->freeAsynUser(interrupt->pasynUser);
        delete interrupt;
        return asynSuccess;
    }
};

} // namespace interfaceBase
