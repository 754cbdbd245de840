// What the pasynXxxBase tables have in common: methods for those that a driver left NULL, and the
// registration of interrupt clients. One template over the interface.
#pragma once

#include <cstring>
#include <memory>
#include <utility>

#include <asynDriver.h>
#include <epicsStdio.h>

#include "common/callGate.h"
#include "manager/portManager.h"

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

// A client's callback behind a gate, so that whoever walks the list of clients, also a driver on
// its own, passes one by that has cancelled itself.
template <typename Callback> struct GatedCallback;
template <typename... Values> struct GatedCallback<void (*)(void *, asynUser *, Values...)> {
    void (*callback)(void *, asynUser *, Values...);
    void *userPvt;
    CallGate gate;

    static void call(void *pvt, asynUser *user, Values... values)
    {
        auto &self = *static_cast<GatedCallback *>(pvt);
        const CallGate::Pass pass(self.gate);
        if (pass)
            self.callback(self.userPvt, user, values...);
    }
};

// The callback and the userPvt that a client of the list has registered; a driver may have put it
// there on its own. Interrupt is asynInt32Interrupt and the like.
template <typename Interrupt> auto registered(const Interrupt &client)
{
    using Gated = GatedCallback<decltype(client.callback)>;
    if (client.callback != Gated::call)
        return std::make_pair(client.callback, client.userPvt);
    const auto &gated = *static_cast<const Gated *>(client.userPvt);
    return std::make_pair(gated.callback, gated.userPvt);
}

// A client's entry in the list; Interrupt is asynInt32Interrupt and the like.
template <typename Interrupt, typename Callback> struct Registered {
    Interrupt interrupt{}; // first: what those who walk the list know of it
    GatedCallback<Callback> gated;

    Registered(asynUser *user, Callback callback, void *userPvt) : gated{callback, userPvt, {}}
    {
        // Callbacks write status and time into it, while the client works with its own.
        interrupt.pasynUser = portManager::duplicateForCallbacks(user);
        interrupt.callback = GatedCallback<Callback>::call;
        interrupt.userPvt = &gated;
        interrupt.addr = -1;
        pasynManager->getAddr(user, &interrupt.addr);
    }
    ~Registered() { pasynManager->freeAsynUser(interrupt.pasynUser); }
    Registered(const Registered &) = delete;
    Registered &operator=(const Registered &) = delete;
};

// The type string of an Interrupt is found through the clients' port.
template <typename Interrupt, typename Callback, const char *const &Type> struct Clients {
    using Client = Registered<Interrupt, Callback>;

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
        const auto client = std::make_shared<Client>(user, callback, userPvt);
        prepare(client->interrupt);
        interruptNode *node = pasynManager->createInterruptNode(pvt);
        node->drvPvt = client.get();
        portManager::keepWithNode(node, client, cancel);
        *registrarPvt = node;
        return pasynManager->addInterruptUser(user, node);
    }

    // Afterwards no other thread is in the callback, and nobody will be. Who walks the list may
    // still look at what is in it: that goes with the node.
    static asynStatus cancel(void *, asynUser *user, void *registrarPvt)
    {
        auto *node = static_cast<interruptNode *>(registrarPvt);
        const asynStatus status = pasynManager->removeInterruptUser(user, node);
        if (status != asynSuccess)
            return status;
        static_cast<Client *>(node->drvPvt)->gated.gate.close();
        return pasynManager->freeInterruptNode(user, node);
    }
};

} // namespace interfaceBase
