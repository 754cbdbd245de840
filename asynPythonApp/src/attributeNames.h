// The names of an object's own attributes.
//
// CPython 3.11 keeps an object's attributes in a table until somebody asks for its __dict__; from
// then on each is slower to set. 3.12 goes back to the table, and 3.13 keeps both.
#pragma once

#include <Python.h>

#ifdef __cplusplus
extern "C" {
#endif

// A new list of str; empty for an object that has no __dict__. Attached; NULL with an exception
// set.
PyObject *attributeNames(PyObject *object);

#ifdef __cplusplus
}
#endif
