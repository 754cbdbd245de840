/* Synchronous access to a port's asynCommon interface. */
#pragma once

#include <asynDriver.h>

#ifdef __cplusplus
extern "C" {
#endif

#define asynCommonSyncIOType "asynCommonSyncIO"
typedef struct asynCommonSyncIO {
    asynStatus (*connect)(const char *port, int addr, asynUser **ppasynUser, const char *drvInfo);
    asynStatus (*disconnect)(asynUser *pasynUser);
    asynStatus (*connectDevice)(asynUser *pasynUser);
    asynStatus (*disconnectDevice)(asynUser *pasynUser);
    asynStatus (*report)(asynUser *pasynUser, FILE *fd, int details);
} asynCommonSyncIO;
ASYN_API extern asynCommonSyncIO *pasynCommonSyncIO ASYN_LINK_NAME(pasynCommonSyncIO);

#ifdef __cplusplus
}
#endif
