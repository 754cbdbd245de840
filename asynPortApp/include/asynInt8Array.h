/* The asynInt8Array interface: a one-dimensional array of epicsInt8 per parameter. */
#pragma once

#include <asynArrayInterface.h>

#ifdef __cplusplus
extern "C" {
#endif

#define asynInt8ArrayType "asynInt8Array"
#define asynInt8ArrayBaseType "asynInt8ArrayBase"
ASYN_DECLARE_ARRAY_INTERFACE(Int8Array, epicsInt8);

#ifdef __cplusplus
}
#endif
