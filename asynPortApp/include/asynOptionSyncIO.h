/* Synchronous access to a port's asynOption interface. Timeouts in seconds. */
#pragma once

#include <asynDriver.h>

#ifdef __cplusplus
extern "C" {
#endif

#define asynOptionSyncIOType "asynOptionSyncIO"
typedef struct asynOptionSyncIO {
    asynStatus (*connect)(const char *port, int addr, asynUser **ppasynUser, const char *drvInfo);
    asynStatus (*disconnect)(asynUser *pasynUser);
    asynStatus (*setOption)(asynUser *pasynUser, const char *key, const char *val, double timeout);
    asynStatus (*getOption)(asynUser *pasynUser, const char *key, char *val, int sizeval,
                            double timeout);
    asynStatus (*setOptionOnce)(const char *port, int addr, const char *key, const char *val,
                                double timeout, const char *drvInfo);
    asynStatus (*getOptionOnce)(const char *port, int addr, const char *key, char *val, int sizeval,
                                double timeout, const char *drvInfo);
} asynOptionSyncIO;
ASYN_API extern asynOptionSyncIO *pasynOptionSyncIO ASYN_LINK_NAME(pasynOptionSyncIO);

#ifdef __cplusplus
}
#endif
