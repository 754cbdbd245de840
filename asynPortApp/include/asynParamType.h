/* The type of a parameter in the parameter list. */
#pragma once

typedef enum {
    asynParamNotDefined,
    asynParamInt32,
    asynParamInt64,
    asynParamUInt32Digital,
    asynParamFloat64,
    asynParamOctet,
    asynParamInt8Array,
    asynParamInt16Array,
    asynParamInt32Array,
    asynParamInt64Array,
    asynParamFloat32Array,
    asynParamFloat64Array,
    asynParamGenericPointer
} asynParamType;
