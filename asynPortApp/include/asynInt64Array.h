/* The asynInt64Array interface: a one-dimensional array of epicsInt64 per parameter. */
#pragma once

#include <asynArrayInterface.h>

#ifdef __cplusplus
extern "C" {
#endif

#define asynInt64ArrayType "asynInt64Array"
#define asynInt64ArrayBaseType "asynInt64ArrayBase"
ASYN_DECLARE_ARRAY_INTERFACE(Int64Array, epicsInt64);

#ifdef __cplusplus
}
#endif
