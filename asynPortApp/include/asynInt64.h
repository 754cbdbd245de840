/* The asynInt64 interface: one epicsInt64 per parameter. */
#pragma once

#include <asynDriver.h>
#include <epicsTypes.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef void (*interruptCallbackInt64)(void *userPvt, asynUser *pasynUser, epicsInt64 data);
typedef struct asynInt64Interrupt {
    int addr;
    asynUser *pasynUser;
    interruptCallbackInt64 callback;
    void *userPvt;
} asynInt64Interrupt;

#define asynInt64Type "asynInt64"
typedef struct asynInt64 {
    asynStatus (*write)(void *drvPvt, asynUser *pasynUser, epicsInt64 value);
    asynStatus (*read)(void *drvPvt, asynUser *pasynUser, epicsInt64 *value);
    asynStatus (*getBounds)(void *drvPvt, asynUser *pasynUser, epicsInt64 *low, epicsInt64 *high);
    asynStatus (*registerInterruptUser)(void *drvPvt, asynUser *pasynUser,
                                        interruptCallbackInt64 callback, void *userPvt,
                                        void **registrarPvt);
    asynStatus (*cancelInterruptUser)(void *drvPvt, asynUser *pasynUser, void *registrarPvt);
} asynInt64;

/* Fills in what a driver left NULL and registers the interface. */
#define asynInt64BaseType "asynInt64Base"
typedef struct asynInt64Base {
    asynStatus (*initialize)(const char *portName, asynInterface *pasynInterface);
} asynInt64Base;
ASYN_API extern asynInt64Base *pasynInt64Base ASYN_LINK_NAME(pasynInt64Base);

#ifdef __cplusplus
}
#endif
