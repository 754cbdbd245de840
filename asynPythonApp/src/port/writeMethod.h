// PythonDriver.write of a port: assigns the value to the attribute. During a put the attribute
// already has the value, so nothing is looked up.
#pragma once

#include <Python.h>

#include <memory>

#include "interpreter/pyRef.h"
#include "port/handle.h"

// Makes the type for the module that is being created. The caller is attached. Returns NULL with an
// exception set on error.
PyObject *makeWriteMethodType(PyObject *module);

// Makes the method of a port; it binds like a function. The caller is attached. Returns NULL with
// an exception set on error.
PyRef makeWriteMethod(PyObject *type, const std::shared_ptr<PortHandle> &port);

// Creates, once, the bound method that super().write returns for the driver; if driver is NULL,
// releases it. The caller is attached. Returns false with an exception set on error.
bool bindWriteMethod(PyObject *method, PyObject *driver);
