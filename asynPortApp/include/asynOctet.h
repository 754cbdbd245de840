/* The asynOctet interface: a string of bytes per parameter. */
#pragma once

#include <asynDriver.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Why a read ended: bits of eomReason. */
#define ASYN_EOM_CNT 0x0001 /* the requested count was reached */
#define ASYN_EOM_EOS 0x0002 /* the end-of-string terminator was found */
#define ASYN_EOM_END 0x0004 /* the device signalled the end */

typedef void (*interruptCallbackOctet)(void *userPvt, asynUser *pasynUser, char *data,
                                       size_t numchars, int eomReason);
typedef struct asynOctetInterrupt {
    asynUser *pasynUser;
    int addr;
    interruptCallbackOctet callback;
    void *userPvt;
} asynOctetInterrupt;

#define asynOctetType "asynOctet"
typedef struct asynOctet {
    asynStatus (*write)(void *drvPvt, asynUser *pasynUser, const char *data, size_t numchars,
                        size_t *nbytesTransferred);
    asynStatus (*read)(void *drvPvt, asynUser *pasynUser, char *data, size_t maxchars,
                       size_t *nbytesTransferred, int *eomReason);
    asynStatus (*flush)(void *drvPvt, asynUser *pasynUser);
    asynStatus (*registerInterruptUser)(void *drvPvt, asynUser *pasynUser,
                                        interruptCallbackOctet callback, void *userPvt,
                                        void **registrarPvt);
    asynStatus (*cancelInterruptUser)(void *drvPvt, asynUser *pasynUser, void *registrarPvt);
    asynStatus (*setInputEos)(void *drvPvt, asynUser *pasynUser, const char *eos, int eoslen);
    asynStatus (*getInputEos)(void *drvPvt, asynUser *pasynUser, char *eos, int eossize,
                              int *eoslen);
    asynStatus (*setOutputEos)(void *drvPvt, asynUser *pasynUser, const char *eos, int eoslen);
    asynStatus (*getOutputEos)(void *drvPvt, asynUser *pasynUser, char *eos, int eossize,
                               int *eoslen);
} asynOctet;

/* Fills in what a driver left NULL and registers the interface. */
#define asynOctetBaseType "asynOctetBase"
typedef struct asynOctetBase {
    asynStatus (*initialize)(const char *portName, asynInterface *pasynOctetInterface,
                             int processEosIn, int processEosOut, int interruptProcess);
    void (*callInterruptUsers)(asynUser *pasynUser, void *pasynPvt, char *data,
                               size_t *nbytesTransferred, int *eomReason);
} asynOctetBase;
ASYN_API extern asynOctetBase *pasynOctetBase ASYN_LINK_NAME(pasynOctetBase);

#ifdef __cplusplus
}
#endif
