// The Python type of a record's parameter.
#include <cmath>
#include <mutex>
#include <new>

#include "softioc/outside.h"
#include "softioc/recordPort.h"

#include "interpreter/pythonEntry.h"
#include "port/attribute.h"
#include "values/conversions.h"

#include <alarm.h>
#include <epicsTime.h>

namespace
{

struct ParameterObject {
    PyObject_HEAD PyObject *name; // the record's
    PyObject *writer;
    asynParamType type;
    int reason;
};

ParameterObject &of(PyObject *self)
{
    return *reinterpret_cast<ParameterObject *>(self);
}

Destination destination(const ParameterObject &self)
{
    return {RecordPort::opened()->portName, nullptr, nullptr, self.name,
            parameterTypeName(self.type)};
}

bool valueFromPython(const ParameterObject &self, PyObject *object, RecordValue &value)
{
    const Destination to = destination(self);
    switch (self.type) {
    case asynParamInt32:
        return fromPython(object, to, value.int32);
    case asynParamInt64:
        return fromPython(object, to, value.int64);
    case asynParamFloat64:
        return fromPython(object, to, value.float64);
    case asynParamOctet:
        return fromPython(object, to, value.text, 0);
    default:
        value.array = ArrayValue::fromPython(object, *elementTypeOf(self.type), to);
        return value.array != nullptr;
    }
}

// None is now, a number is seconds since 1970.
bool timeFromPython(PyObject *object, epicsTimeStamp &time)
{
    if (!object || object == Py_None) {
        epicsTimeGetCurrent(&time); // time of day
        return true;
    }
    const double seconds = PyFloat_AsDouble(object);
    if (PyErr_Occurred())
        return false;
    const double whole = std::floor(seconds), since = whole - POSIX_TIME_AT_EPICS_EPOCH;
    if (!(since >= 0 && since < 4294967295.0)) {
        PyErr_Format(PyExc_ValueError,
                     "a time stamp is in seconds since 1970, from 1990 to 2126, not %R", object);
        return false;
    }
    time.secPastEpoch = static_cast<epicsUInt32>(since);
    time.nsec = static_cast<epicsUInt32>((seconds - whole) * 1e9);
    return true;
}

bool intFromPython(PyObject *object, const char *what, int most, int &value)
{
    const long number = PyLong_AsLong(object);
    if (number == -1 && PyErr_Occurred())
        return false;
    if (number < 0 || number > most) {
        PyErr_Format(PyExc_ValueError, "%s is a number of softioc.alarm, from 0 to %d, not %ld",
                     what, most, number);
        return false;
    }
    value = static_cast<int>(number);
    return true;
}

bool alarmFromPython(PyObject *severity, PyObject *status, int &severityTo, int &statusTo)
{
    return (!severity || intFromPython(severity, "a severity", INVALID_ALARM, severityTo)) &&
           (!status || intFromPython(status, "an alarm", WRITE_ACCESS_ALARM, statusTo));
}

bool argumentCount(Py_ssize_t count, Py_ssize_t least, Py_ssize_t most, const char *method)
{
    if (count >= least && count <= most)
        return true;
    PyErr_Format(PyExc_TypeError, "%s takes %zd to %zd arguments, not %zd", method, least, most,
                 count);
    return false;
}

bool setArguments(const ParameterObject &self, PyObject *const *arguments, Py_ssize_t count,
                  RecordValue &value)
{
    return argumentCount(count, 1, 4, "set") && valueFromPython(self, arguments[0], value) &&
           alarmFromPython(count > 1 ? arguments[1] : nullptr, count > 2 ? arguments[2] : nullptr,
                           value.alarmSeverity, value.alarmStatus) &&
           timeFromPython(count > 3 ? arguments[3] : nullptr, value.time);
}

// What only looks at or exchanges the port's own things. Mostly nobody else has the lock: then
// Python is not left, which another thread might keep for long.
template <typename Work> auto locked(Work work)
{
    RecordPort &port = *RecordPort::opened();
    if (port.tryLock()) {
        const std::lock_guard<RecordPort> guard(port, std::adopt_lock);
        return work(port);
    }
    const Outside outside(port.core());
    const std::lock_guard<RecordPort> guard(port);
    return work(port);
}

// set(value, severity, alarm, time)
PyObject *set(PyObject *object, PyObject *const *arguments, Py_ssize_t count)
{
    RecordValue value; // the old one after set: freed attached
    if (!setArguments(of(object), arguments, count, value))
        return nullptr;
    {
        RecordPort &port = *RecordPort::opened();
        const Outside outside(port.core());
        port.set(of(object).reason, value);
    }
    Py_RETURN_NONE;
}

PyObject *put(PyObject *object, PyObject *const *arguments, Py_ssize_t count)
{
    RecordValue value;
    if (!setArguments(of(object), arguments, count, value))
        return nullptr;
    bool changed;
    {
        RecordPort &port = *RecordPort::opened();
        const Outside outside(port.core());
        changed = port.put(of(object).reason, value);
    }
    return PyBool_FromLong(changed);
}

// set_alarm(severity, alarm, time)
PyObject *setAlarm(PyObject *object, PyObject *const *arguments, Py_ssize_t count)
{
    int status = 0, severity = 0;
    epicsTimeStamp time;
    if (!argumentCount(count, 2, 3, "set_alarm") ||
        !alarmFromPython(arguments[0], arguments[1], severity, status) ||
        !timeFromPython(count > 2 ? arguments[2] : nullptr, time))
        return nullptr;
    {
        RecordPort &port = *RecordPort::opened();
        const Outside outside(port.core());
        port.setAlarm(of(object).reason, status, severity, time);
    }
    Py_RETURN_NONE;
}

PyObject *trigger(PyObject *object, PyObject *)
{
    {
        RecordPort &port = *RecordPort::opened();
        const Outside outside(port.core());
        port.trigger(of(object).reason);
    }
    Py_RETURN_NONE;
}

PyObject *store(PyObject *object, PyObject *argument)
{
    const ParameterObject &self = of(object);
    RecordValue value;
    epicsTimeGetCurrent(&value.time); // time of day
    if (!valueFromPython(self, argument, value))
        return nullptr;
    const bool changed = locked([&](RecordPort &port) { return port.store(self.reason, value); });
    return PyBool_FromLong(changed);
}

PyObject *get(PyObject *object, PyObject *)
{
    const ParameterObject &self = of(object);
    RecordValue value;
    const bool defined = locked([&](RecordPort &port) { return port.get(self.reason, value); });
    if (!defined)
        Py_RETURN_NONE;
    switch (self.type) {
    case asynParamInt32:
        return toPython(value.int32);
    case asynParamInt64:
        return toPython(value.int64);
    case asynParamFloat64:
        return toPython(value.float64);
    case asynParamOctet:
        return toPython(value.text);
    default:
        return Py_NewRef(value.array ? value.array->object() : Py_None);
    }
}

PyObject *defer(PyObject *object, PyObject *)
{
    const int reason = of(object).reason;
    return PyLong_FromUnsignedLong(
        locked([reason](RecordPort &port) { return port.defer(reason); }));
}

PyObject *forget(PyObject *object, PyObject *)
{
    const int reason = of(object).reason;
    locked([reason](RecordPort &port) {
        port.forget(reason);
        return true;
    });
    Py_RETURN_NONE;
}

PyObject *complete(PyObject *object, PyObject *arguments)
{
    unsigned long write;
    const char *problem = nullptr;
    if (!PyArg_ParseTuple(arguments, "k|z:complete", &write, &problem))
        return nullptr;
    const std::string message(problem ? problem : "");
    {
        RecordPort &port = *RecordPort::opened();
        const Outside outside(port.core());
        port.complete(of(object).reason, write, problem ? asynTimeout : asynSuccess,
                      message.c_str());
    }
    Py_RETURN_NONE;
}

PyObject *make(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    static const char *names[] = {"name", "type", "writer", nullptr};
    PyObject *name = nullptr, *writer = Py_None;
    const char *word = nullptr;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "Us|O", const_cast<char **>(names), &name,
                                     &word, &writer))
        return nullptr;
    RecordPort *port = RecordPort::opened();
    const asynParamType parameterType = parameterTypeOf(word);
    const char *record = PyUnicode_AsUTF8(name);
    if (!port || parameterType == asynParamNotDefined || !record) {
        if (!PyErr_Occurred())
            PyErr_Format(PyExc_ValueError, "record %U: %s", name,
                         port ? "there is no such parameter type" : "the port is not open");
        return nullptr;
    }
    int reason;
    {
        const Outside outside(port->core());
        const std::lock_guard<RecordPort> guard(*port);
        reason = port->add(record, parameterType);
    }
    if (reason < 0) {
        PyErr_Format(PyExc_ValueError, "record %U is there already", name);
        return nullptr;
    }
    auto *self = reinterpret_cast<ParameterObject *>(type->tp_alloc(type, 0));
    if (!self)
        return nullptr;
    self->name = Py_NewRef(name);
    self->writer = writer == Py_None ? nullptr : Py_NewRef(writer);
    self->type = parameterType;
    self->reason = reason;
    if (self->writer) {
        // The port's own, for ever: a record may write as long as there is an IOC.
        PyObject *kept = Py_NewRef(self->writer);
        const Outside outside(port->core());
        port->setWriter(reason, kept);
    }
    return reinterpret_cast<PyObject *>(self);
}

void destroy(PyObject *object)
{
    PyTypeObject *type = Py_TYPE(object);
    Py_CLEAR(of(object).name);
    Py_CLEAR(of(object).writer);
    type->tp_free(object);
    Py_DECREF(type);
}

PyObject *nameOf(PyObject *object, void *)
{
    return Py_NewRef(of(object).name);
}

PyObject *drvInfoOf(PyObject *object, void *)
{
    const char *drvInfo = nullptr;
    {
        RecordPort &port = *RecordPort::opened();
        const Outside outside(port.core());
        const std::lock_guard<RecordPort> guard(port);
        port.getParamName(of(object).reason, &drvInfo); // stays where it is
    }
    return PyUnicode_FromString(drvInfo);
}

PyGetSetDef properties[] = {
    {"drvinfo", pythonEntry<drvInfoOf>, nullptr, "the parameter's name, for the record's link",
     nullptr},
    {"name", pythonEntry<nameOf>, nullptr, "the record's name", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyMethodDef methods[] = {
    {"set", pythonMethod<set>(), METH_FASTCALL,
     "set(value, severity=0, alarm=0, time=None): a new value; its record processes."},
    {"put", pythonMethod<put>(), METH_FASTCALL,
     "put(value, severity=0, alarm=0, time=None): as set; whether it is another value than "
     "before."},
    {"set_alarm", pythonMethod<setAlarm>(), METH_FASTCALL,
     "set_alarm(severity, alarm, time=None): a new alarm; its record processes."},
    {"trigger", pythonEntry<trigger>, METH_NOARGS, "trigger(): its record processes again."},
    {"store", pythonEntry<store>, METH_O,
     "store(value): what the record has written; whether it is another value than before."},
    {"get", pythonEntry<get>, METH_NOARGS, "get(): the value, None where there is none yet."},
    {"defer", pythonEntry<defer>, METH_NOARGS,
     "defer(): in the writer: a number by which complete() ends the write; 0 where its client does "
     "not wait."},
    {"forget", pythonEntry<forget>, METH_NOARGS,
     "forget(): there will be no such record; its name is free."},
    {"complete", pythonEntry<complete>, METH_VARARGS,
     "complete(number, problem=None): ends the write, with an alarm where there is a problem."},
    {nullptr, nullptr, 0, nullptr},
};

PyType_Slot slots[] = {
    {Py_tp_doc, const_cast<char *>(
                    "Parameter(name, type, writer=None): the parameter of a record of that name. "
                    "writer(value) decides whether a value that the record writes is accepted.")},
    {Py_tp_new, pythonSlot<make>()},
    {Py_tp_dealloc, pythonSlot<destroy>()},
    {Py_tp_methods, methods},
    {Py_tp_getset, properties},
    {0, nullptr},
};

PyType_Spec specification = {"_records.Parameter", sizeof(ParameterObject), 0,
                             Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE, slots};

} // namespace

PyObject *makeParameterType(PyObject *module)
{
    return PyType_FromModuleAndSpec(module, &specification, nullptr);
}
