/* The asynInt32 interface: one epicsInt32 per parameter. */
#pragma once

#include <asynDriver.h>
#include <epicsTypes.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef void (*interruptCallbackInt32)(void *userPvt, asynUser *pasynUser, epicsInt32 data);
typedef struct asynInt32Interrupt {
    int addr;
    asynUser *pasynUser;
    interruptCallbackInt32 callback;
    void *userPvt;
} asynInt32Interrupt;

#define asynInt32Type "asynInt32"
typedef struct asynInt32 {
    asynStatus (*write)(void *drvPvt, asynUser *pasynUser, epicsInt32 value);
    asynStatus (*read)(void *drvPvt, asynUser *pasynUser, epicsInt32 *value);
    asynStatus (*getBounds)(void *drvPvt, asynUser *pasynUser, epicsInt32 *low, epicsInt32 *high);
    asynStatus (*registerInterruptUser)(void *drvPvt, asynUser *pasynUser,
                                        interruptCallbackInt32 callback, void *userPvt,
                                        void **registrarPvt);
    asynStatus (*cancelInterruptUser)(void *drvPvt, asynUser *pasynUser, void *registrarPvt);
} asynInt32;

/* Fills in what a driver left NULL and registers the interface. */
#define asynInt32BaseType "asynInt32Base"
typedef struct asynInt32Base {
    asynStatus (*initialize)(const char *portName, asynInterface *pasynInterface);
} asynInt32Base;
ASYN_API extern asynInt32Base *pasynInt32Base ASYN_LINK_NAME(pasynInt32Base);

#ifdef __cplusplus
}
#endif
