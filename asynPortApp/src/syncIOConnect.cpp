#include <cstring>

#include "syncIO.h"

#include <epicsStdio.h>

namespace syncIO
{

// On failure the asynUser is kept, so that the caller can read its message and disconnect it.
asynStatus connectTo(const char *interfaceType, const char *port, int addr, asynUser **result,
                     const char *drvInfo)
{
    asynUser *user = pasynManager->createAsynUser(nullptr, nullptr);
    *result = user;
    const asynStatus status = pasynManager->connectDevice(user, port, addr);
    if (status != asynSuccess)
        return status;
    if (!pasynManager->findInterface(user, interfaceType, 1))
        return asynError;
    if (!drvInfo || !*drvInfo)
        return asynSuccess;
    asynInterface *drvUser = pasynManager->findInterface(user, asynDrvUserType, 1);
    if (!drvUser) {
        epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                      "port %s takes no drvInfo (%s)", port, drvInfo);
        return asynError;
    }
    const asynStatus created = static_cast<asynDrvUser *>(drvUser->pinterface)
                                   ->create(drvUser->drvPvt, user, drvInfo, nullptr, nullptr);
    if (created == asynSuccess)
        user->userPvt = drvUser;
    return created;
}

asynStatus threw(asynUser *user, const char *what)
{
    const char *port = "?";
    pasynManager->getPortName(user, &port);
    return portManager::fail(user, asynError, "port %s: the driver threw a C++ exception: %s", port,
                             what);
}

asynStatus disconnect(asynUser *user)
{
    // An error here leaves nothing to be done: a driver that is gone has no use for the call.
    if (auto *drvUser = static_cast<asynInterface *>(user->userPvt))
        static_cast<asynDrvUser *>(drvUser->pinterface)->destroy(drvUser->drvPvt, user);
    pasynManager->disconnect(user);
    return pasynManager->freeAsynUser(user);
}

} // namespace syncIO
