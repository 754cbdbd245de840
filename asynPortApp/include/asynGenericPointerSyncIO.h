/* Synchronous access to a port's asynGenericPointer interface. Timeouts in seconds. */
#pragma once

#include <asynDriver.h>

#ifdef __cplusplus
extern "C" {
#endif

#define asynGenericPointerSyncIOType "asynGenericPointerSyncIO"
typedef struct asynGenericPointerSyncIO {
    asynStatus (*connect)(const char *port, int addr, asynUser **ppasynUser, const char *drvInfo);
    asynStatus (*disconnect)(asynUser *pasynUser);
    asynStatus (*write)(asynUser *pasynUser, void *pvalue, double timeout);
    asynStatus (*read)(asynUser *pasynUser, void *pvalue, double timeout);
    asynStatus (*writeRead)(asynUser *pasynUser, void *pwrite_buffer, void *pread_buffer,
                            double timeout);
    asynStatus (*writeOnce)(const char *port, int addr, void *pvalue, double timeout,
                            const char *drvInfo);
    asynStatus (*readOnce)(const char *port, int addr, void *pvalue, double timeout,
                           const char *drvInfo);
    asynStatus (*writeReadOnce)(const char *port, int addr, void *pwrite_buffer, void *pread_buffer,
                                double timeout, const char *drvInfo);
} asynGenericPointerSyncIO;
ASYN_API extern asynGenericPointerSyncIO *
    pasynGenericPointerSyncIO ASYN_LINK_NAME(pasynGenericPointerSyncIO);

#ifdef __cplusplus
}
#endif
