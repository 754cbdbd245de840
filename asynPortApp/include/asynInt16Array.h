/* The asynInt16Array interface: a one-dimensional array of epicsInt16 per parameter. */
#pragma once

#include <asynArrayInterface.h>

#ifdef __cplusplus
extern "C" {
#endif

#define asynInt16ArrayType "asynInt16Array"
#define asynInt16ArrayBaseType "asynInt16ArrayBase"
ASYN_DECLARE_ARRAY_INTERFACE(Int16Array, epicsInt16);

#ifdef __cplusplus
}
#endif
