// Converts arrays element by element if their memory cannot be used directly.
#pragma once

#include <Python.h>

#include <vector>

#include "values/arrayValue.h"

// The element format of a buffer: kind 'i' signed, 'u' unsigned, 'f' float; 0 for anything else.
struct BufferFormat {
    char kind = 0;
    size_t size = 0;

    static BufferFormat parse(const Py_buffer &view);
    explicit operator bool() const noexcept { return kind != 0; }
    // Signed and unsigned integers of one width share their layout, as FTVL CHAR and UCHAR do.
    bool sameLayout(const ElementType &type) const noexcept;
};

// Both fill copy with elements of type. On error they return false and set an exception that names
// the element.
bool convertBuffer(const Py_buffer &view, const BufferFormat &format, const ElementType &type,
                   PyObject *object, const Destination &to, std::vector<unsigned char> &copy);
bool convertSequence(PyObject *items, const ElementType &type, const Destination &to,
                     std::vector<unsigned char> &copy);
