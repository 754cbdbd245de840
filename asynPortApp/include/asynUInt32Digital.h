/* The asynUInt32Digital interface: 32 bits per parameter, read and written under a mask. */
#pragma once

#include <asynDriver.h>
#include <epicsTypes.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum { interruptOnZeroToOne, interruptOnOneToZero, interruptOnBoth } interruptReason;

typedef void (*interruptCallbackUInt32Digital)(void *userPvt, asynUser *pasynUser,
                                               epicsUInt32 data);
typedef struct asynUInt32DigitalInterrupt {
    epicsUInt32 mask;
    int addr;
    asynUser *pasynUser;
    interruptCallbackUInt32Digital callback;
    void *userPvt;
} asynUInt32DigitalInterrupt;

#define asynUInt32DigitalType "asynUInt32Digital"
typedef struct asynUInt32Digital {
    asynStatus (*write)(void *drvPvt, asynUser *pasynUser, epicsUInt32 value, epicsUInt32 mask);
    asynStatus (*read)(void *drvPvt, asynUser *pasynUser, epicsUInt32 *value, epicsUInt32 mask);
    asynStatus (*setInterrupt)(void *drvPvt, asynUser *pasynUser, epicsUInt32 mask,
                               interruptReason reason);
    asynStatus (*clearInterrupt)(void *drvPvt, asynUser *pasynUser, epicsUInt32 mask);
    asynStatus (*getInterrupt)(void *drvPvt, asynUser *pasynUser, epicsUInt32 *mask,
                               interruptReason reason);
    asynStatus (*registerInterruptUser)(void *drvPvt, asynUser *pasynUser,
                                        interruptCallbackUInt32Digital callback, void *userPvt,
                                        epicsUInt32 mask, void **registrarPvt);
    asynStatus (*cancelInterruptUser)(void *drvPvt, asynUser *pasynUser, void *registrarPvt);
} asynUInt32Digital;

/* Fills in what a driver left NULL and registers the interface. */
#define asynUInt32DigitalBaseType "asynUInt32DigitalBase"
typedef struct asynUInt32DigitalBase {
    asynStatus (*initialize)(const char *portName, asynInterface *pasynInterface);
} asynUInt32DigitalBase;
ASYN_API extern asynUInt32DigitalBase *
    pasynUInt32DigitalBase ASYN_LINK_NAME(pasynUInt32DigitalBase);

#ifdef __cplusplus
}
#endif
