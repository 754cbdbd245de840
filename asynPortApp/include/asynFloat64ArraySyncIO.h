/* Synchronous access to a port's asynFloat64Array interface. Timeouts in seconds. */
#pragma once

#include <asynArrayInterface.h>

#ifdef __cplusplus
extern "C" {
#endif

#define asynFloat64ArraySyncIOType "asynFloat64ArraySyncIO"
ASYN_DECLARE_ARRAY_SYNCIO(Float64Array, epicsFloat64);

#ifdef __cplusplus
}
#endif
