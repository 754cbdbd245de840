// _asynPython.Attribute: the data descriptor by which a driver class sees a parameter of its port.
#pragma once

#include <Python.h>

#include <memory>

#include <asynParamType.h>

#include "port/handle.h"

struct Attribute {
    PyObject_HEAD PyObject *name; // drvInfo
    PyObject *pyname;
    Py_ssize_t limit; // largest number of bytes of a string, 0 for none; guarded by the GIL
    asynParamType type;
    int reason;
    std::shared_ptr<PortHandle> port;
};

// Makes the type for the module that is being created. port finds the type through the module's
// state.
PyObject *makeAttributeType(PyObject *module);

// asynParamInt32 for "Int32" and so on; asynParamNotDefined for other words.
asynParamType parameterTypeOf(const char *word);
const char *parameterTypeName(asynParamType type);
