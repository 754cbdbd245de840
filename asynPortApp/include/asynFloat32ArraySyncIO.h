/* Synchronous access to a port's asynFloat32Array interface. Timeouts in seconds. */
#pragma once

#include <asynArrayInterface.h>

#ifdef __cplusplus
extern "C" {
#endif

#define asynFloat32ArraySyncIOType "asynFloat32ArraySyncIO"
ASYN_DECLARE_ARRAY_SYNCIO(Float32Array, epicsFloat32);

#ifdef __cplusplus
}
#endif
