// The module by which softioc makes its records' parameters.
#include <string>

#include "softioc/outside.h"
#include "softioc/recordPort.h"
#include "softioc/termination.h"

#include "interpreter/counters.h"
#include "interpreter/pythonEntry.h"

namespace
{

// Where there is no port to be detached by, or nobody comes back by it.
class Detached
{
  public:
    [[nodiscard]] Detached() : state_(PyEval_SaveThread()) {}
    ~Detached() { PyEval_RestoreThread(state_); }
    Detached(const Detached &) = delete;
    Detached &operator=(const Detached &) = delete;

  private:
    PyThreadState *const state_;
};

PyObject *open(PyObject *, PyObject *argument)
{
    const char *text = PyUnicode_AsUTF8(argument);
    if (!text)
        return nullptr;
    const std::string name(text);
    {
        const Detached detached;
        RecordPort::open(name.c_str());
    }
    Py_RETURN_NONE;
}

// Called before Python is finalised: from now on no thread enters Python or returns to it.
PyObject *close(PyObject *, PyObject *argument)
{
    const double limit = PyFloat_AsDouble(argument);
    if (PyErr_Occurred())
        return nullptr;
    RecordPort *port = RecordPort::opened();
    bool empty;
    {
        const Detached detached;
        Outside::close();
        empty = !port || port->closeInterpreter(limit);
    }
    return PyBool_FromLong(empty);
}

PyObject *alone(PyObject *, PyObject *)
{
    return PyBool_FromLong(Counters::all().interpreters <= 1); // which is that of the records
}

PyObject *running(PyObject *, PyObject *)
{
    RecordPort *port = RecordPort::opened();
    return PyBool_FromLong(port && port->running());
}

PyObject *catchSigterm(PyObject *, PyObject *)
{
    return PyBool_FromLong(catchTermination());
}

PyObject *awaitSigterm(PyObject *, PyObject *)
{
    {
        const Outside outside(RecordPort::opened()->core());
        awaitTermination();
    }
    Py_RETURN_NONE;
}

PyObject *wake(PyObject *, PyObject *argument)
{
    const long descriptor = PyLong_AsLong(argument);
    if (PyErr_Occurred())
        return nullptr;
    RecordPort::wake(static_cast<int>(descriptor));
    Py_RETURN_NONE;
}

PyMethodDef methods[] = {
    {"catch_sigterm", pythonEntry<catchSigterm>, METH_NOARGS,
     "catch_sigterm(): from now on SIGTERM is for await_sigterm(); False where the process has a "
     "handler."},
    {"await_sigterm", pythonEntry<awaitSigterm>, METH_NOARGS,
     "await_sigterm(): returns when SIGTERM has come."},
    {"wake", pythonEntry<wake>, METH_O,
     "wake(descriptor): signals an eventfd or a pipe that does not block: in a writer when its "
     "thread has left Python, else at once."},
    {"running", pythonEntry<running>, METH_NOARGS,
     "running(): whether iocInit has come so far that records process for their clients."},
    {"alone", pythonEntry<alone>, METH_NOARGS,
     "alone(): whether no port has an interpreter, or has left one behind."},
    {"close", pythonEntry<close>, METH_O,
     "close(limit): before Python goes down: from now on no thread of EPICS enters it, and none of "
     "Python's comes back. False where one of EPICS' is still in it after limit seconds."},
    {"open", pythonEntry<open>, METH_O, "open(port): makes the port of the records, once."},
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
