#include "port/module.h"

#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <vector>

#include <macLib.h>

#include "interpreter/pyRef.h"
#include "interpreter/pythonEntry.h"
#include "interpreter/pythonError.h"
#include "interpreter/threadFrames.h"
#include "port/asynPythonDriver.h"
#include "port/attribute.h"
#include "port/writeMethod.h"
#include "values/attributeNames.h"

namespace
{

PyObject *update(PyObject *module, PyObject *arguments)
{
    int address = 0;
    if (!PyArg_ParseTuple(arguments, "|i:update", &address))
        return nullptr;
    PortHandle &port = *portModuleState(module).port;
    if (port.closed)
        return raiseClosed(module);
    const bool there = detachedUnderPortLock(port, [=](asynPythonDriver *driver) {
        if (driver)
            driver->publish(address);
        return driver != nullptr;
    });
    return there ? Py_NewRef(Py_None) : raiseClosed(module);
}

// What shutdown() has assigned; nothing where the port is down already. Who keeps the port then is
// waited for.
PyObject *publishAssigned(PyObject *module, PyObject *)
{
    const auto publish = [](asynPythonDriver *driver) {
        if (driver)
            driver->publishAssigned();
        return driver;
    };
    detachedUnderPortLock(*portModuleState(module).port, publish, WhenClosed::waitOn);
    return Py_NewRef(Py_None);
}

// One (string, value, severity).
bool choiceFromPython(PyObject *item, const char *port, PyObject *reason, EnumChoice &choice)
{
    PyRef tuple(PySequence_Check(item) && !PyUnicode_Check(item) ? PySequence_Tuple(item)
                                                                 : nullptr);
    const char *text = nullptr;
    if (tuple && PyArg_ParseTuple(tuple.get(), "sii", &text, &choice.value, &choice.severity)) {
        choice.text = text;
        return true;
    }
    PyErr_Clear();
    PyErr_Format(PyExc_TypeError,
                 "port %s: the choices of parameter %U are a sequence of (string, value, "
                 "severity), not of %R",
                 port, reason, item);
    return false;
}

PyObject *updateEnum(PyObject *module, PyObject *arguments)
{
    PyObject *reason = nullptr, *enums = nullptr;
    if (!PyArg_ParseTuple(arguments, "UO:update_enum", &reason, &enums))
        return nullptr;
    const std::shared_ptr<PortHandle> port = portModuleState(module).port;
    EnumChoices choices;
    if (!choicesFromPython(enums, port->portName.c_str(), reason, choices))
        return nullptr;
    const char *drvInfo = PyUnicode_AsUTF8(reason);
    if (!drvInfo)
        return nullptr;
    if (port->closed)
        return raiseClosed(module);
    if (asynPythonDriver::publishChoices(port, drvInfo, choices))
        return Py_NewRef(Py_None);
    if (port->closed) // meanwhile
        return raiseClosed(module);
    PyErr_Format(PyExc_ValueError, "port %s has no parameter %U", port->portName.c_str(), reason);
    return nullptr;
}

PyObject *log(PyObject *module, PyObject *argument)
{
    const char *text = PyUnicode_AsUTF8(argument);
    if (!text)
        return nullptr;
    logLines(*portModuleState(module).port->core, text);
    return Py_NewRef(Py_None);
}

// Has the threads of the port end: what they ask of it from now on raises PortClosed.
PyObject *closePort(PyObject *module, PyObject *)
{
    PortModuleState &state = portModuleState(module);
    state.port->closed = true;
    bindWriteMethod(state.write, nullptr);
    return Py_NewRef(Py_None);
}

// Loads a library for the sake of what it depends on; never unloaded.
PyObject *preload(PyObject *, PyObject *argument)
{
    PyRef path;
    PyObject *bytes = nullptr;
    if (!PyUnicode_FSConverter(argument, static_cast<void *>(&bytes)))
        return nullptr;
    path = PyRef(bytes);
    if (!dlopen(PyBytes_AS_STRING(bytes), RTLD_LAZY | RTLD_LOCAL)) {
        PyErr_SetString(PyExc_ImportError, dlerror());
        return nullptr;
    }
    return Py_NewRef(Py_None);
}

// What the module's initialisation function has returned: the module, or what it is made of.
PyObject *moduleFrom(PyObject *made, PyObject *spec)
{
    if (PyObject_TypeCheck(made, &PyModuleDef_Type)) // for ever: not counted
        return PyModule_FromDefAndSpec(reinterpret_cast<PyModuleDef *>(made), spec);
    PyRef module(made);
    PyRef name(PyObject_GetAttrString(spec, "name"));
    if (!name || PyObject_SetAttrString(module.get(), "__name__", name.get()) < 0)
        return nullptr;
    PyModuleDef *known = PyModule_GetDef(module.get());
    if (known && !known->m_slots && PyState_AddModule(module.get(), known) < 0)
        return nullptr;
    return module.release();
}

// Loads an extension module from a file that this interpreter has for itself. From CPython 3.13 on
// _imp.create_dynamic calls the initialisation function in the main interpreter: a module of the
// older kind then has objects, and the numpy, of that one.
PyObject *loadExtension(PyObject *, PyObject *arguments)
{
    PyObject *spec = nullptr, *bytes = nullptr;
    const char *function = nullptr;
    if (!PyArg_ParseTuple(arguments, "OO&s:load_extension", &spec, PyUnicode_FSConverter, &bytes,
                          &function))
        return nullptr;
    PyRef path(bytes);
    void *library = dlopen(PyBytes_AS_STRING(bytes), RTLD_NOW | RTLD_LOCAL);
    void *symbol = library ? dlsym(library, function) : nullptr;
    if (!symbol) {
        PyErr_SetString(PyExc_ImportError, dlerror());
        return nullptr;
    }
    PyObject *made = reinterpret_cast<PyObject *(*)()>(symbol)();
    if (made)
        return moduleFrom(made, spec);
    if (!PyErr_Occurred())
        PyErr_Format(PyExc_ImportError, "%s has failed without an exception", function);
    return nullptr;
}

// For modules that must not be set up by an interpreter with a GIL of its own first. One that the
// main interpreter cannot import is left to the caller's own attempt.
PyObject *importInMain(PyObject *module, PyObject *argument)
{
    const char *text = PyUnicode_AsUTF8(argument);
    if (!text)
        return nullptr;
    const std::string name(text);
    {
        Detach detached(*portModuleState(module).port->core);
        AttachMain main;
        PyRef known(PyImport_ImportModule(name.c_str()));
        PyErr_Clear();
    }
    return Py_NewRef(Py_None);
}

PyObject *environment(PyObject *, PyObject *)
{
    PyRef result(PyDict_New());
    for (char **entry = environ; result && entry && *entry; ++entry) {
        const char *value = std::strchr(*entry, '=');
        if (!value)
            continue;
        PyRef name(PyUnicode_DecodeFSDefaultAndSize(*entry, value - *entry));
        PyRef text(PyUnicode_DecodeFSDefault(value + 1));
        if (!name || !text || PyDict_SetItem(result.get(), name.get(), text.get()) < 0)
            return nullptr;
    }
    return result.release();
}

PyObject *frames(PyObject *, PyObject *)
{
    return threadFrames();
}

PyObject *namesOf(PyObject *, PyObject *object)
{
    return attributeNames(object);
}

// Whether the process has no interpreter but the main one.
PyObject *alone(PyObject *, PyObject *)
{
    return PyBool_FromLong(PyInterpreterState_Next(PyInterpreterState_Head()) == nullptr);
}

// A macro that is not defined stays in the text, as $(NAME).
PyObject *expandMacros(PyObject *, PyObject *argument)
{
    const PyRef bytes(PyUnicode_AsEncodedString(argument, "utf-8", "surrogateescape"));
    char *text = nullptr;
    if (!bytes || PyBytes_AsStringAndSize(bytes.get(), &text, nullptr) < 0)
        return nullptr;
    const char *environment[] = {"", "environ", nullptr, nullptr};
    MAC_HANDLE *made = nullptr;
    if (macCreateHandle(&made, environment) != 0)
        return PyErr_NoMemory();
    const std::unique_ptr<MAC_HANDLE, decltype(&macDeleteHandle)> macros(made, macDeleteHandle);
    macSuppressWarning(macros.get(), 1);
    std::vector<char> expanded(std::strlen(text) + MAC_SIZE);
    size_t length = 0;
    for (;;) {
        macExpandString(macros.get(), text, expanded.data(), static_cast<long>(expanded.size()));
        length = std::strlen(expanded.data());
        if (length + 1 < expanded.size())
            break;
        expanded.resize(2 * expanded.size()); // macLib has cut the text off
    }
    return PyUnicode_DecodeUTF8(expanded.data(), static_cast<Py_ssize_t>(length),
                                "surrogateescape");
}

PyMethodDef methods[] = {
    {"update", pythonEntry<update>, METH_VARARGS,
     "update(address=0): calls back the records of the parameters that changed since the last "
     "call."},
    {"publish_assigned", pythonEntry<publishAssigned>, METH_NOARGS,
     "publish_assigned(): calls back the records of the parameters that this thread has assigned."},
    {"update_enum", pythonEntry<updateEnum>, METH_VARARGS,
     "update_enum(reason, enums): new choices, a sequence of (string, value, severity)."},
    {"log", pythonEntry<log>, METH_O, "log(message): lines on EPICS' error log."},
    {"close", pythonEntry<closePort>, METH_NOARGS,
     "close(): from now on Python code of the port gets PortClosed."},
    {"preload", pythonEntry<preload>, METH_O,
     "preload(path): loads a shared library and what it depends on."},
    {"load_extension", pythonEntry<loadExtension>, METH_VARARGS,
     "load_extension(spec, path, function): the extension module in a file of this interpreter's "
     "own."},
    {"import_in_main", pythonEntry<importInMain>, METH_O,
     "import_in_main(name): imports a module in the main interpreter, if it is there."},
    {"expand_macros", pythonEntry<expandMacros>, METH_O,
     "expand_macros(text): as macLib expands it with the environment's variables."},
    {"environment", pythonEntry<environment>, METH_NOARGS,
     "environment(): the process's environment, with what the shell has set since Python started."},
    {"thread_frames", pythonEntry<frames>, METH_NOARGS,
     "thread_frames(): as sys._current_frames(), of this interpreter's threads alone."},
    {"attribute_names", pythonEntry<namesOf>, METH_O,
     "attribute_names(object): the names of its own attributes. Unlike vars(), it leaves an object "
     "of CPython 3.11 as quick as it is."},
    {"alone", pythonEntry<alone>, METH_NOARGS, "alone(): whether there is no sub-interpreter."},
    {nullptr, nullptr, 0, nullptr},
};

int execute(PyObject *module)
{
    PortModuleState &state = portModuleState(module);
    new (&state) PortModuleState;
    state.attributeType = makeAttributeType(module);
    // Derived from SystemExit: a thread that it ends writes no traceback.
    state.closedError = PyErr_NewExceptionWithDoc(
        "_asynPython.PortClosed", "The port has been shut down; its threads are to end.",
        PyExc_SystemExit, nullptr);
    if (!state.attributeType || !state.closedError)
        return -1;
    if (PyModule_AddObjectRef(module, "Attribute", state.attributeType) < 0)
        return -1;
    return PyModule_AddObjectRef(module, "PortClosed", state.closedError);
}

int traverse(PyObject *module, visitproc visit, void *arg)
{
    PortModuleState &state = portModuleState(module);
    Py_VISIT(state.attributeType);
    Py_VISIT(state.closedError);
    Py_VISIT(state.write);
    return 0;
}

int clear(PyObject *module)
{
    PortModuleState &state = portModuleState(module);
    Py_CLEAR(state.attributeType);
    Py_CLEAR(state.closedError);
    Py_CLEAR(state.write);
    return 0;
}

void destroy(void *module)
{
    clear(static_cast<PyObject *>(module));
    portModuleState(static_cast<PyObject *>(module)).~PortModuleState();
}

PyModuleDef_Slot moduleSlots[] = {
    {Py_mod_exec, pythonSlot<execute>()},
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
    {0, nullptr}};

PyModuleDef definition = {PyModuleDef_HEAD_INIT,
                          "_asynPython",
                          "The port whose interpreter this is.",
                          sizeof(PortModuleState),
                          methods,
                          moduleSlots,
                          pythonEntry<traverse>,
                          pythonEntry<clear>,
                          pythonEntry<destroy>};

} // namespace

bool choicesFromPython(PyObject *enums, const char *port, PyObject *reason, EnumChoices &choices)
{
    // A tuple of our own: what looks at an item may run Python code that changes the sequence.
    PyRef items(PyUnicode_Check(enums) ? nullptr : PySequence_Tuple(enums));
    if (!items) {
        PyErr_Format(PyExc_TypeError,
                     "port %s: the choices of parameter %U are a sequence of (string, "
                     "value, severity), not %R",
                     port, reason, enums);
        return false;
    }
    const Py_ssize_t count = PyTuple_GET_SIZE(items.get());
    choices.resize(static_cast<size_t>(count));
    for (Py_ssize_t i = 0; i < count; ++i)
        if (!choiceFromPython(PyTuple_GET_ITEM(items.get(), i), port, reason,
                              choices[static_cast<size_t>(i)]))
            return false;
    return true;
}

PortModuleState &portModuleState(PyObject *module)
{
    return *static_cast<PortModuleState *>(PyModule_GetState(module));
}

PyObject *raiseClosed(PyObject *module)
{
    PortModuleState &state = portModuleState(module);
    PyErr_Format(state.closedError, "port %s has been shut down", state.port->portName.c_str());
    return nullptr;
}

PyRef makePortModule(const std::shared_ptr<PortHandle> &port)
{
    PyRef machinery(PyImport_ImportModule("importlib.machinery"));
    PyRef spec(
        machinery ? PyObject_CallMethod(machinery.get(), "ModuleSpec", "sO", "_asynPython", Py_None)
                  : nullptr);
    PyRef module(spec ? PyModule_FromDefAndSpec(&definition, spec.get()) : nullptr);
    if (!module || PyModule_ExecDef(module.get(), &definition) < 0)
        return {};
    PortModuleState &state = portModuleState(module.get());
    state.port = port;
    PyRef writeType(makeWriteMethodType(module.get()));
    if (writeType)
        state.write = makeWriteMethod(writeType.get(), port).release();
    if (!state.write || PyModule_AddObjectRef(module.get(), "write", state.write) < 0)
        return {};
    if (PyModule_AddStringConstant(module.get(), "port", port->portName.c_str()) < 0)
        return {};
    return module;
}
