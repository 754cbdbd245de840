// The module _asynPython, through which Python code of a port reaches it. One for each port's
// interpreter.
#pragma once

#include <Python.h>

#include <memory>

#include "portHandle.h"

struct PortModuleState {
    std::shared_ptr<PortHandle> port;
    PyObject *attributeType = nullptr;
    PyObject *closedError =
        nullptr; // raised in code of a port that is shut down; ends a thread in silence
};

// Makes the module for port in the current interpreter and puts it into sys.modules. Attached;
// false with an exception set.
bool addPortModule(const std::shared_ptr<PortHandle> &port);

PortModuleState &portModuleState(PyObject *module);

// Sets PortClosed. Returns NULL.
PyObject *raiseClosed(PyObject *module);
