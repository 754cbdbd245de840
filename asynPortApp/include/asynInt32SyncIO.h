/* Synchronous access to a port's asynInt32 interface. Timeouts in seconds. */
#pragma once

#include <asynDriver.h>
#include <epicsTypes.h>

#ifdef __cplusplus
extern "C" {
#endif

#define asynInt32SyncIOType "asynInt32SyncIO"
typedef struct asynInt32SyncIO {
    asynStatus (*connect)(const char *port, int addr, asynUser **ppasynUser, const char *drvInfo);
    asynStatus (*disconnect)(asynUser *pasynUser);
    asynStatus (*write)(asynUser *pasynUser, epicsInt32 value, double timeout);
    asynStatus (*read)(asynUser *pasynUser, epicsInt32 *pvalue, double timeout);
    asynStatus (*getBounds)(asynUser *pasynUser, epicsInt32 *plow, epicsInt32 *phigh);
    asynStatus (*writeOnce)(const char *port, int addr, epicsInt32 value, double timeout,
                            const char *drvInfo);
    asynStatus (*readOnce)(const char *port, int addr, epicsInt32 *pvalue, double timeout,
                           const char *drvInfo);
    asynStatus (*getBoundsOnce)(const char *port, int addr, epicsInt32 *plow, epicsInt32 *phigh,
                                const char *drvInfo);
} asynInt32SyncIO;
ASYN_API extern asynInt32SyncIO *pasynInt32SyncIO ASYN_LINK_NAME(pasynInt32SyncIO);

#ifdef __cplusplus
}
#endif
