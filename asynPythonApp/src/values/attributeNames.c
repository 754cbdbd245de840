// In C, because CPython's internal headers are not C++.
#define Py_BUILD_CORE 1
#include <Python.h>

#include "values/attributeNames.h"

#if PY_VERSION_HEX < 0x030C0000

#undef _PyGC_FINALIZED // public and internal headers of 3.11 both define it
#include <internal/pycore_dict.h>
#include <internal/pycore_object.h>

// Whether the names are those of the table: then they are in *names, NULL with an exception set.
static int ofTable(PyObject *object, PyObject **names)
{
    PyTypeObject *type = Py_TYPE(object);
    if (!(type->tp_flags & Py_TPFLAGS_MANAGED_DICT))
        return 0;
    *names = PyList_New(0); // may run a collection, and that may take the table away
    PyDictValues *values = *_PyObject_ValuesPointer(object);
    if (*names && !values) {
        Py_CLEAR(*names);
        return 0;
    }
    PyDictKeysObject *keys = ((PyHeapTypeObject *)type)->ht_cached_keys;
    for (Py_ssize_t i = 0; *names && i < keys->dk_nentries; ++i)
        if (values->values[i] && PyList_Append(*names, DK_UNICODE_ENTRIES(keys)[i].me_key) < 0)
            Py_CLEAR(*names);
    return 1;
}

#else

static int ofTable(PyObject *object, PyObject **names)
{
    (void)object;
    (void)names;
    return 0;
}

#endif

PyObject *attributeNames(PyObject *object)
{
    PyObject *names = NULL;
    if (ofTable(object, &names))
        return names;
    PyObject *dictionary = PyObject_GenericGetDict(object, NULL);
    if (dictionary) {
        names = PyDict_Keys(dictionary);
        Py_DECREF(dictionary);
    } else if (PyErr_ExceptionMatches(PyExc_AttributeError)) {
        PyErr_Clear();
        names = PyList_New(0);
    }
    return names;
}
