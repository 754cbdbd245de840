/* Synchronous access to a port's asynInt64 interface. Timeouts in seconds. */
#pragma once

#include <asynDriver.h>
#include <epicsTypes.h>

#ifdef __cplusplus
extern "C" {
#endif

#define asynInt64SyncIOType "asynInt64SyncIO"
typedef struct asynInt64SyncIO {
    asynStatus (*connect)(const char *port, int addr, asynUser **ppasynUser, const char *drvInfo);
    asynStatus (*disconnect)(asynUser *pasynUser);
    asynStatus (*write)(asynUser *pasynUser, epicsInt64 value, double timeout);
    asynStatus (*read)(asynUser *pasynUser, epicsInt64 *pvalue, double timeout);
    asynStatus (*getBounds)(asynUser *pasynUser, epicsInt64 *plow, epicsInt64 *phigh);
    asynStatus (*writeOnce)(const char *port, int addr, epicsInt64 value, double timeout,
                            const char *drvInfo);
    asynStatus (*readOnce)(const char *port, int addr, epicsInt64 *pvalue, double timeout,
                           const char *drvInfo);
    asynStatus (*getBoundsOnce)(const char *port, int addr, epicsInt64 *plow, epicsInt64 *phigh,
                                const char *drvInfo);
} asynInt64SyncIO;
ASYN_API extern asynInt64SyncIO *pasynInt64SyncIO ASYN_LINK_NAME(pasynInt64SyncIO);

#ifdef __cplusplus
}
#endif
