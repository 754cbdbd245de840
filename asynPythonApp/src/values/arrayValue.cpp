#include "values/arrayValue.h"

#include <algorithm>
#include <cstring>

#include "values/arrayConversion.h"

const ElementType *elementTypeOf(asynParamType type)
{
    static const ElementType types[] = {
        {asynParamInt8Array, 'b', 'i', 1},    {asynParamInt16Array, 'h', 'i', 2},
        {asynParamInt32Array, 'i', 'i', 4},   {asynParamInt64Array, 'q', 'i', 8},
        {asynParamFloat32Array, 'f', 'f', 4}, {asynParamFloat64Array, 'd', 'f', 8},
    };
    for (const ElementType &entry : types)
        if (entry.parameter == type)
            return &entry;
    return nullptr;
}

std::shared_ptr<ArrayValue> ArrayValue::fromPython(PyObject *value, const ElementType &type,
                                                   const Destination &to)
{
    std::shared_ptr<ArrayValue> result(new ArrayValue(value));
    bool good = false;
    if (PyObject_CheckBuffer(value))
        good = result->fromBuffer(type, to);
    else if (PySequence_Check(value) && !PyUnicode_Check(value) && !PyDict_Check(value))
        good = result->fromSequence(type, to);
    else
        refuse(PyExc_TypeError, to, value, "a one-dimensional array or sequence of numbers");
    return good ? result : nullptr;
}

ArrayValue::~ArrayValue()
{
    if (view_.obj)
        PyBuffer_Release(&view_);
}

bool ArrayValue::fromBuffer(const ElementType &type, const Destination &to)
{
    if (PyObject_GetBuffer(object_.get(), &view_, PyBUF_STRIDED_RO | PyBUF_FORMAT) != 0) {
        view_.obj = nullptr;
        PyErr_Clear();
        return refuse(PyExc_TypeError, to, object_.get(),
                      "an array of plain numbers (integers or floats)");
    }
    if (view_.ndim != 1)
        return refuse(PyExc_ValueError, to, object_.get(),
                      "a one-dimensional array; flatten it with .ravel()");
    const BufferFormat format = BufferFormat::parse(view_);
    if (!format)
        return refuse(PyExc_TypeError, to, object_.get(),
                      "an array of integers or floats in the machine's byte order");
    count_ = static_cast<size_t>(view_.shape[0]);
    const bool contiguous = count_ < 2 || view_.strides[0] == view_.itemsize;
    if (contiguous && format.sameLayout(type)) {
        data_ = view_.buf;
        return true;
    }
    const bool good = convertBuffer(view_, format, type, object_.get(), to, copy_);
    PyBuffer_Release(&view_);
    data_ = copy_.data();
    return good;
}

bool ArrayValue::fromSequence(const ElementType &type, const Destination &to)
{
    PyRef items(PySequence_Fast(object_.get(), "expected a sequence of numbers"));
    if (!items)
        return false;
    count_ = static_cast<size_t>(PySequence_Fast_GET_SIZE(items.get()));
    const bool good = convertSequence(items.get(), type, to, copy_);
    data_ = copy_.data();
    return good;
}

size_t ArrayValue::copyTo(void *elements, size_t most, size_t size) const noexcept
{
    const size_t copied = std::min(count_, most);
    if (copied > 0) // an empty one has no memory, nor need the record's buffer have any
        std::memcpy(elements, data_, copied * size);
    return copied;
}

void ArrayValue::callClients(asynPortDriver &driver, int reason, asynParamType type) const
{
    void *data = const_cast<void *>(data_); // as asyn has it; nobody writes there
    switch (type) {
    case asynParamInt8Array:
        driver.doCallbacksInt8Array(static_cast<epicsInt8 *>(data), count_, reason, 0);
        break;
    case asynParamInt16Array:
        driver.doCallbacksInt16Array(static_cast<epicsInt16 *>(data), count_, reason, 0);
        break;
    case asynParamInt32Array:
        driver.doCallbacksInt32Array(static_cast<epicsInt32 *>(data), count_, reason, 0);
        break;
    case asynParamInt64Array:
        driver.doCallbacksInt64Array(static_cast<epicsInt64 *>(data), count_, reason, 0);
        break;
    case asynParamFloat32Array:
        driver.doCallbacksFloat32Array(static_cast<epicsFloat32 *>(data), count_, reason, 0);
        break;
    default:
        driver.doCallbacksFloat64Array(static_cast<epicsFloat64 *>(data), count_, reason, 0);
    }
}
