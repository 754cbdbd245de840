/* Synchronous access to a port's asynFloat64 interface. Timeouts in seconds. */
#pragma once

#include <asynDriver.h>
#include <epicsTypes.h>

#ifdef __cplusplus
extern "C" {
#endif

#define asynFloat64SyncIOType "asynFloat64SyncIO"
typedef struct asynFloat64SyncIO {
    asynStatus (*connect)(const char *port, int addr, asynUser **ppasynUser, const char *drvInfo);
    asynStatus (*disconnect)(asynUser *pasynUser);
    asynStatus (*write)(asynUser *pasynUser, epicsFloat64 value, double timeout);
    asynStatus (*read)(asynUser *pasynUser, epicsFloat64 *pvalue, double timeout);
    asynStatus (*writeOnce)(const char *port, int addr, epicsFloat64 value, double timeout,
                            const char *drvInfo);
    asynStatus (*readOnce)(const char *port, int addr, epicsFloat64 *pvalue, double timeout,
                           const char *drvInfo);
} asynFloat64SyncIO;
ASYN_API extern asynFloat64SyncIO *pasynFloat64SyncIO ASYN_LINK_NAME(pasynFloat64SyncIO);

#ifdef __cplusplus
}
#endif
