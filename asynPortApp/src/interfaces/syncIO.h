// What all SyncIO tables do: connect by names, call one method of the interface at the port's turn.
#pragma once

#include <exception>

#include <asynDriver.h>
#include <asynDrvUser.h>

#include "common/portUser.h"
#include "manager/portManager.h"

namespace syncIO
{

asynStatus disconnect(asynUser *user);

// connect for an interface. userPvt of the asynUser holds the asynDrvUser interface that its
// drvInfo was given to, or NULL.
asynStatus connectTo(const char *interfaceType, const char *port, int addr, asynUser **user,
                     const char *drvInfo);

// What a client is told when a driver throws.
asynStatus threw(asynUser *user, const char *what);

template <typename Interface, const char *const &Type> struct Io {
    static asynStatus connect(const char *port, int addr, asynUser **user, const char *drvInfo)
    {
        return connectTo(Type, port, addr, user, drvInfo);
    }

    template <typename Method, typename... Arguments>
    static asynStatus call(asynUser *user, double timeout, Method method, Arguments... arguments)
    {
        user->timeout = timeout;
        const PortTurn turn(user);
        return turn.status() == asynSuccess ? invoke(user, method, arguments...) : turn.status();
    }

    // For what is done before a port is connected: connecting itself, and its terminators.
    template <typename Method, typename... Arguments>
    static asynStatus callLocked(asynUser *user, Method method, Arguments... arguments)
    {
        const PortLock lock(user);
        return lock.status() == asynSuccess ? invoke(user, method, arguments...) : lock.status();
    }

    template <typename Work>
    static asynStatus with(const char *port, int addr, const char *drvInfo, Work work)
    {
        asynUser *user = nullptr;
        asynStatus status = connect(port, addr, &user, drvInfo);
        if (status == asynSuccess)
            status = work(user);
        if (user)
            syncIO::disconnect(user);
        return status;
    }

    template <typename Method, typename... Arguments>
    static asynStatus once(const char *port, int addr, const char *drvInfo, double timeout,
                           Method method, Arguments... arguments)
    {
        return with(port, addr, drvInfo,
                    [=](asynUser *user) { return call(user, timeout, method, arguments...); });
    }

  private:
    template <typename Method, typename... Arguments>
    static asynStatus invoke(asynUser *user, Method method, Arguments... arguments)
    {
        // At each call: the port may have been shut down, or an interface interposed.
        asynInterface *interface = portManager::findInterfaceLocked(user, Type);
        if (!interface)
            return asynError;
        auto *table = static_cast<Interface *>(interface->pinterface);
        // Drivers that are no asynPortDriver let out what they throw; the port is to be unlocked.
        try {
            return (table->*method)(interface->drvPvt, user, arguments...);
        } catch (const std::exception &error) {
            return threw(user, error.what());
        } catch (...) {
            return threw(user, "not a std::exception");
        }
    }
};

} // namespace syncIO
