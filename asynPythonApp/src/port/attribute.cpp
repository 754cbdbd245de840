#include "port/attribute.h"

#include <cstring>
#include <new>

#include "interpreter/pyRef.h"
#include "interpreter/pythonEntry.h"
#include "port/asynPythonDriver.h"
#include "port/module.h"
#include "values/conversions.h"

namespace
{

struct TypeName {
    asynParamType type;
    const char *name;
};

constexpr TypeName typeNames[] = {
    {asynParamInt32, "Int32"},
    {asynParamInt64, "Int64"},
    {asynParamUInt32Digital, "UInt32Digital"},
    {asynParamFloat64, "Float64"},
    {asynParamOctet, "Octet"},
    {asynParamInt8Array, "Int8Array"},
    {asynParamInt16Array, "Int16Array"},
    {asynParamInt32Array, "Int32Array"},
    {asynParamInt64Array, "Int64Array"},
    {asynParamFloat32Array, "Float32Array"},
    {asynParamFloat64Array, "Float64Array"},
};

Attribute &of(PyObject *self)
{
    return *reinterpret_cast<Attribute *>(self);
}

Destination destination(const Attribute &self, PyObject *owner)
{
    return {self.port->portName.c_str(), owner ? Py_TYPE(owner)->tp_name : nullptr, self.pyname,
            self.name, parameterTypeName(self.type)};
}

PyObject *closed(PyObject *self)
{
    return raiseClosed(PyType_GetModule(Py_TYPE(self)));
}

// What became of an access that ran under the port lock.
enum class Access { done, undefined, gone, failed };

Access access(asynStatus status)
{
    return status == asynSuccess          ? Access::done
           : status == asynParamUndefined ? Access::undefined
                                          : Access::failed;
}

PyObject *noValue(const Attribute &self, PyObject *owner)
{
    PyErr_Format(
        PyExc_AttributeError,
        "port %s: %s.%U (parameter %U, %s) has no value yet: nothing was assigned or written",
        self.port->portName.c_str(), Py_TYPE(owner)->tp_name, self.pyname, self.name,
        parameterTypeName(self.type));
    return nullptr;
}

template <typename Value> PyObject *get(PyObject *object, PyObject *owner)
{
    Attribute &self = of(object);
    Value value{};
    const int reason = self.reason;
    const Access result = underPortLock(*self.port, [&](asynPythonDriver *driver) {
        return driver ? access(driver->getValue(reason, value)) : Access::gone;
    });
    if (result == Access::done)
        return toPython(value);
    return result == Access::gone ? closed(object) : noValue(self, owner);
}

PyObject *getArray(PyObject *object, PyObject *owner)
{
    Attribute &self = of(object);
    std::shared_ptr<ArrayValue> value;
    const int reason = self.reason;
    const Access result = underPortLock(*self.port, [&](asynPythonDriver *driver) {
        if (!driver)
            return Access::gone;
        value = driver->arrayOf(reason);
        return value ? Access::done : Access::undefined;
    });
    if (result == Access::done)
        return Py_NewRef(value->object());
    return result == Access::gone ? closed(object) : noValue(self, owner);
}

int finish(PyObject *object, Access result)
{
    if (result == Access::done)
        return 0;
    if (result == Access::gone)
        closed(object);
    else
        PyErr_Format(PyExc_RuntimeError, "port %s: parameter %U cannot be set",
                     of(object).port->portName.c_str(), of(object).name);
    return -1;
}

template <typename Value> int setConverted(PyObject *object, const Value &value)
{
    Attribute &self = of(object);
    const int reason = self.reason;
    return finish(object, underPortLock(*self.port, [&](asynPythonDriver *driver) {
                      return driver ? access(driver->setValue(reason, value)) : Access::gone;
                  }));
}

template <typename Value> int set(PyObject *object, PyObject *owner, PyObject *value)
{
    Value converted{};
    if (!fromPython(value, destination(of(object), owner), converted))
        return -1;
    return setConverted(object, converted);
}

int setText(PyObject *object, PyObject *owner, PyObject *value)
{
    std::string converted;
    if (!fromPython(value, destination(of(object), owner), converted,
                    static_cast<size_t>(of(object).limit)))
        return -1;
    return setConverted(object, converted);
}

int setArray(PyObject *object, PyObject *owner, PyObject *value)
{
    Attribute &self = of(object);
    std::shared_ptr<ArrayValue> array =
        ArrayValue::fromPython(value, *elementTypeOf(self.type), destination(self, owner));
    if (!array)
        return -1;
    if (asynPythonDriver::publishArray(self.port, self.reason, array))
        return 0;
    closed(object);
    return -1;
}

PyObject *descriptorGet(PyObject *object, PyObject *owner, PyObject *)
{
    if (!owner || owner == Py_None)
        return Py_NewRef(object);
    switch (of(object).type) {
    case asynParamInt32:
        return get<epicsInt32>(object, owner);
    case asynParamInt64:
        return get<epicsInt64>(object, owner);
    case asynParamUInt32Digital:
        return get<epicsUInt32>(object, owner);
    case asynParamFloat64:
        return get<epicsFloat64>(object, owner);
    case asynParamOctet:
        return get<std::string>(object, owner);
    default:
        return getArray(object, owner);
    }
}

int descriptorSet(PyObject *object, PyObject *owner, PyObject *value)
{
    if (!value) {
        PyErr_Format(PyExc_AttributeError,
                     "port %s: attribute %U is a parameter and cannot be deleted",
                     of(object).port->portName.c_str(), of(object).pyname);
        return -1;
    }
    PortHandle &port = *of(object).port;
    if (port.closed)
        return closed(object), -1;
    if (port.isMine() && port.driver && port.driver->isPut(of(object).reason, value))
        return 0;
    switch (of(object).type) {
    case asynParamInt32:
        return set<epicsInt32>(object, owner, value);
    case asynParamInt64:
        return set<epicsInt64>(object, owner, value);
    case asynParamUInt32Digital:
        return set<epicsUInt32>(object, owner, value);
    case asynParamFloat64:
        return set<epicsFloat64>(object, owner, value);
    case asynParamOctet:
        return setText(object, owner, value);
    default:
        return setArray(object, owner, value);
    }
}

PyObject *make(PyTypeObject *type, PyObject *arguments, PyObject *keywords)
{
    static const char *names[] = {"name", "type", "pyname", "limit", nullptr};
    PyObject *name = nullptr, *pyname = nullptr;
    const char *word = nullptr;
    Py_ssize_t limit = 0;
    if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "UsU|n", const_cast<char **>(names),
                                     &name, &word, &pyname, &limit))
        return nullptr;
    const asynParamType parameterType = parameterTypeOf(word);
    if (parameterType == asynParamNotDefined) {
        PyErr_Format(PyExc_ValueError, "parameter %U: there is no parameter type %s", name, word);
        return nullptr;
    }
    const char *drvInfo = PyUnicode_AsUTF8(name);
    if (!drvInfo)
        return nullptr;
    const std::shared_ptr<PortHandle> port = portModuleState(PyType_GetModule(type)).port;
    int reason = 0;
    std::string problem;
    const Access result = underPortLock(*port, [&](asynPythonDriver *driver) {
        if (!driver)
            return Access::gone;
        return driver->makeParameter(drvInfo, parameterType, reason, problem) ? Access::done
                                                                              : Access::failed;
    });
    if (result == Access::gone)
        return raiseClosed(PyType_GetModule(type));
    if (result == Access::failed) {
        PyErr_Format(PyExc_ValueError, "port %s: parameter %U: %s", port->portName.c_str(), name,
                     problem.c_str());
        return nullptr;
    }
    auto *self = reinterpret_cast<Attribute *>(type->tp_alloc(type, 0));
    if (!self)
        return nullptr;
    self->name = Py_NewRef(name);
    self->pyname = Py_NewRef(pyname);
    self->limit = limit;
    self->type = parameterType;
    self->reason = reason;
    new (&self->port) std::shared_ptr<PortHandle>(port);
    return reinterpret_cast<PyObject *>(self);
}

void destroy(PyObject *object)
{
    Attribute &self = of(object);
    PyTypeObject *type = Py_TYPE(object);
    Py_CLEAR(self.name);
    Py_CLEAR(self.pyname);
    self.port.~shared_ptr();
    type->tp_free(object);
    Py_DECREF(type);
}

PyObject *represent(PyObject *object)
{
    return PyUnicode_FromFormat("<%s %U of port %s: parameter %U>",
                                parameterTypeName(of(object).type), of(object).pyname,
                                of(object).port->portName.c_str(), of(object).name);
}

PyObject *typeOf(PyObject *object, void *)
{
    return PyUnicode_FromString(parameterTypeName(of(object).type));
}

PyObject *nameOf(PyObject *object, void *)
{
    return Py_NewRef(of(object).name);
}

PyObject *pynameOf(PyObject *object, void *)
{
    return Py_NewRef(of(object).pyname);
}

PyObject *limitOf(PyObject *object, void *)
{
    return PyLong_FromSsize_t(of(object).limit);
}

int setLimit(PyObject *object, PyObject *value, void *)
{
    const Py_ssize_t limit = value ? PyNumber_AsSsize_t(value, PyExc_OverflowError) : 0;
    if (PyErr_Occurred())
        return -1;
    of(object).limit = limit;
    return 0;
}

PyGetSetDef properties[] = {
    {"name", pythonEntry<nameOf>, nullptr,
     "the drvInfo string, which is the reason of read() and write()", nullptr},
    {"pyname", pythonEntry<pynameOf>, nullptr, "the attribute's name in the class", nullptr},
    {"type", pythonEntry<typeOf>, nullptr, "the parameter's type, such as Float64 or Int8Array",
     nullptr},
    {"limit", pythonEntry<limitOf>, pythonEntry<setLimit>,
     "largest length of a string in bytes; 0 where none is known", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyType_Slot slots[] = {
    {Py_tp_doc,
     const_cast<char *>("Attribute(name, type, pyname, limit=0): a parameter of the port.")},
    {Py_tp_new, pythonSlot<make>()},
    {Py_tp_dealloc, pythonSlot<destroy>()},
    {Py_tp_repr, pythonSlot<represent>()},
    {Py_tp_descr_get, pythonSlot<descriptorGet>()},
    {Py_tp_descr_set, pythonSlot<descriptorSet>()},
    {Py_tp_getset, properties},
    {0, nullptr},
};

PyType_Spec specification = {"_asynPython.Attribute", sizeof(Attribute), 0,
                             Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE, slots};

} // namespace

PyObject *makeAttributeType(PyObject *module)
{
    return PyType_FromModuleAndSpec(module, &specification, nullptr);
}

asynParamType parameterTypeOf(const char *word)
{
    for (const TypeName &entry : typeNames)
        if (std::strcmp(entry.name, word) == 0)
            return entry.type;
    return asynParamNotDefined;
}

const char *parameterTypeName(asynParamType type)
{
    for (const TypeName &entry : typeNames)
        if (entry.type == type)
            return entry.name;
    return "?";
}
