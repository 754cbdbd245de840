// Reading and writing: the parameter list first, and Python where the class overrides it.
#include "asynPythonDriver.h"

#include <algorithm>
#include <cstring>

#include "attribute.h"
#include "conversions.h"
#include "pythonError.h"

#include <epicsStdio.h>
#include <epicsString.h>
#include <errlog.h>

namespace
{

constexpr double tracebackInterval = 10.0; // s, between two tracebacks of one kind and parameter

asynStatus refused(asynUser *user, const char *port)
{
    epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                  "port %s is shut down", port);
    return asynDisabled;
}

} // namespace

PyObject *asynPythonDriver::reasonObject(int reason)
{
    const auto index = static_cast<size_t>(reason);
    std::vector<PyRef> &reasons = hooks_->reasons;
    if (reasons.size() <= index)
        reasons.resize(parameters_.size());
    if (!reasons[index])
        reasons[index] = PyRef(PyUnicode_InternFromString(parameters_[index].name.c_str()));
    return reasons[index].get();
}

Destination asynPythonDriver::destination(int reason)
{
    return {portName, nullptr, nullptr, reasonObject(reason),
            parameterTypeName(parameters_[static_cast<size_t>(reason)].type)};
}

asynStatus asynPythonDriver::failed(asynUser *user, PythonParameter &known, const char *method)
{
    const std::string traceback = takeTraceback();
    const size_t end = traceback.find_last_not_of('\n');
    const size_t start = traceback.rfind('\n', end);
    const std::string last = traceback.substr(start == std::string::npos ? 0 : start + 1,
                                              end == std::string::npos ? end : end - start);
    epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                  "port %s, module %s: %s('%s') raised %s", portName, moduleName_.c_str(), method,
                  known.name.c_str(), last.c_str());
    if (handle_->closed)
        return asynDisabled; // the port is going down: what its code says of that is no news
    const epicsTime now = epicsTime::getCurrent();
    Complaint &complaint =
        known.complaints[std::string(method) + " " + last.substr(0, last.find(':'))];
    if (now < complaint.next) {
        ++complaint.untold;
        return asynError;
    }
    std::string text = "port " + std::string(portName) + ", module " + moduleName_ + ": " + method +
                       "('" + known.name + "') raised an exception";
    if (complaint.untold)
        text += " (" + std::to_string(complaint.untold) + " more since the last one told)";
    logLines(text + "\n" + traceback);
    complaint.untold = 0;
    complaint.next = now + tracebackInterval;
    return asynError;
}

// Attached.
asynStatus asynPythonDriver::callWrite(asynUser *user, PythonParameter &known, PyObject *value)
{
    PyObject *reason = reasonObject(user->reason);
    PyObject *arguments[] = {nullptr, reason, value};
    PyRef result(reason && value ? PyObject_Vectorcall(hooks_->write.get(), arguments + 1,
                                                       2 | PY_VECTORCALL_ARGUMENTS_OFFSET, nullptr)
                                 : nullptr);
    return result ? asynSuccess : failed(user, known, "write");
}

// A record writes a value. The list has it before write() is called, as in a C++ driver; where
// write() raises the old one comes back.
template <typename Value, typename Set>
asynStatus asynPythonDriver::put(asynUser *user, const Value &value, Set set)
{
    PythonParameter *known = parameter(user->reason);
    if (!known)
        return asynParamBadIndex;
    Value before{}, now{};
    const bool defined = getValue(user->reason, before) == asynSuccess;
    asynStatus status = defined ? set() : asynSuccess;
    if (status != asynSuccess)
        return status;
    getValue(user->reason, now);
    const Value given = defined ? now : value;
    {
        Attach attached(*interpreter_);
        if (!attached)
            return refused(user, portName);
        PyRef object(toPython(given));
        status = callWrite(user, *known, object.get());
    }
    Value after{};
    const bool definedAfter = getValue(user->reason, after) == asynSuccess;
    if (status == asynSuccess && !definedAfter)
        status = set();
    else if (status != asynSuccess && defined && after == now)
        setValue(user->reason, before);
    publish(0);
    return status;
}

// A record reads: read() is asked, and what it returns goes into the list. None leaves the list as
// it is.
template <typename Value> asynStatus asynPythonDriver::refresh(asynUser *user)
{
    PythonParameter *known = parameter(user->reason);
    if (!known)
        return asynParamBadIndex;
    Value value{};
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
            return failed(user, *known, "read");
    }
    if (has) {
        setValue(user->reason, value);
        publish(0);
    }
    return asynSuccess;
}

#define SCALAR(NAME, TYPE)                                                                         \
    asynStatus asynPythonDriver::read##NAME(asynUser *user, TYPE *value)                           \
    {                                                                                              \
        if (hooks_->read) {                                                                        \
            const asynStatus status = refresh<TYPE>(user);                                         \
            if (status != asynSuccess)                                                             \
                return status;                                                                     \
        }                                                                                          \
        return asynPortDriver::read##NAME(user, value);                                            \
    }                                                                                              \
    asynStatus asynPythonDriver::write##NAME(asynUser *user, TYPE value)                           \
    {                                                                                              \
        if (!hooks_->write) {                                                                      \
            updateTimeStamp();                                                                     \
            return asynPortDriver::write##NAME(user, value);                                       \
        }                                                                                          \
        return put<TYPE>(user, value, [&] { return setValue(user->reason, value); });              \
    }

SCALAR(Int32, epicsInt32)
SCALAR(Int64, epicsInt64)
SCALAR(Float64, epicsFloat64)
#undef SCALAR

asynStatus asynPythonDriver::readUInt32Digital(asynUser *user, epicsUInt32 *value, epicsUInt32 mask)
{
    if (hooks_->read) {
        const asynStatus status = refresh<epicsUInt32>(user);
        if (status != asynSuccess)
            return status;
    }
    return asynPortDriver::readUInt32Digital(user, value, mask);
}

asynStatus asynPythonDriver::writeUInt32Digital(asynUser *user, epicsUInt32 value, epicsUInt32 mask)
{
    if (!hooks_->write) {
        updateTimeStamp();
        return asynPortDriver::writeUInt32Digital(user, value, mask);
    }
    return put<epicsUInt32>(user, value & mask,
                            [&] { return setUIntDigitalParam(user->reason, value, mask); });
}

asynStatus asynPythonDriver::readOctet(asynUser *user, char *value, size_t maxChars,
                                       size_t *nActual, int *eomReason)
{
    *nActual = 0;
    if (hooks_->read) {
        const asynStatus status = refresh<std::string>(user);
        if (status != asynSuccess)
            return status;
    }
    return asynPortDriver::readOctet(user, value, maxChars, nActual, eomReason);
}

asynStatus asynPythonDriver::writeOctet(asynUser *user, const char *value, size_t maxChars,
                                        size_t *nActual)
{
    if (!hooks_->write) {
        updateTimeStamp();
        return asynPortDriver::writeOctet(user, value, maxChars, nActual);
    }
    const std::string text(value, strnlen(value, maxChars));
    const asynStatus status =
        put<std::string>(user, text, [&] { return setStringParam(user->reason, text); });
    *nActual = status == asynSuccess ? maxChars : 0;
    return status;
}

asynStatus asynPythonDriver::readEnum(asynUser *user, char *strings[], int values[],
                                      int severities[], size_t nElements, size_t *nIn)
{
    *nIn = 0;
    PythonParameter *known = parameter(user->reason);
    if (!known)
        return asynParamBadIndex;
    if (hooks_->readEnum) {
        Attach attached(*interpreter_);
        if (!attached)
            return refused(user, portName);
        PyObject *reason = reasonObject(user->reason);
        PyRef result(reason ? PyObject_CallOneArg(hooks_->readEnum.get(), reason) : nullptr);
        EnumChoices choices;
        if (!result || (result.get() != Py_None &&
                        !choicesFromPython(result.get(), portName, reason, choices)))
            return failed(user, *known, "readEnum");
        if (!choices.empty())
            known->choices = std::move(choices);
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
