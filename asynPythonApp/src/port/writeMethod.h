// PythonDriver.write of a port: assigns the value to the attribute. In a put the attribute has it
// already, and nothing is looked up.
#pragma once

#include <Python.h>

#include <memory>

#include "interpreter/pyRef.h"
#include "port/handle.h"

// The type, for the module that is being made. Attached; NULL with an exception set.
PyObject *makeWriteMethodType(PyObject *module);

// The method of a port; it binds as a function does. Attached; NULL with an exception set.
PyRef makeWriteMethod(PyObject *type, const std::shared_ptr<PortHandle> &port);

// The bound method that super().write gives for the driver is made once; for NULL it is let go.
// Attached. False with an exception set.
bool bindWriteMethod(PyObject *method, PyObject *driver);
