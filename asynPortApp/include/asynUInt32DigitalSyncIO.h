/* Synchronous access to a port's asynUInt32Digital interface. Timeouts in seconds. */
#pragma once

#include <asynUInt32Digital.h>

#ifdef __cplusplus
extern "C" {
#endif

#define asynUInt32DigitalSyncIOType "asynUInt32DigitalSyncIO"
typedef struct asynUInt32DigitalSyncIO {
    asynStatus (*connect)(const char *port, int addr, asynUser **ppasynUser, const char *drvInfo);
    asynStatus (*disconnect)(asynUser *pasynUser);
    asynStatus (*write)(asynUser *pasynUser, epicsUInt32 value, epicsUInt32 mask, double timeout);
    asynStatus (*read)(asynUser *pasynUser, epicsUInt32 *pvalue, epicsUInt32 mask, double timeout);
    asynStatus (*setInterrupt)(asynUser *pasynUser, epicsUInt32 mask, interruptReason reason,
                               double timeout);
    asynStatus (*clearInterrupt)(asynUser *pasynUser, epicsUInt32 mask, double timeout);
    asynStatus (*getInterrupt)(asynUser *pasynUser, epicsUInt32 *mask, interruptReason reason,
                               double timeout);
    asynStatus (*writeOnce)(const char *port, int addr, epicsUInt32 value, epicsUInt32 mask,
                            double timeout, const char *drvInfo);
    asynStatus (*readOnce)(const char *port, int addr, epicsUInt32 *pvalue, epicsUInt32 mask,
                           double timeout, const char *drvInfo);
    asynStatus (*setInterruptOnce)(const char *port, int addr, epicsUInt32 mask,
                                   interruptReason reason, double timeout, const char *drvInfo);
    asynStatus (*clearInterruptOnce)(const char *port, int addr, epicsUInt32 mask, double timeout,
                                     const char *drvInfo);
    asynStatus (*getInterruptOnce)(const char *port, int addr, epicsUInt32 *mask,
                                   interruptReason reason, double timeout, const char *drvInfo);
} asynUInt32DigitalSyncIO;
ASYN_API extern asynUInt32DigitalSyncIO *
    pasynUInt32DigitalSyncIO ASYN_LINK_NAME(pasynUInt32DigitalSyncIO);

#ifdef __cplusplus
}
#endif
