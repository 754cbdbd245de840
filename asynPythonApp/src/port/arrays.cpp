// Arrays: kept as the Python object that was assigned, read by records without entering Python.
// And what is announced to records, arrays and choices.
#define PY_SSIZE_T_CLEAN // "y#" takes a Py_ssize_t
#include "port/asynPythonDriver.h"

#include <algorithm>
#include <cstring>

#include "interpreter/pythonError.h"
#include "port/attribute.h"

#include <dbAccess.h>
#include <epicsStdio.h>
#include <epicsString.h>
#include <errlog.h>

asynStatus asynPythonDriver::refreshArray(asynUser *user, PythonParameter &known,
                                          const ElementType &type)
{
    Attach attached(*interpreter_);
    if (!attached)
        return asynDisabled;
    PyObject *reason = reasonObject(user->reason);
    PyRef result(reason ? PyObject_CallOneArg(hooks_->read.get(), reason) : nullptr);
    if (!result)
        return failed(user, known, "read");
    if (result.get() == Py_None)
        return asynSuccess;
    const Destination to = destination(user->reason);
    std::shared_ptr<ArrayValue> array = ArrayValue::fromPython(result.get(), type, to);
    if (!array)
        return failed(user, known, "read");
    known.array.swap(array); // the old one is freed here, attached
    return asynSuccess;
}

asynStatus asynPythonDriver::readArray(asynUser *user, void *value, size_t size, size_t most,
                                       size_t *count)
{
    *count = 0;
    PythonParameter *known = parameter(user->reason);
    const ElementType *type = known ? elementTypeOf(known->type) : nullptr;
    if (!type || type->size != size) {
        epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                      "port %s: parameter %s is %s, not an array of this width", portName,
                      known ? known->name.c_str() : "?",
                      known ? parameterTypeName(known->type) : "unknown");
        return asynParamWrongType;
    }
    if (hooks_->read) {
        const asynStatus refreshed = refreshArray(user, *known, *type);
        publishAssigned();
        if (refreshed != asynSuccess)
            return refreshed;
    }
    getTimeStamp(&user->timestamp);
    if (!known->array) {
        epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                      "port %s: parameter %s has no value yet", portName, known->name.c_str());
        return asynParamUndefined;
    }
    *count = known->array->copyTo(value, most, size);
    asynStatus status = asynSuccess;
    getParamStatus(user->reason, &status);
    getParamAlarmStatus(user->reason, &user->alarmStatus);
    getParamAlarmSeverity(user->reason, &user->alarmSeverity);
    return status;
}

asynStatus asynPythonDriver::writeArray(asynUser *user, const void *value, size_t size,
                                        size_t count)
{
    PythonParameter *known = parameter(user->reason);
    const ElementType *type = known ? elementTypeOf(known->type) : nullptr;
    if (!type || type->size != size)
        return asynParamWrongType;
    asynStatus status = asynSuccess;
    {
        Attach attached(*interpreter_);
        if (!attached)
            return asynDisabled;
        const Destination to = destination(user->reason);
        PyRef object(PyObject_CallMethod(hooks_->binding.get(), "from_record", "Cy#", type->format,
                                         value, static_cast<Py_ssize_t>(count * size)));
        std::shared_ptr<ArrayValue> array =
            object ? ArrayValue::fromPython(object.get(), *type, to) : nullptr;
        if (!array)
            return failed(user, *known, "write");
        std::shared_ptr<ArrayValue> before = known->array;
        known->array = array;
        const unsigned long version = ++known->version;
        if (hooks_->write)
            status = callWrite(user, *known, object.get());
        // Where write() raised, the old array comes back, unless write() assigned another.
        if (status != asynSuccess && known->version == version)
            known->array = before;
    }
    if (status == asynSuccess && known->array) {
        handle_->announcements.add({Announcement::array, user->reason, known->array, {}});
        handle_->announcements.callLater(handle_);
    }
    publishPut(user->reason, *known);
    return status;
}

void asynPythonDriver::callChoicesClients(int reason, const EnumChoices &choices)
{
    std::vector<char *> strings;
    std::vector<int> values, severities;
    for (const EnumChoice &choice : choices) {
        strings.push_back(const_cast<char *>(choice.text.c_str()));
        values.push_back(choice.value);
        severities.push_back(choice.severity);
    }
    doCallbacksEnum(strings.data(), values.data(), severities.data(), choices.size(), reason, 0);
}

// Port not locked.
asynParamType asynPythonDriver::typeOf(int reason)
{
    PortGuard guard(handle_->lock);
    return at(reason).type;
}

void asynPythonDriver::callClients(const Announcement &announcement)
{
    switch (announcement.kind) {
    case Announcement::array:
        announcement.value->callClients(*this, announcement.index, typeOf(announcement.index));
        break;
    case Announcement::choices:
        callChoicesClients(announcement.index, announcement.enums);
        break;
    case Announcement::parameters:
        PortGuard guard(handle_->lock);
        asynPortDriver::callParamCallbacks(announcement.index, announcement.index);
    }
}

// change(driver) notes what is new and puts it into the queue; false where it cannot.
template <typename Change>
bool asynPythonDriver::announce(const std::shared_ptr<PortHandle> &port, Change change)
{
    Announcements::List spent; // freed attached, when this returns
    bool done = false;
    {
        Detach detached(*port->core);
        bool inRequest = false;
        {
            if (!lockFromPython(*port, WhenClosed::giveUp))
                return false;
            const PortOwned owned(port->lock, std::adopt_lock);
            done = port->driver && change(*port->driver);
            inRequest = port->timesLocked > 0;
        }
        if (done && inRequest)
            port->announcements.callLater(port);
        else if (done)
            spent = port->announcements.call(*port);
    }
    return done;
}

bool asynPythonDriver::publishArray(const std::shared_ptr<PortHandle> &port, int reason,
                                    std::shared_ptr<ArrayValue> array)
{
    std::shared_ptr<ArrayValue> old; // freed attached, when this returns
    return announce(port, [&](asynPythonDriver &driver) {
        PythonParameter &known = driver.at(reason);
        old = known.array;
        known.array = array;
        if (!old || old->object() != array->object())
            ++known.version;
        driver.updateTimeStamp();
        port->announcements.add({Announcement::array, reason, array, {}});
        return true;
    });
}

bool asynPythonDriver::publishChoices(const std::shared_ptr<PortHandle> &port, const char *drvInfo,
                                      const EnumChoices &choices)
{
    bool known = true; // where the port is going down nobody is left to be told
    announce(port, [&](asynPythonDriver &driver) {
        known = driver.noteChoices(drvInfo, choices);
        return known;
    });
    return known;
}

bool asynPythonDriver::noteChoices(const char *drvInfo, const EnumChoices &choices)
{
    int reason = 0;
    if (findParam(drvInfo, &reason) != asynSuccess) {
        if (!bound_)
            earlyChoices_.emplace_back(drvInfo, choices);
        return !bound_;
    }
    PythonParameter &known = at(reason);
    known.choices = choices;
    known.choicesTold = interruptAccept;
    handle_->announcements.add({Announcement::choices, reason, nullptr, choices});
    return true;
}

void asynPythonDriver::takeEarlyChoices(PythonParameter &known)
{
    const auto same = [&](const auto &early) {
        return epicsStrCaseCmp(early.first.c_str(), known.name.c_str()) == 0;
    };
    for (const auto &early : earlyChoices_)
        if (same(early)) {
            known.choices = early.second;
            known.choicesTold = false;
        }
    earlyChoices_.erase(std::remove_if(earlyChoices_.begin(), earlyChoices_.end(), same),
                        earlyChoices_.end());
}

void asynPythonDriver::reportEarlyChoices()
{
    PortGuard guard(handle_->lock);
    bound_ = true;
    for (const auto &early : earlyChoices_)
        errlogPrintf("port %s: updateEnum('%s'): the port has no parameter of this name, in a "
                     "template or in a loaded record\n",
                     portName, early.first.c_str());
    earlyChoices_.clear();
}

void asynPythonDriver::announceFirst()
{
    PortGuard guard(handle_->lock);
    bool some = false;
    for (size_t i = 0; i < parameters_.size(); ++i) {
        PythonParameter &known = *parameters_[i];
        const int reason = static_cast<int>(i);
        if (known.array)
            handle_->announcements.add({Announcement::array, reason, known.array, {}});
        if (!known.choicesTold)
            handle_->announcements.add({Announcement::choices, reason, nullptr, known.choices});
        some = some || known.array || !known.choicesTold;
        known.choicesTold = true;
    }
    if (some)
        handle_->announcements.callLater(handle_);
    publish(0);
}
