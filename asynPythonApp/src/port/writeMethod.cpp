#include "port/writeMethod.h"

#include <cstddef>
#include <new>

#include <structmember.h>

#include "interpreter/pythonEntry.h"
#include "port/asynPythonDriver.h"
#include "port/module.h"

namespace
{

struct WriteMethod {
    PyObject_HEAD vectorcallfunc call;
    PyObject *driver; // of which bound is the method; NULL for none
    PyObject *bound;
    std::shared_ptr<PortHandle> port;
    // What the class of the driver was at the last call; guarded by the GIL. The type is compared,
    // and not used.
    const PyTypeObject *lookedAt;
    unsigned lookedAtVersion;
    bool plain;
};

WriteMethod &of(PyObject *self)
{
    return *reinterpret_cast<WriteMethod *>(self);
}

// reason and value of a call, positional or by name.
bool takeArguments(PyObject *const *arguments, Py_ssize_t count, PyObject *names,
                   PyObject *(&found)[3])
{
    static const char *const known[] = {"self", "reason", "value"};
    const Py_ssize_t named = names ? PyTuple_GET_SIZE(names) : 0;
    for (Py_ssize_t i = 0; i < count && i < 3; ++i)
        found[i] = arguments[i];
    bool good = count + named == 3;
    for (Py_ssize_t i = 0; good && i < named; ++i) {
        int which = 1;
        while (which < 3 &&
               PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(names, i), known[which]) != 0)
            ++which;
        good = which < 3 && !found[which];
        if (good)
            found[which] = arguments[count + i];
    }
    if (!good)
        PyErr_SetString(PyExc_TypeError, "write() takes the arguments reason and value");
    return good;
}

// Whether every parameter of the driver is assigned by its Attribute alone: the class has neither a
// __setattr__ of its own nor anything else, such as a property, under a parameter's name.
bool findsAttributesOnly(const PyObject *attributeType, PyObject *driver)
{
    PyTypeObject *type = Py_TYPE(driver);
    if (type->tp_setattro != PyObject_GenericSetAttr)
        return false;
    PyRef params(PyObject_GetAttrString(driver, "params"));
    if (!params || !PyDict_Check(params.get())) {
        PyErr_Clear();
        return false;
    }
    PyObject *name, *pyname;
    for (Py_ssize_t place = 0; PyDict_Next(params.get(), &place, &name, &pyname);) {
        PyObject *found = PyUnicode_Check(pyname) ? _PyType_Lookup(type, pyname) : nullptr;
        if (!found || Py_TYPE(found) != reinterpret_cast<const PyTypeObject *>(attributeType))
            return false;
    }
    return true;
}

// The same, remembered for as long as neither the class nor a base of it changes.
bool assignsPlainly(WriteMethod &method, PyObject *driver)
{
    const PyTypeObject *type = Py_TYPE(driver);
    if (type == method.lookedAt && type->tp_version_tag == method.lookedAtVersion)
        return method.plain;
    const PortModuleState &state =
        portModuleState(PyType_GetModule(Py_TYPE(reinterpret_cast<PyObject *>(&method))));
    method.plain = findsAttributesOnly(state.attributeType, driver);
    // 0: CPython has given the class none, and would not change it.
    method.lookedAt = type->tp_version_tag != 0 ? type : nullptr;
    method.lookedAtVersion = type->tp_version_tag;
    return method.plain;
}

PyObject *call(PyObject *self, PyObject *const *arguments, size_t flaggedCount, PyObject *names)
{
    const Py_ssize_t count = PyVectorcall_NARGS(flaggedCount);
    PyObject *found[3] = {};
    if ((names || count != 3) && !takeArguments(arguments, count, names, found))
        return nullptr;
    PyObject *const *given = found[0] ? found : arguments;
    PyObject *driver = given[0], *name = given[1], *value = given[2];
    const PortHandle &port = *of(self).port;
    if (port.isMine() && port.driver && port.driver->isPut(name, value) &&
        assignsPlainly(of(self), driver))
        Py_RETURN_NONE;
    PyRef params(PyObject_GetAttrString(driver, "params"));
    PyRef pyname(params ? PyObject_GetItem(params.get(), name) : nullptr);
    if (!pyname || PyObject_SetAttr(driver, pyname.get(), value) < 0)
        return nullptr;
    Py_RETURN_NONE;
}

PyObject *bind(PyObject *self, PyObject *object, PyObject *)
{
    if (!object)
        return Py_NewRef(self);
    if (object == of(self).driver)
        return Py_NewRef(of(self).bound);
    return PyMethod_New(self, object);
}

PyObject *nameOf(PyObject *, void *)
{
    return PyUnicode_FromString("write");
}

PyObject *qualifiedNameOf(PyObject *, void *)
{
    return PyUnicode_FromString("PythonDriver.write");
}

int traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(of(self).driver);
    Py_VISIT(of(self).bound);
    return 0;
}

int clear(PyObject *self)
{
    Py_CLEAR(of(self).driver);
    Py_CLEAR(of(self).bound);
    return 0;
}

void destroy(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    clear(self);
    of(self).port.~shared_ptr();
    type->tp_free(self);
    Py_DECREF(type);
}

PyMemberDef members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(WriteMethod, call), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

PyGetSetDef properties[] = {
    {"__name__", pythonEntry<nameOf>, nullptr, nullptr, nullptr},
    {"__qualname__", pythonEntry<qualifiedNameOf>, nullptr, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyType_Slot slots[] = {
    {Py_tp_doc,
     const_cast<char *>("write(reason, value)\n\nCalled when a record writes. Assigns the value to "
                        "the attribute.")},
    {Py_tp_call, pythonSlot<PyVectorcall_Call>()},
    {Py_tp_descr_get, pythonSlot<bind>()},
    {Py_tp_traverse, pythonSlot<traverse>()},
    {Py_tp_clear, pythonSlot<clear>()},
    {Py_tp_dealloc, pythonSlot<destroy>()},
    {Py_tp_members, members},
    {Py_tp_getset, properties},
    {0, nullptr},
};

PyType_Spec specification = {"_asynPython.WriteMethod", sizeof(WriteMethod), 0,
                             Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL |
                                 Py_TPFLAGS_METHOD_DESCRIPTOR | Py_TPFLAGS_IMMUTABLETYPE |
                                 Py_TPFLAGS_DISALLOW_INSTANTIATION,
                             slots};

} // namespace

PyObject *makeWriteMethodType(PyObject *module)
{
    return PyType_FromModuleAndSpec(module, &specification, nullptr);
}

PyRef makeWriteMethod(PyObject *type, const std::shared_ptr<PortHandle> &port)
{
    auto *made = reinterpret_cast<PyTypeObject *>(type);
    PyRef method(made->tp_alloc(made, 0));
    if (!method)
        return {};
    new (&of(method.get()).port) std::shared_ptr<PortHandle>(port);
    of(method.get()).call = pythonEntry<call>;
    return method;
}

bool bindWriteMethod(PyObject *method, PyObject *driver)
{
    PyRef bound(driver ? PyMethod_New(method, driver) : nullptr);
    if (driver && !bound)
        return false;
    clear(method);
    of(method).driver = Py_XNewRef(driver);
    of(method).bound = bound.release();
    return true;
}
