/* The asynDrvUser interface: turns a link's drvInfo string into asynUser.reason. */
#pragma once

#include <asynDriver.h>

#ifdef __cplusplus
extern "C" {
#endif

/* May be called from any thread, without queueRequest. */
#define asynDrvUserType "asynDrvUser"
typedef struct asynDrvUser {
    asynStatus (*create)(void *drvPvt, asynUser *pasynUser, const char *drvInfo,
                         const char **pptypeName, size_t *psize);
    asynStatus (*getType)(void *drvPvt, asynUser *pasynUser, const char **pptypeName,
                          size_t *psize);
    asynStatus (*destroy)(void *drvPvt, asynUser *pasynUser);
} asynDrvUser;

#ifdef __cplusplus
}
#endif
