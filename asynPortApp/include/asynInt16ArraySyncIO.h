/* Synchronous access to a port's asynInt16Array interface. Timeouts in seconds. */
#pragma once

#include <asynArrayInterface.h>

#ifdef __cplusplus
extern "C" {
#endif

#define asynInt16ArraySyncIOType "asynInt16ArraySyncIO"
ASYN_DECLARE_ARRAY_SYNCIO(Int16Array, epicsInt16);

#ifdef __cplusplus
}
#endif
