/* The port manager's contract: asynUser, asynStatus, pasynManager, asynCommon and pasynTrace.
 *
 * Names, signatures and constants are asyn's public API, so that a driver written for asyn compiles
 * unmodified. C and C++. */
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <asynAPI.h>
#include <ellLib.h>
#include <epicsStdio.h>
#include <epicsTime.h>
#include <epicsVersion.h>

/* The asyn release whose API these headers offer. */
#define ASYN_VERSION 4
#define ASYN_REVISION 46
#define ASYN_MODIFICATION 0

/* Spaced as in asyn: some drivers define the same macro again, and the text must be identical. */
/* clang-format off */
#define LT_EPICSBASE(V,R,M,P) (EPICS_VERSION_INT < VERSION_INT((V),(R),(M),(P)))
/* clang-format on */

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
    asynSuccess,
    asynTimeout,
    asynOverflow,
    asynError,
    asynDisconnected,
    asynDisabled,
    asynParamAlreadyExists,
    asynParamNotFound,
    asynParamWrongType,
    asynParamBadIndex,
    asynParamUndefined,
    asynParamInvalidList
} asynStatus;

typedef enum {
    asynExceptionConnect,
    asynExceptionEnable,
    asynExceptionAutoConnect,
    asynExceptionTraceMask,
    asynExceptionTraceIOMask,
    asynExceptionTraceInfoMask,
    asynExceptionTraceFile,
    asynExceptionTraceIOTruncateSize,
    asynExceptionShutdown
} asynException;

#define ASYN_EXCEPTION_STRINGS                                                                     \
    "asynExceptionConnect", "asynExceptionEnable", "asynExceptionAutoConnect",                     \
        "asynExceptionTraceMask", "asynExceptionTraceIOMask", "asynExceptionTraceInfoMask",        \
        "asynExceptionTraceFile", "asynExceptionTraceIOTruncateSize", "asynExceptionShutdown"
ASYN_API extern const char *asynExceptionToString(asynException e);

typedef enum {
    asynQueuePriorityLow,
    asynQueuePriorityMedium,
    asynQueuePriorityHigh,
    asynQueuePriorityConnect
} asynQueuePriority;

/* One client of a port, made by pasynManager->createAsynUser. timeout, userPvt and userData
 * belong to the client; drvUser and reason belong to the driver. */
typedef struct asynUser {
    char *errorMessage;
    int errorMessageSize;
    double timeout; /* seconds */
    void *userPvt;
    void *userData;
    void *drvUser;
    int reason;
    epicsTimeStamp timestamp;
    int auxStatus;     /* asynStatus that comes with a callback's value */
    int alarmStatus;   /* EPICS alarm condition */
    int alarmSeverity; /* EPICS alarm severity */
} asynUser;

typedef struct asynInterface {
    const char *interfaceType;
    void *pinterface;
    void *drvPvt;
} asynInterface;

/* Attributes of registerPort. */
#define ASYN_MULTIDEVICE 0x0001
#define ASYN_CANBLOCK 0x0002
#define ASYN_DESTRUCTIBLE 0x0004
/* An extension of asyn. Until the driver calls autoConnect, with 0 or 1, only the thread that
 * registers the port finds it. asyn ignores this bit. */
#define ASYN_UNFINISHED 0x0100

/* Values of asynUser.reason that the port manager knows. */
#define ASYN_REASON_SIGNAL -1
#define ASYN_REASON_RESERVED_LOW 0x70000000
#define ASYN_REASON_RESERVED_HIGH 0x7FFFFFFF
#define ASYN_REASON_QUEUE_EVEN_IF_NOT_CONNECTED ASYN_REASON_RESERVED_LOW

typedef void (*userCallback)(asynUser *pasynUser);
typedef void (*exceptionCallback)(asynUser *pasynUser, asynException exception);
typedef void (*timeStampCallback)(void *userPvt, epicsTimeStamp *pTimeStamp);

typedef struct interruptNode {
    ELLNODE node;
    void *drvPvt;
} interruptNode;

typedef struct asynManager {
    void (*report)(FILE *fp, int details, const char *portName);
    asynUser *(*createAsynUser)(userCallback process, userCallback timeout);
    asynUser *(*duplicateAsynUser)(asynUser *pasynUser, userCallback queue, userCallback timeout);
    asynStatus (*freeAsynUser)(asynUser *pasynUser);
    void *(*memMalloc)(size_t size);
    void (*memFree)(void *pmem, size_t size);
    asynStatus (*isMultiDevice)(asynUser *pasynUser, const char *portName, int *yesNo);
    /* addr -1 connects to the port, 0 or more to one of its devices */
    asynStatus (*connectDevice)(asynUser *pasynUser, const char *portName, int addr);
    asynStatus (*disconnect)(asynUser *pasynUser);
    asynStatus (*exceptionCallbackAdd)(asynUser *pasynUser, exceptionCallback callback);
    asynStatus (*exceptionCallbackRemove)(asynUser *pasynUser);
    asynInterface *(*findInterface)(asynUser *pasynUser, const char *interfaceType,
                                    int interposeInterfaceOK);
    asynStatus (*queueRequest)(asynUser *pasynUser, asynQueuePriority priority, double timeout);
    asynStatus (*cancelRequest)(asynUser *pasynUser, int *wasQueued);
    asynStatus (*blockProcessCallback)(asynUser *pasynUser, int allDevices);
    asynStatus (*unblockProcessCallback)(asynUser *pasynUser, int allDevices);
    asynStatus (*lockPort)(asynUser *pasynUser);
    asynStatus (*unlockPort)(asynUser *pasynUser);
    asynStatus (*queueLockPort)(asynUser *pasynUser);
    asynStatus (*queueUnlockPort)(asynUser *pasynUser);
    asynStatus (*setQueueLockPortTimeout)(asynUser *pasynUser, double timeout);
    asynStatus (*canBlock)(asynUser *pasynUser, int *yesNo);
    asynStatus (*getAddr)(asynUser *pasynUser, int *addr);
    asynStatus (*getPortName)(asynUser *pasynUser, const char **pportName);
    /* for drivers */
    asynStatus (*registerPort)(const char *portName, int attributes, int autoConnect,
                               unsigned int priority, unsigned int stackSize);
    asynStatus (*registerInterface)(const char *portName, asynInterface *pasynInterface);
    asynStatus (*exceptionConnect)(asynUser *pasynUser);
    asynStatus (*exceptionDisconnect)(asynUser *pasynUser);
    /* for anyone */
    asynStatus (*interposeInterface)(const char *portName, int addr, asynInterface *pasynInterface,
                                     asynInterface **ppPrev);
    asynStatus (*enable)(asynUser *pasynUser, int yesNo);
    asynStatus (*shutdownPort)(asynUser *pasynUser);
    asynStatus (*autoConnect)(asynUser *pasynUser, int yesNo);
    asynStatus (*isConnected)(asynUser *pasynUser, int *yesNo);
    asynStatus (*isEnabled)(asynUser *pasynUser, int *yesNo);
    asynStatus (*isAutoConnect)(asynUser *pasynUser, int *yesNo);
    asynStatus (*setAutoConnectTimeout)(double timeout);
    asynStatus (*getAutoConnectTimeout)(double *timeout);
    asynStatus (*waitConnect)(asynUser *pasynUser, double timeout);
    /* interrupts */
    asynStatus (*registerInterruptSource)(const char *portName, asynInterface *pasynInterface,
                                          void **pasynPvt);
    asynStatus (*getInterruptPvt)(asynUser *pasynUser, const char *interfaceType, void **pasynPvt);
    interruptNode *(*createInterruptNode)(void *pasynPvt);
    asynStatus (*freeInterruptNode)(asynUser *pasynUser, interruptNode *pnode);
    asynStatus (*addInterruptUser)(asynUser *pasynUser, interruptNode *pinterruptNode);
    asynStatus (*removeInterruptUser)(asynUser *pasynUser, interruptNode *pinterruptNode);
    asynStatus (*interruptStart)(void *pasynPvt, ELLLIST **plist);
    asynStatus (*interruptEnd)(void *pasynPvt);
    /* time stamps */
    asynStatus (*registerTimeStampSource)(asynUser *pasynUser, void *userPvt,
                                          timeStampCallback callback);
    asynStatus (*unregisterTimeStampSource)(asynUser *pasynUser);
    asynStatus (*updateTimeStamp)(asynUser *pasynUser);
    asynStatus (*getTimeStamp)(asynUser *pasynUser, epicsTimeStamp *pTimeStamp);
    asynStatus (*setTimeStamp)(asynUser *pasynUser, const epicsTimeStamp *pTimeStamp);

    const char *(*strStatus)(asynStatus status);
} asynManager;
ASYN_API extern asynManager *pasynManager ASYN_LINK_NAME(pasynManager);

/* The interface that every port has. */
#define asynCommonType "asynCommon"
typedef struct asynCommon {
    void (*report)(void *drvPvt, FILE *fp, int details);
    asynStatus (*connect)(void *drvPvt, asynUser *pasynUser);
    asynStatus (*disconnect)(void *drvPvt, asynUser *pasynUser);
} asynCommon;

/* For drivers that want to know when their port is locked. */
#define asynLockPortNotifyType "asynLockPortNotify"
typedef struct asynLockPortNotify {
    asynStatus (*lock)(void *drvPvt, asynUser *pasynUser);
    asynStatus (*unlock)(void *drvPvt, asynUser *pasynUser);
} asynLockPortNotify;

#define ASYN_TRACE_ERROR 0x0001
#define ASYN_TRACEIO_DEVICE 0x0002
#define ASYN_TRACEIO_FILTER 0x0004
#define ASYN_TRACEIO_DRIVER 0x0008
#define ASYN_TRACE_FLOW 0x0010
#define ASYN_TRACE_WARNING 0x0020

#define ASYN_TRACEIO_NODATA 0x0000
#define ASYN_TRACEIO_ASCII 0x0001
#define ASYN_TRACEIO_ESCAPE 0x0002
#define ASYN_TRACEIO_HEX 0x0004

#define ASYN_TRACEINFO_TIME 0x0001
#define ASYN_TRACEINFO_PORT 0x0002
#define ASYN_TRACEINFO_SOURCE 0x0004
#define ASYN_TRACEINFO_THREAD 0x0008

/* Trace output; every method may be called from any thread. */
typedef struct asynTrace {
    /* needed only by a caller that writes to the trace file itself */
    asynStatus (*lock)(asynUser *pasynUser);
    asynStatus (*unlock)(asynUser *pasynUser);
    asynStatus (*setTraceMask)(asynUser *pasynUser, int mask);
    int (*getTraceMask)(asynUser *pasynUser);
    asynStatus (*setTraceIOMask)(asynUser *pasynUser, int mask);
    int (*getTraceIOMask)(asynUser *pasynUser);
    asynStatus (*setTraceInfoMask)(asynUser *pasynUser, int mask);
    int (*getTraceInfoMask)(asynUser *pasynUser);
    asynStatus (*setTraceFile)(asynUser *pasynUser, FILE *fp);
    FILE *(*getTraceFile)(asynUser *pasynUser);
    asynStatus (*setTraceIOTruncateSize)(asynUser *pasynUser, size_t size);
    size_t (*getTraceIOTruncateSize)(asynUser *pasynUser);
    int (*print)(asynUser *pasynUser, int reason, const char *pformat, ...)
        EPICS_PRINTF_STYLE(3, 4);
    int (*printSource)(asynUser *pasynUser, int reason, const char *fileName, int line,
                       const char *pformat, ...) EPICS_PRINTF_STYLE(5, 6);
    int (*vprint)(asynUser *pasynUser, int reason, const char *pformat, va_list pvar)
        EPICS_PRINTF_STYLE(3, 0);
    int (*vprintSource)(asynUser *pasynUser, int reason, const char *file, int line,
                        const char *pformat, va_list pvar) EPICS_PRINTF_STYLE(5, 0);
    int (*printIO)(asynUser *pasynUser, int reason, const char *buffer, size_t len,
                   const char *pformat, ...) EPICS_PRINTF_STYLE(5, 6);
    int (*printIOSource)(asynUser *pasynUser, int reason, const char *buffer, size_t len,
                         const char *file, int line, const char *pformat, ...)
        EPICS_PRINTF_STYLE(7, 8);
    int (*vprintIO)(asynUser *pasynUser, int reason, const char *buffer, size_t len,
                    const char *pformat, va_list pvar) EPICS_PRINTF_STYLE(5, 0);
    int (*vprintIOSource)(asynUser *pasynUser, int reason, const char *buffer, size_t len,
                          const char *file, int line, const char *pformat, va_list pvar)
        EPICS_PRINTF_STYLE(7, 0);
} asynTrace;
ASYN_API extern asynTrace *pasynTrace ASYN_LINK_NAME(pasynTrace);

/* int asynPrint(asynUser *, int reason, const char *format, ...) */
#define asynPrint(pasynUser, reason, ...)                                                          \
    ((pasynTrace->getTraceMask((pasynUser)) & (reason))                                            \
         ? pasynTrace->printSource((pasynUser), (reason), __FILE__, __LINE__, __VA_ARGS__)         \
         : 0)

/* int asynPrintIO(asynUser *, int reason, const char *buffer, size_t len, const char *format, ...)
 */
#define asynPrintIO(pasynUser, reason, buffer, len, ...)                                           \
    ((pasynTrace->getTraceMask((pasynUser)) & (reason))                                            \
         ? pasynTrace->printIOSource((pasynUser), (reason), (buffer), (len), __FILE__, __LINE__,   \
                                     __VA_ARGS__)                                                  \
         : 0)

#ifdef __cplusplus
}
#endif
