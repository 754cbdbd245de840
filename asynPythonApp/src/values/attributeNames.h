// The names of an object's own attributes.
//
// CPython 3.11 keeps an object's attributes in a table until somebody asks for its __dict__; from
// then on each is slower to set. 3.12 goes back to the table, and 3.13 keeps both.
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
