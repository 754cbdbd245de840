// The names of an object's own attributes.
//
// CPython 3.11 keeps an object's attributes in a table until its __dict__ is read. From then on,
// setting an attribute is slower. CPython 3.12 returns to the table later, and 3.13 keeps both.
#pragma once

#include <Python.h>

#ifdef __cplusplus
extern "C" {
#endif

// Returns a new list of str, which is empty if the object has no __dict__. On error returns NULL
// and sets an exception. The caller is attached.
PyObject *attributeNames(PyObject *object);

#ifdef __cplusplus
}
#endif
