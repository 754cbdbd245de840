/* The asynGenericPointer interface: a pointer whose meaning the driver and the client agree on. */
#pragma once

#include <asynDriver.h>
#include <epicsTypes.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef void (*interruptCallbackGenericPointer)(void *userPvt, asynUser *pasynUser, void *pointer);
typedef struct asynGenericPointerInterrupt {
    asynUser *pasynUser;
    int addr;
    interruptCallbackGenericPointer callback;
    void *userPvt;
} asynGenericPointerInterrupt;

#define asynGenericPointerType "asynGenericPointer"
typedef struct asynGenericPointer {
    asynStatus (*write)(void *drvPvt, asynUser *pasynUser, void *pointer);
    asynStatus (*read)(void *drvPvt, asynUser *pasynUser, void *pointer);
    asynStatus (*registerInterruptUser)(void *drvPvt, asynUser *pasynUser,
                                        interruptCallbackGenericPointer callback, void *userPvt,
                                        void **registrarPvt);
    asynStatus (*cancelInterruptUser)(void *drvPvt, asynUser *pasynUser, void *registrarPvt);
} asynGenericPointer;

/* Fills in what a driver left NULL and registers the interface. */
#define asynGenericPointerBaseType "asynGenericPointerBase"
typedef struct asynGenericPointerBase {
    asynStatus (*initialize)(const char *portName, asynInterface *pasynInterface);
} asynGenericPointerBase;
ASYN_API extern asynGenericPointerBase *
    pasynGenericPointerBase ASYN_LINK_NAME(pasynGenericPointerBase);

#ifdef __cplusplus
}
#endif
