// A port whose twelve array methods are two: the size of an element says which one is called.
#pragma once

#include <cstddef>

#include <asynPortDriver.h>

class ArrayPort : public asynPortDriver
{
  public:
#define ARRAY_METHODS(NAME, TYPE)                                                                  \
    asynStatus read##NAME(asynUser *user, TYPE *value, size_t nElements, size_t *nIn) final        \
    {                                                                                              \
        return readArray(user, value, sizeof(TYPE), nElements, nIn);                               \
    }                                                                                              \
    asynStatus write##NAME(asynUser *user, TYPE *value, size_t nElements) final                    \
    {                                                                                              \
        return writeArray(user, value, sizeof(TYPE), nElements);                                   \
    }
    ARRAY_METHODS(Int8Array, epicsInt8)
    ARRAY_METHODS(Int16Array, epicsInt16)
    ARRAY_METHODS(Int32Array, epicsInt32)
    ARRAY_METHODS(Int64Array, epicsInt64)
    ARRAY_METHODS(Float32Array, epicsFloat32)
    ARRAY_METHODS(Float64Array, epicsFloat64)
#undef ARRAY_METHODS

  protected:
    using asynPortDriver::asynPortDriver;

  private:
    // Copies at most `most` elements of `size` bytes, and sets count. Port locked.
    virtual asynStatus readArray(asynUser *user, void *value, size_t size, size_t most,
                                 size_t *count) = 0;
    // Port locked.
    virtual asynStatus writeArray(asynUser *user, const void *value, size_t size, size_t count) = 0;
};
