/* The macros that the six array interfaces share. asynInt8Array.h … asynFloat64Array.h and their
 * SyncIO headers each declare one interface with them. */
#pragma once

#include <asynDriver.h>
#include <epicsTypes.h>

#define ASYN_DECLARE_ARRAY_INTERFACE(NAME, TYPE)                                                   \
    typedef void (*interruptCallback##NAME)(void *userPvt, asynUser *pasynUser, TYPE *value,       \
                                            size_t nelements);                                     \
    typedef struct asyn##NAME##Interrupt {                                                         \
        asynUser *pasynUser;                                                                       \
        int addr;                                                                                  \
        interruptCallback##NAME callback;                                                          \
        void *userPvt;                                                                             \
    } asyn##NAME##Interrupt;                                                                       \
    typedef struct asyn##NAME {                                                                    \
        asynStatus (*write)(void *drvPvt, asynUser *pasynUser, TYPE *value, size_t nelements);     \
        asynStatus (*read)(void *drvPvt, asynUser *pasynUser, TYPE *value, size_t nelements,       \
                           size_t *nIn);                                                           \
        asynStatus (*registerInterruptUser)(void *drvPvt, asynUser *pasynUser,                     \
                                            interruptCallback##NAME callback, void *userPvt,       \
                                            void **registrarPvt);                                  \
        asynStatus (*cancelInterruptUser)(void *drvPvt, asynUser *pasynUser, void *registrarPvt);  \
    } asyn##NAME;                                                                                  \
    typedef struct asyn##NAME##Base {                                                              \
        asynStatus (*initialize)(const char *portName, asynInterface *pasynInterface);             \
    } asyn##NAME##Base;                                                                            \
    ASYN_API extern asyn##NAME##Base *pasyn##NAME##Base ASYN_LINK_NAME(pasyn##NAME##Base)

#define ASYN_DECLARE_ARRAY_SYNCIO(NAME, TYPE)                                                      \
    typedef struct asyn##NAME##SyncIO {                                                            \
        asynStatus (*connect)(const char *port, int addr, asynUser **ppasynUser,                   \
                              const char *drvInfo);                                                \
        asynStatus (*disconnect)(asynUser * pasynUser);                                            \
        asynStatus (*write)(asynUser * pasynUser, TYPE *pvalue, size_t nelem, double timeout);     \
        asynStatus (*read)(asynUser * pasynUser, TYPE *pvalue, size_t nelem, size_t *nIn,          \
                           double timeout);                                                        \
        asynStatus (*writeOnce)(const char *port, int addr, TYPE *pvalue, size_t nelem,            \
                                double timeout, const char *drvInfo);                              \
        asynStatus (*readOnce)(const char *port, int addr, TYPE *pvalue, size_t nelem,             \
                               size_t *nIn, double timeout, const char *drvInfo);                  \
    } asyn##NAME##SyncIO;                                                                          \
    ASYN_API extern asyn##NAME##SyncIO *pasyn##NAME##SyncIO ASYN_LINK_NAME(pasyn##NAME##SyncIO)
