/* Synchronous access to a port's asynEnum interface. Timeouts in seconds. */
#pragma once

#include <asynDriver.h>

#ifdef __cplusplus
extern "C" {
#endif

#define asynEnumSyncIOType "asynEnumSyncIO"
typedef struct asynEnumSyncIO {
    asynStatus (*connect)(const char *port, int addr, asynUser **ppasynUser, const char *drvInfo);
    asynStatus (*disconnect)(asynUser *pasynUser);
    asynStatus (*write)(asynUser *pasynUser, char *strings[], int values[], int severities[],
                        size_t nElements, double timeout);
    asynStatus (*read)(asynUser *pasynUser, char *strings[], int values[], int severities[],
                       size_t nElements, size_t *nIn, double timeout);
    asynStatus (*writeOnce)(const char *port, int addr, char *strings[], int values[],
                            int severities[], size_t nElements, double timeout,
                            const char *drvInfo);
    asynStatus (*readOnce)(const char *port, int addr, char *strings[], int values[],
                           int severities[], size_t nElements, size_t *nIn, double timeout,
                           const char *drvInfo);
} asynEnumSyncIO;
ASYN_API extern asynEnumSyncIO *pasynEnumSyncIO ASYN_LINK_NAME(pasynEnumSyncIO);

#ifdef __cplusplus
}
#endif
