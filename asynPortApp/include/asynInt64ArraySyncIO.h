/* Synchronous access to a port's asynInt64Array interface. Timeouts in seconds. */
#pragma once

#include <asynArrayInterface.h>

#ifdef __cplusplus
extern "C" {
#endif

#define asynInt64ArraySyncIOType "asynInt64ArraySyncIO"
ASYN_DECLARE_ARRAY_SYNCIO(Int64Array, epicsInt64);

#ifdef __cplusplus
}
#endif
