/* The asynFloat64Array interface: a one-dimensional array of epicsFloat64 per parameter. */
#pragma once

#include <asynArrayInterface.h>

#ifdef __cplusplus
extern "C" {
#endif

#define asynFloat64ArrayType "asynFloat64Array"
#define asynFloat64ArrayBaseType "asynFloat64ArrayBase"
ASYN_DECLARE_ARRAY_INTERFACE(Float64Array, epicsFloat64);

#ifdef __cplusplus
}
#endif
