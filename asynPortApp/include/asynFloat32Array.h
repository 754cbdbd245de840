/* The asynFloat32Array interface: a one-dimensional array of epicsFloat32 per parameter. */
#pragma once

#include <asynArrayInterface.h>

#ifdef __cplusplus
extern "C" {
#endif

#define asynFloat32ArrayType "asynFloat32Array"
#define asynFloat32ArrayBaseType "asynFloat32ArrayBase"
ASYN_DECLARE_ARRAY_INTERFACE(Float32Array, epicsFloat32);

#ifdef __cplusplus
}
#endif
