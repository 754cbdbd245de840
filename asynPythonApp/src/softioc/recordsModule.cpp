// The module by which softioc makes its records' parameters.
#include <stdexcept>
#include <string>

#include "recordPort.h"

namespace
{

PyObject *open(PyObject *, PyObject *argument)
{
    const char *text = PyUnicode_AsUTF8(argument);
    if (!text)
        return nullptr;
    const std::string name(text);
    PyThreadState *state = PyEval_SaveThread(); // there is no port to be detached by yet
    std::string problem;
    try {
        RecordPort::open(name.c_str());
    } catch (const std::exception &error) {
        problem = error.what();
    }
    PyEval_RestoreThread(state);
    if (problem.empty())
        Py_RETURN_NONE;
    PyErr_SetString(PyExc_RuntimeError, problem.c_str());
    return nullptr;
}

PyObject *running(PyObject *, PyObject *)
{
    RecordPort *port = RecordPort::opened();
    return PyBool_FromLong(port && port->running());
}

PyMethodDef methods[] = {
    {"running", running, METH_NOARGS,
     "running(): whether iocInit has come so far that records process for their clients."},
    {"open", open, METH_O, "open(port): makes the port of the records, once."},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef definition = {PyModuleDef_HEAD_INIT,
                          "_records",
                          "The port of records that a script makes.",
                          -1,
                          methods,
                          nullptr,
                          nullptr,
                          nullptr,
                          nullptr};

} // namespace

extern "C" __attribute__((visibility("default"))) PyObject *asynPythonRecordsModule()
{
    PyObject *module = PyModule_Create(&definition);
    PyObject *type = module ? makeParameterType(module) : nullptr;
    if (!type || PyModule_AddObject(module, "Parameter", type) < 0) {
        Py_XDECREF(type);
        Py_XDECREF(module);
        return nullptr;
    }
    return module;
}
