// The value of an array parameter: a Python object and its elements in C memory.
//
// A contiguous buffer in the parameter's own format is used without a copy. Any other value is
// converted into one copy. If a driver changes its array in place while a record reads it, the
// record may get a mixture of old and new elements. The memory stays valid, since the buffer is
// exported.
#pragma once

#include <Python.h>

#include <memory>
#include <vector>

#include <asynPortDriver.h>

#include "interpreter/counters.h"
#include "interpreter/pyRef.h"
#include "values/conversions.h"

// The element types of the six array parameters.
struct ElementType {
    asynParamType parameter; // asynParamInt8Array …
    char format;             // of the struct module and the buffer protocol
    char kind;               // 'i' or 'f'
    size_t size;
};
const ElementType *elementTypeOf(asynParamType type); // NULL for other parameters

class ArrayValue
{
  public:
    // Returns NULL with an exception set if value is not one-dimensional or an element does not fit
    // the type. The caller is attached.
    static std::shared_ptr<ArrayValue> fromPython(PyObject *value, const ElementType &type,
                                                  const Destination &to);
    ~ArrayValue(); // attached
    ArrayValue(const ArrayValue &) = delete;
    ArrayValue &operator=(const ArrayValue &) = delete;

    PyObject *object() const noexcept { return object_.get(); }
    const void *data() const noexcept { return data_; }
    size_t count() const noexcept { return count_; }

    // Copies at most `most` elements of `size` bytes and returns their number. The caller may be
    // attached or detached.
    size_t copyTo(void *elements, size_t most, size_t size) const noexcept;
    // Calls the interrupt callbacks of a parameter of that type. The caller is detached.
    void callClients(asynPortDriver &driver, int reason, asynParamType type) const;

  private:
    explicit ArrayValue(PyObject *value) : object_(PyRef::borrow(value)) {}
    bool fromBuffer(const ElementType &type, const Destination &to);
    bool fromSequence(const ElementType &type, const Destination &to);

    const Counted counted_{Counters::all().arrays};
    PyRef object_;
    Py_buffer view_{};
    std::vector<unsigned char> copy_; // the converted elements, if a copy was necessary
    const void *data_ = nullptr;
    size_t count_ = 0;
};
