#include <cstring>

#include "interfaces/syncIO.h"
#include "manager/portManager.h"

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
    asynInterface *drvUser = nullptr;
    const asynStatus created = portManager::createDrvUser(user, drvInfo, drvUser);
    if (created == asynSuccess && !drvUser) {
        epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                      "port %s takes no drvInfo (%s)", port, drvInfo);
        return asynError;
    }
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
    if (auto *drvUser = static_cast<asynInterface *>(user->userPvt))
        portManager::destroyDrvUser(user, drvUser);
    pasynManager->disconnect(user);
    return pasynManager->freeAsynUser(user);
}

} // namespace syncIO
