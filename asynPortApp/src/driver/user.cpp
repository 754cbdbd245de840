// Whom a call is for: the address and the parameter that an asynUser stands for.
#include "driver/driverState.h"

#include <epicsStdio.h>

asynStatus asynPortDriver::getAddress(asynUser *pasynUser, int *address)
{
    *address = -1;
    pasynManager->getAddr(pasynUser, address);
    if (*address == -1)
        *address = 0; // a client of the port itself
    if (*address >= 0 && *address < maxAddr)
        return asynSuccess;
    epicsSnprintf(pasynUser->errorMessage, static_cast<size_t>(pasynUser->errorMessageSize),
                  "port %s: address %d is not one of 0 to %d", portName, *address, maxAddr - 1);
    asynPrint(pasynUser, ASYN_TRACE_ERROR, "%s\n", pasynUser->errorMessage);
    return asynError;
}

asynStatus asynPortDriver::parseAsynUser(asynUser *pasynUser, int *reason, int *address,
                                         const char **paramName)
{
    *reason = pasynUser->reason;
    asynStatus status = getAddress(pasynUser, address);
    if (status != asynSuccess)
        return status;
    status = getParamName(*address, *reason, paramName);
    if (status != asynSuccess)
        epicsSnprintf(pasynUser->errorMessage, static_cast<size_t>(pasynUser->errorMessageSize),
                      "port %s: there is no parameter %d at address %d", portName, *reason,
                      *address);
    return status;
}

asynStatus asynPortDriver::drvUserCreate(asynUser *pasynUser, const char *drvInfo,
                                         const char **pptypeName, size_t *psize)
{
    (void)pptypeName;
    (void)psize;
    int address, index;
    const asynStatus status = getAddress(pasynUser, &address);
    if (status != asynSuccess)
        return status;
    if (findParam(address, drvInfo, &index) != asynSuccess) {
        epicsSnprintf(pasynUser->errorMessage, static_cast<size_t>(pasynUser->errorMessageSize),
                      "port %s, address %d: there is no parameter \"%s\"", portName, address,
                      drvInfo ? drvInfo : "");
        return asynError;
    }
    pasynUser->reason = index;
    asynPrint(pasynUser, ASYN_TRACE_FLOW, "port %s, address %d: drvInfo \"%s\" is parameter %d\n",
              portName, address, drvInfo, index);
    return asynSuccess;
}

asynStatus asynPortDriver::drvUserGetType(asynUser *pasynUser, const char **pptypeName,
                                          size_t *psize)
{
    if (pptypeName)
        *pptypeName = nullptr;
    if (psize)
        *psize = 0;
    epicsSnprintf(pasynUser->errorMessage, static_cast<size_t>(pasynUser->errorMessageSize),
                  "port %s: parameters have no drvUser type", portName);
    return asynError;
}

asynStatus asynPortDriver::drvUserDestroy(asynUser *pasynUser)
{
    asynPrint(pasynUser, ASYN_TRACE_FLOW, "port %s: drvUserDestroy of parameter %d\n", portName,
              pasynUser->reason);
    return asynSuccess;
}
