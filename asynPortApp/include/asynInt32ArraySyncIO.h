/* Synchronous access to a port's asynInt32Array interface. Timeouts in seconds. */
#pragma once

#include <asynArrayInterface.h>

#ifdef __cplusplus
extern "C" {
#endif

#define asynInt32ArraySyncIOType "asynInt32ArraySyncIO"
ASYN_DECLARE_ARRAY_SYNCIO(Int32Array, epicsInt32);

#ifdef __cplusplus
}
#endif
