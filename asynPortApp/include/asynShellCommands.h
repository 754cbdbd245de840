// The IOC shell's commands of the port library, for callers in C.
#pragma once

#include <asynAPI.h>

#ifdef __cplusplus
extern "C" {
#endif

ASYN_API int asynReport(int level, const char *portName);
ASYN_API int asynSetOption(const char *portName, int addr, const char *key, const char *val);
ASYN_API int asynShowOption(const char *portName, int addr, const char *key);
ASYN_API int asynSetTraceMask(const char *portName, int addr, int mask);
ASYN_API int asynSetTraceIOMask(const char *portName, int addr, int mask);
ASYN_API int asynSetTraceInfoMask(const char *portName, int addr, int mask);
ASYN_API int asynSetTraceFile(const char *portName, int addr, const char *filename);
ASYN_API int asynSetTraceIOTruncateSize(const char *portName, int addr, int size);
ASYN_API int asynAutoConnect(const char *portName, int addr, int yesNo);
ASYN_API int asynEnable(const char *portName, int addr, int yesNo);
ASYN_API int asynWaitConnect(const char *portName, double timeout);
ASYN_API int asynRegisterTimeStampSource(const char *portName, const char *functionName);
ASYN_API int asynUnregisterTimeStampSource(const char *portName);
ASYN_API int asynSetQueueLockPortTimeout(const char *portName, double timeout);

#ifdef __cplusplus
}
#endif
