/* The asynInt32Array interface: a one-dimensional array of epicsInt32 per parameter. */
#pragma once

#include <asynArrayInterface.h>

#ifdef __cplusplus
extern "C" {
#endif

#define asynInt32ArrayType "asynInt32Array"
#define asynInt32ArrayBaseType "asynInt32ArrayBase"
ASYN_DECLARE_ARRAY_INTERFACE(Int32Array, epicsInt32);

#ifdef __cplusplus
}
#endif
