/* The asynEnum interface: the choices (string, value, severity) of a parameter. */
#pragma once

#include <asynDriver.h>
#include <epicsTypes.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef void (*interruptCallbackEnum)(void *userPvt, asynUser *pasynUser, char *strings[],
                                      int values[], int severities[], size_t nelements);
typedef struct asynEnumInterrupt {
    asynUser *pasynUser;
    int addr;
    interruptCallbackEnum callback;
    void *userPvt;
} asynEnumInterrupt;

/* read() stores strings in strings[] that it allocates with malloc; the caller frees them. If an
 * entry is not NULL before the call, the driver frees it first. */
#define asynEnumType "asynEnum"
typedef struct asynEnum {
    asynStatus (*write)(void *drvPvt, asynUser *pasynUser, char *strings[], int values[],
                        int severities[], size_t nelements);
    asynStatus (*read)(void *drvPvt, asynUser *pasynUser, char *strings[], int values[],
                       int severities[], size_t nelements, size_t *nIn);
    asynStatus (*registerInterruptUser)(void *drvPvt, asynUser *pasynUser,
                                        interruptCallbackEnum callback, void *userPvt,
                                        void **registrarPvt);
    asynStatus (*cancelInterruptUser)(void *drvPvt, asynUser *pasynUser, void *registrarPvt);
} asynEnum;

/* Fills in what a driver left NULL and registers the interface. */
#define asynEnumBaseType "asynEnumBase"
typedef struct asynEnumBase {
    asynStatus (*initialize)(const char *portName, asynInterface *pasynInterface);
} asynEnumBase;
ASYN_API extern asynEnumBase *pasynEnumBase ASYN_LINK_NAME(pasynEnumBase);

#ifdef __cplusplus
}
#endif
