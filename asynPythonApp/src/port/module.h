// The module _asynPython, through which Python code accesses its port. Each port's interpreter has
// its own.
#pragma once

#include <Python.h>

#include <memory>

#include "interpreter/pyRef.h"
#include "port/handle.h"

struct PortModuleState {
    std::shared_ptr<PortHandle> port;
    PyObject *attributeType = nullptr;
    PyObject *closedError =
        nullptr; // raised in code of a port that is shut down; ends a thread in silence
    PyObject *write = nullptr; // PythonDriver.write (writeMethod.h)
};

// Makes the module for port in the current interpreter. The caller is attached. Returns NULL with
// an exception set on error.
PyRef makePortModule(const std::shared_ptr<PortHandle> &port);

PortModuleState &portModuleState(PyObject *module);

// Sets PortClosed. Returns NULL.
PyObject *raiseClosed(PyObject *module);
