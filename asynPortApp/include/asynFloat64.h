/* The asynFloat64 interface: one epicsFloat64 per parameter. */
#pragma once

#include <asynDriver.h>
#include <epicsTypes.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef void (*interruptCallbackFloat64)(void *userPvt, asynUser *pasynUser, epicsFloat64 data);
typedef struct asynFloat64Interrupt {
    asynUser *pasynUser;
    int addr;
    interruptCallbackFloat64 callback;
    void *userPvt;
} asynFloat64Interrupt;

#define asynFloat64Type "asynFloat64"
typedef struct asynFloat64 {
    asynStatus (*write)(void *drvPvt, asynUser *pasynUser, epicsFloat64 value);
    asynStatus (*read)(void *drvPvt, asynUser *pasynUser, epicsFloat64 *value);
    asynStatus (*registerInterruptUser)(void *drvPvt, asynUser *pasynUser,
                                        interruptCallbackFloat64 callback, void *userPvt,
                                        void **registrarPvt);
    asynStatus (*cancelInterruptUser)(void *drvPvt, asynUser *pasynUser, void *registrarPvt);
} asynFloat64;

/* Fills in what a driver left NULL and registers the interface. */
#define asynFloat64BaseType "asynFloat64Base"
typedef struct asynFloat64Base {
    asynStatus (*initialize)(const char *portName, asynInterface *pasynInterface);
} asynFloat64Base;
ASYN_API extern asynFloat64Base *pasynFloat64Base ASYN_LINK_NAME(pasynFloat64Base);

#ifdef __cplusplus
}
#endif
