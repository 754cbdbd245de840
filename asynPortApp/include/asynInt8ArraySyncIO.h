/* Synchronous access to a port's asynInt8Array interface. Timeouts in seconds. */
#pragma once

#include <asynArrayInterface.h>

#ifdef __cplusplus
extern "C" {
#endif

#define asynInt8ArraySyncIOType "asynInt8ArraySyncIO"
ASYN_DECLARE_ARRAY_SYNCIO(Int8Array, epicsInt8);

#ifdef __cplusplus
}
#endif
