// The value of an array parameter: a Python object and its elements as C sees them.
//
// A contiguous buffer of the parameter's own format is used where it lies; everything else is
// converted by one copy. A driver that changes its array in place while a record reads it gives
// that record a mixture, as in any language; the memory itself stays valid, since the buffer is
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
    // NULL with an exception set where value is not one-dimensional or its elements do not keep
    // their values in the type. Attached.
    static std::shared_ptr<ArrayValue> fromPython(PyObject *value, const ElementType &type,
                                                  const Destination &to);
    ~ArrayValue(); // attached
    ArrayValue(const ArrayValue &) = delete;
    ArrayValue &operator=(const ArrayValue &) = delete;

    PyObject *object() const noexcept { return object_.get(); }
    const void *data() const noexcept { return data_; }
    size_t count() const noexcept { return count_; }

    // Copies most elements of that size at most; how many. Attached or not.
    size_t copyTo(void *elements, size_t most, size_t size) const noexcept;
    // Makes the callbacks of a parameter of that type. Detached.
    void callClients(asynPortDriver &driver, int reason, asynParamType type) const;

  private:
    explicit ArrayValue(PyObject *value) : object_(PyRef::borrow(value)) {}
    bool fromBuffer(const ElementType &type, const Destination &to);
    bool fromSequence(const ElementType &type, const Destination &to);

    const Counted counted_{Counters::all().arrays};
    PyRef object_;
    Py_buffer view_{};
    std::vector<unsigned char> copy_; // the converted elements, where there had to be a copy
    const void *data_ = nullptr;
    size_t count_ = 0;
};
