/* All standard interfaces of one port, registered by one call. */
#pragma once

#include <asynDriver.h>
#include <asynDrvUser.h>
#include <asynEnum.h>
#include <asynFloat32Array.h>
#include <asynFloat64.h>
#include <asynFloat64Array.h>
#include <asynGenericPointer.h>
#include <asynInt16Array.h>
#include <asynInt32.h>
#include <asynInt32Array.h>
#include <asynInt64.h>
#include <asynInt64Array.h>
#include <asynInt8Array.h>
#include <asynOctet.h>
#include <asynOption.h>
#include <asynUInt32Digital.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct asynStandardInterfaces {
    asynInterface common;
    asynInterface drvUser;
    asynInterface option;

    asynInterface octet;
    int octetProcessEosIn;
    int octetProcessEosOut;
    int octetInterruptProcess;
    int octetCanInterrupt;
    void *octetInterruptPvt;

    asynInterface uInt32Digital;
    int uInt32DigitalCanInterrupt;
    void *uInt32DigitalInterruptPvt;

    asynInterface int32;
    int int32CanInterrupt;
    void *int32InterruptPvt;

    asynInterface int64;
    int int64CanInterrupt;
    void *int64InterruptPvt;

    asynInterface float64;
    int float64CanInterrupt;
    void *float64InterruptPvt;

    asynInterface int8Array;
    int int8ArrayCanInterrupt;
    void *int8ArrayInterruptPvt;

    asynInterface int16Array;
    int int16ArrayCanInterrupt;
    void *int16ArrayInterruptPvt;

    asynInterface int32Array;
    int int32ArrayCanInterrupt;
    void *int32ArrayInterruptPvt;

    asynInterface int64Array;
    int int64ArrayCanInterrupt;
    void *int64ArrayInterruptPvt;

    asynInterface float32Array;
    int float32ArrayCanInterrupt;
    void *float32ArrayInterruptPvt;

    asynInterface float64Array;
    int float64ArrayCanInterrupt;
    void *float64ArrayInterruptPvt;

    asynInterface genericPointer;
    int genericPointerCanInterrupt;
    void *genericPointerInterruptPvt;

    asynInterface Enum;
    int enumCanInterrupt;
    void *enumInterruptPvt;
} asynStandardInterfaces;

/* Registers every interface whose pinterface is set, and its interrupt source if requested. */
typedef struct asynStandardInterfacesBase {
    asynStatus (*initialize)(const char *portName, asynStandardInterfaces *pInterfaces,
                             asynUser *pasynUser, void *pPvt);
} asynStandardInterfacesBase;
ASYN_API extern asynStandardInterfacesBase *
    pasynStandardInterfacesBase ASYN_LINK_NAME(pasynStandardInterfacesBase);

#ifdef __cplusplus
}
#endif
