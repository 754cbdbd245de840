#include "interpreter/pythonError.h"

#include <Python.h>

#include "interpreter/errorLog.h"
#include "interpreter/interpreter.h"
#include "interpreter/pyRef.h"

namespace
{

struct Raised {
    PyRef type, value, traceback;
};

Raised take()
{
    PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
    PyErr_Fetch(&type, &value, &traceback);
    if (type)
        PyErr_NormalizeException(&type, &value, &traceback);
    if (value && traceback)
        PyException_SetTraceback(value, traceback);
    return {PyRef(type), PyRef(value), PyRef(traceback)};
}

std::string text(PyObject *string)
{
    if (string) {
        PyRef bytes(PyUnicode_AsEncodedString(string, "utf-8", "backslashreplace"));
        if (bytes)
            return {PyBytes_AS_STRING(bytes.get()),
                    static_cast<size_t>(PyBytes_GET_SIZE(bytes.get()))};
    }
    PyErr_Clear();
    return "(no text)";
}

std::string textOf(const Raised &raised)
{
    PyRef message(PyObject_Str(raised.value.get()));
    return text(message.get());
}

const char *typeOf(const Raised &raised)
{
    return Py_TYPE(raised.value.get())->tp_name;
}

std::string messageOf(const Raised &raised)
{
    return typeOf(raised) + (": " + textOf(raised));
}

// A KeyError's text is the key alone.
std::string reasonOf(const Raised &raised)
{
    if (PyErr_GivenExceptionMatches(raised.value.get(), PyExc_KeyError))
        return messageOf(raised);
    const std::string said = textOf(raised);
    return said.empty() ? typeOf(raised) : said;
}

std::string tracebackOf(const Raised &raised)
{
    PyRef module(PyImport_ImportModule("PythonDriver._report"));
    if (!module) { // it cannot be imported, which may be what is to be reported
        PyErr_Clear();
        module = PyRef(PyImport_ImportModule("traceback"));
    }
    PyRef lines(module
                    ? PyObject_CallMethod(module.get(), "format_exception", "O", raised.value.get())
                    : nullptr);
    PyRef empty(PyUnicode_FromString(""));
    PyRef joined(lines ? PyUnicode_Join(empty.get(), lines.get()) : nullptr);
    if (!joined) {
        PyErr_Clear();
        return messageOf(raised) + "\n";
    }
    return text(joined.get());
}

// Type, file and line: what a client has sent is no part of it.
std::string placeOf(const Raised &raised)
{
    std::string place = Py_TYPE(raised.value.get())->tp_name;
    auto *entry = reinterpret_cast<PyTracebackObject *>(raised.traceback.get());
    while (entry && entry->tb_next)
        entry = entry->tb_next;
    if (!entry)
        return place;
    const PyRef code(reinterpret_cast<PyObject *>(PyFrame_GetCode(entry->tb_frame)));
    const PyRef file(PyObject_GetAttrString(code.get(), "co_filename"));
    const PyRef line(PyObject_GetAttrString(reinterpret_cast<PyObject *>(entry), "tb_lineno"));
    const PyRef number(line ? PyObject_Str(line.get()) : nullptr);
    return place + " " + text(file.get()) + ":" + text(number.get());
}

} // namespace

std::string takeMessage()
{
    Raised raised = take();
    return raised.value ? messageOf(raised) : std::string();
}

std::string raisedAt()
{
    const Raised raised = take();
    std::string place = raised.value ? placeOf(raised) : "";
    PyErr_Restore(Py_XNewRef(raised.type.get()), Py_XNewRef(raised.value.get()),
                  Py_XNewRef(raised.traceback.get()));
    return place;
}

std::string takeTraceback()
{
    Raised raised = take();
    return raised.value ? tracebackOf(raised) : std::string();
}

PythonReport takeReport()
{
    Raised raised = take();
    if (!raised.value)
        return {};
    return {tracebackOf(raised), reasonOf(raised)};
}

void logLines(InterpreterCore &core, const std::string &text)
{
    const Detach detached(core);
    logLines(text);
}
