// Reading and writing: the parameter list first, and Python where the class overrides it.
#include "port/asynPythonDriver.h"

#include <algorithm>
#include <cstring>

#include "interpreter/pythonError.h"
#include "port/attribute.h"
#include "values/conversions.h"

#include <epicsStdio.h>
#include <epicsString.h>
#include <errlog.h>

namespace
{

asynStatus refused(asynUser *user, const char *port)
{
    epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                  "port %s is shut down", port);
    return asynDisabled;
}

// Calls the function of a bound method with the object as first argument. Calling the method itself
// would build a new argument array.
PyObject *callMethod(PyObject *method, PyObject *reason, PyObject *value)
{
    PyObject *arguments[] = {nullptr, nullptr, reason, value};
    if (!PyMethod_Check(method))
        return PyObject_Vectorcall(method, arguments + 2, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET,
                                   nullptr);
    arguments[1] = PyMethod_GET_SELF(method);
    return PyObject_Vectorcall(PyMethod_GET_FUNCTION(method), arguments + 1,
                               3 | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr);
}

} // namespace

PyObject *asynPythonDriver::reasonObject(int reason)
{
    const auto index = static_cast<size_t>(reason);
    std::vector<PyRef> &reasons = hooks_->reasons;
    if (reasons.size() <= index)
        reasons.resize(parameters_.size());
    if (!reasons[index])
        reasons[index] = PyRef(PyUnicode_InternFromString(at(reason).name.c_str()));
    return reasons[index].get();
}

Destination asynPythonDriver::destination(int reason)
{
    return {portName, nullptr, nullptr, reasonObject(reason), parameterTypeName(at(reason).type)};
}

asynStatus asynPythonDriver::failed(asynUser *user, PythonParameter &known, const char *method)
{
    const std::string place = std::string(method) + " " + raisedAt();
    const PythonReport report = takeReport();
    epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                  "port %s, module %s, %s('%s'): %s", portName, moduleName_.c_str(), method,
                  known.name.c_str(), report.reason.c_str());
    if (handle_->closed)
        return asynDisabled; // the port is going down: what its code says of that is no news
    unsigned long unprinted = 0;
    if (!known.complaints.due(place, unprinted))
        return asynError;
    std::string text = "port " + std::string(portName) + ", module " + moduleName_ + ": " + method +
                       "('" + known.name + "') raised an exception";
    if (unprinted)
        text += " (" + std::to_string(unprinted) + " more since the last one printed)";
    logLines(interpreter_->core(), text + "\n" + report.traceback);
    return asynError;
}

// Attached.
asynStatus asynPythonDriver::callWrite(asynUser *user, PythonParameter &known, PyObject *value)
{
    PyObject *reason = reasonObject(user->reason);
    const Put put{user->reason, known, reason, value, known.version, put_};
    put_ = &put;
    PyRef result(reason && value ? callMethod(hooks_->write.get(), reason, value) : nullptr);
    put_ = put.outer;
    return result ? asynSuccess : failed(user, known, "write");
}

// Handles a put. The attribute has the new value before write() is called. If write() raises, the
// old value is restored, unless write() has assigned another one.
template <typename Value, typename Given>
asynStatus asynPythonDriver::put(asynUser *user, PythonParameter &known, const Given &value)
{
    ScalarValue before = std::move(spare_); // for its memory
    const unsigned long byBefore = known.assignedBy;
    if (known.value.replace(value, before))
        ++known.version;
    known.assignedBy = aPut;
    const unsigned long version = known.version;
    asynStatus status = asynDisabled;
    {
        Attach attached(*interpreter_);
        if (attached) {
            PyRef object(toPython(value));
            status = callWrite(user, known, object.get());
        } else {
            refused(user, portName);
        }
    }
    if (status != asynSuccess && known.version == version)
        takeBack<Value>(user->reason, known, before, byBefore);
    publishPut(user->reason, known);
    spare_ = std::move(before);
    return status;
}

// Handles a read: calls read(), and its return value becomes the new value. None leaves the value
// unchanged.
template <typename Value>
asynStatus asynPythonDriver::refresh(asynUser *user, PythonParameter &known)
{
    Value value{};
    asynStatus status = asynSuccess;
    bool has = false;
    {
        Attach attached(*interpreter_);
        if (!attached)
            return refused(user, portName);
        PyObject *reason = reasonObject(user->reason);
        PyRef result(reason ? PyObject_CallOneArg(hooks_->read.get(), reason) : nullptr);
        has = result && result.get() != Py_None;
        if (has) {
            const Destination to = destination(user->reason);
            if constexpr (std::is_same_v<Value, std::string>)
                has = fromPython(result.get(), to, value, 0);
            else
                has = fromPython(result.get(), to, value);
        }
        if (PyErr_Occurred())
            status = failed(user, known, "read");
    }
    if (has) {
        setValue(user->reason, value);
        updateTimeStamp(); // it is as new as any, also when it is the same
    }
    publishAssigned();
    return status;
}

// Reads a value. The parameter list has the published value; the attribute may have a newer one.
// get(value) calls the method of asynPortDriver, which also sets alarm and time stamp.
template <typename Value, typename Get>
asynStatus asynPythonDriver::read(asynUser *user, Value &value, Get get)
{
    PythonParameter *known = scalar<Value>(user->reason);
    if (known && hooks_->read) {
        const asynStatus status = refresh<Value>(user, *known);
        if (status != asynSuccess)
            return status;
    }
    const asynStatus status = get();
    if (!known || known->assignedBy == 0)
        return status;
    value = known->value.get<Value>();
    if (status != asynParamUndefined)
        return status;
    user->auxStatus = asynSuccess;
    return asynSuccess;
}

// set(): the method of asynPortDriver.
template <typename Value, typename Given, typename Set>
asynStatus asynPythonDriver::write(asynUser *user, const Given &value, Set set)
{
    PythonParameter *known = scalar<Value>(user->reason);
    if (!known)
        return set();
    if (hooks_->write)
        return put<Value>(user, *known, value);
    if (known->value.set(value))
        ++known->version;
    if (known->assignedBy != 0) // of a UInt32Digital set() has some bits alone
        toList(user->reason, *known);
    known->assignedBy = 0;
    updateTimeStamp();
    return set();
}

#define SCALAR(NAME, TYPE)                                                                         \
    asynStatus asynPythonDriver::read##NAME(asynUser *user, TYPE *value)                           \
    {                                                                                              \
        return read(user, *value, [&] { return asynPortDriver::read##NAME(user, value); });        \
    }                                                                                              \
    asynStatus asynPythonDriver::write##NAME(asynUser *user, TYPE value)                           \
    {                                                                                              \
        return write<TYPE>(user, value, [&] { return asynPortDriver::write##NAME(user, value); }); \
    }

SCALAR(Int32, epicsInt32)
SCALAR(Int64, epicsInt64)
SCALAR(Float64, epicsFloat64)
#undef SCALAR

asynStatus asynPythonDriver::readUInt32Digital(asynUser *user, epicsUInt32 *value, epicsUInt32 mask)
{
    const asynStatus status =
        read(user, *value, [&] { return asynPortDriver::readUInt32Digital(user, value, mask); });
    *value &= mask;
    return status;
}

asynStatus asynPythonDriver::writeUInt32Digital(asynUser *user, epicsUInt32 value, epicsUInt32 mask)
{
    const PythonParameter *known = scalar<epicsUInt32>(user->reason);
    const epicsUInt32 others = known ? known->value.get<epicsUInt32>() & ~mask : 0;
    return write<epicsUInt32>(user, (value & mask) | others, [&] {
        return asynPortDriver::writeUInt32Digital(user, value, mask);
    });
}

asynStatus asynPythonDriver::readOctet(asynUser *user, char *value, size_t maxChars,
                                       size_t *nActual, int *eomReason)
{
    *nActual = 0;
    std::string text;
    const asynStatus status = read(user, text, [&] {
        return asynPortDriver::readOctet(user, value, maxChars, nActual, eomReason);
    });
    if (maxChars > 0 && status == asynSuccess && isUnpublished(user->reason)) {
        const size_t length = std::min(text.size(), maxChars - 1);
        std::memcpy(value, text.c_str(), length);
        value[length] = '\0';
        *nActual = length + 1; // with the NUL, as asynPortDriver counts
    }
    return status;
}

asynStatus asynPythonDriver::writeOctet(asynUser *user, const char *value, size_t maxChars,
                                        size_t *nActual)
{
    size_t written = 0;
    const asynStatus status =
        write<std::string>(user, std::string_view(value, strnlen(value, maxChars)), [&] {
            return asynPortDriver::writeOctet(user, value, maxChars, &written);
        });
    *nActual = status == asynSuccess ? maxChars : 0;
    return status;
}

asynStatus asynPythonDriver::refreshChoices(asynUser *user, PythonParameter &known)
{
    Attach attached(*interpreter_);
    if (!attached)
        return refused(user, portName);
    PyObject *reason = reasonObject(user->reason);
    PyRef result(reason ? PyObject_CallOneArg(hooks_->readEnum.get(), reason) : nullptr);
    EnumChoices choices;
    if (!result ||
        (result.get() != Py_None && !choicesFromPython(result.get(), portName, reason, choices)))
        return failed(user, known, "readEnum");
    if (!choices.empty())
        known.choices = std::move(choices);
    return asynSuccess;
}

asynStatus asynPythonDriver::readEnum(asynUser *user, char *strings[], int values[],
                                      int severities[], size_t nElements, size_t *nIn)
{
    *nIn = 0;
    PythonParameter *known = parameter(user->reason);
    if (!known)
        return asynParamBadIndex;
    if (hooks_->readEnum) {
        const asynStatus status = refreshChoices(user, *known);
        publishAssigned();
        if (status != asynSuccess)
            return status;
    }
    if (known->choices.empty())
        return asynError; // the parameter has no choices; records keep their own
    *nIn = std::min(nElements, known->choices.size());
    for (size_t i = 0; i < *nIn; ++i) {
        free(strings[i]);
        strings[i] = epicsStrDup(known->choices[i].text.c_str());
        values[i] = known->choices[i].value;
        severities[i] = known->choices[i].severity;
    }
    return asynSuccess;
}

asynStatus asynPythonDriver::writeEnum(asynUser *user, char *strings[], int values[],
                                       int severities[], size_t nElements)
{
    PythonParameter *known = parameter(user->reason);
    if (!known)
        return asynParamBadIndex;
    known->choices.resize(nElements);
    for (size_t i = 0; i < nElements; ++i)
        known->choices[i] = {strings[i] ? strings[i] : "", values[i], severities[i]};
    handle_->announcements.add({Announcement::choices, user->reason, nullptr, known->choices});
    handle_->announcements.callLater(handle_);
    return asynSuccess;
}
