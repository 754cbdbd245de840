#include "softioc/recordPort.h"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include <unistd.h>

#include "interpreter/errorLog.h"
#include "interpreter/pythonError.h"
#include "port/attribute.h"
#include "port/unfinishedPort.h"
#include "values/conversions.h"

#include "../../../asynPortApp/src/common/epicsEntry.h"
#include "../../../asynPortApp/src/common/monotonicTime.h"

#include <dbAccess.h>
#include <epicsExit.h>
#include <epicsGuard.h>
#include <epicsStdio.h>
#include <epicsThread.h>

using Guard = epicsGuard<epicsMutex>;

RecordPort *RecordPort::port_ = nullptr;

namespace
{

constexpr int interfaces = asynCommonMask | asynDrvUserMask | asynInt32Mask | asynInt64Mask |
                           asynFloat64Mask | asynOctetMask | asynInt8ArrayMask |
                           asynInt16ArrayMask | asynInt32ArrayMask | asynFloat32ArrayMask |
                           asynFloat64ArrayMask;

// The write whose writer runs on this thread.
struct CurrentWrite {
    asynUser *user = nullptr;
    int reason = -1;
    int toWake = -1; // a file descriptor
};
thread_local CurrentWrite currentWrite;

// If a pipe is full, its reader has already been woken.
void signal(int descriptor)
{
    const uint64_t one = 1;
    while (write(descriptor, &one, sizeof one) < 0 && errno == EINTR)
        continue;
}

class WriteScope
{
  public:
    [[nodiscard]] explicit WriteScope(asynUser *user) : outer_(currentWrite)
    {
        currentWrite = {user, user->reason, -1};
    }
    ~WriteScope()
    {
        if (currentWrite.toWake >= 0)
            signal(currentWrite.toWake);
        currentWrite = outer_;
    }
    WriteScope(const WriteScope &) = delete;
    WriteScope &operator=(const WriteScope &) = delete;

  private:
    const CurrentWrite outer_;
};

// Gives a port back while Python decides: the locks that a request has. The port is for ever and
// refuses no lock.
class Unlocked
{
  public:
    [[nodiscard]] Unlocked(RecordPort &port, asynUser *user) : port_(port), user_(user)
    {
        port_.unlock();
        pasynManager->unlockPort(user_);
    }
    ~Unlocked()
    {
        pasynManager->lockPort(user_);
        port_.lock();
    }
    Unlocked(const Unlocked &) = delete;
    Unlocked &operator=(const Unlocked &) = delete;

  private:
    RecordPort &port_;
    asynUser *const user_;
};

bool sameElements(const std::shared_ptr<ArrayValue> &one, const std::shared_ptr<ArrayValue> &other,
                  size_t size)
{
    if (!one || !other || one->count() != other->count())
        return one == other;
    return one->count() == 0 || std::memcmp(one->data(), other->data(), one->count() * size) == 0;
}

bool sameValue(asynParamType type, const RecordValue &one, const RecordValue &other)
{
    switch (type) {
    case asynParamInt32:
        return one.int32 == other.int32;
    case asynParamInt64:
        return one.int64 == other.int64;
    case asynParamFloat64: // a NaN is what it was
        return one.float64 == other.float64 ||
               (one.float64 != one.float64 && other.float64 != other.float64);
    case asynParamOctet:
        return one.text == other.text;
    default:
        return sameElements(one.array, other.array, elementTypeOf(type)->size);
    }
}

} // namespace

RecordPort &RecordPort::open(const char *portName)
{
    if (!port_) {
        port_ = new RecordPort(portName);
        initHookRegister(epicsEntry<onInit>);
        epicsAtExit(epicsEntry<atExit>, nullptr);
    }
    return *port_;
}

RecordPort::RecordPort(const char *name)
    : ArrayPort(name, 1, interfaces, interfaces, unfinishedPort, 0, 0, 0),
      interpreter_(name, InterpreterMode::main)
{
    asynFollowPort(pasynUserSelf);
    // Not earlier: the port may be found, connected and so locked by other threads from now on.
    pasynManager->autoConnect(pasynUserSelf, 1);
}

void RecordPort::onInit(initHookState state)
{
    RecordPort &port = *port_;
    if (state == initHookAtIocBuild) {
        Guard guard(port.lock_);
        port.starting_ = true;
        port.stampOutputs();
    } else if (state == initHookAfterInterruptAccept) {
        Guard guard(port.lock_);
        port.running_ = true;
        for (size_t i = 0; i < port.parameters_.size(); ++i)
            if (port.parameters_[i].early)
                port.callClients(static_cast<int>(i), port.parameters_[i]);
    }
}

void RecordPort::atExit(void *)
{
    port_->interpreter_.close();
}

bool RecordPort::closeInterpreter(double limit)
{
    interpreter_.close();
    const MonotonicTime deadline = MonotonicTime::after(limit);
    while (core().occupied() && MonotonicTime::now() < deadline)
        epicsThreadSleep(0.01);
    return !core().occupied();
}

asynStatus RecordPort::lock()
{
    lock_.lock();
    return asynSuccess;
}

asynStatus RecordPort::unlock()
{
    lock_.unlock();
    return asynSuccess;
}

// Their records show a value from now on, whenever the script has set it.
void RecordPort::stampOutputs()
{
    for (RecordParameter &known : parameters_)
        if (known.writer)
            epicsTimeGetCurrent(&known.value.time); // time of day
}

RecordParameter *RecordPort::parameter(int reason)
{
    const auto position = static_cast<size_t>(reason);
    return reason < 0 || position >= parameters_.size() ? nullptr : &parameters_[position];
}

int RecordPort::add(const char *name, asynParamType type)
{
    // Names of records that differ in case alone are one to parameters.
    std::string drvInfo = name;
    int reason = -1;
    for (int another = 2; findParam(drvInfo.c_str(), &reason) == asynSuccess; ++another) {
        if (parameters_[static_cast<size_t>(reason)].name == name)
            return -1;
        drvInfo = name + ("~" + std::to_string(another));
    }
    if (createParam(drvInfo.c_str(), type, &reason) != asynSuccess)
        return -1;
    parameters_.resize(static_cast<size_t>(reason) + 1);
    parameters_.back().type = type;
    parameters_.back().name = name;
    return reason;
}

void RecordPort::forget(int reason)
{
    parameter(reason)->name.clear();
}

void RecordPort::setWriter(int reason, PyObject *writer)
{
    Guard guard(lock_);
    parameter(reason)->writer = writer;
}

void RecordPort::set(int reason, RecordValue &value)
{
    Guard guard(lock_);
    RecordParameter &known = *parameter(reason);
    std::swap(known.value, value);
    known.defined = true;
    ++known.sets;
    publish(reason, known);
}

bool RecordPort::put(int reason, RecordValue &value)
{
    Guard guard(lock_);
    RecordParameter &known = *parameter(reason);
    const bool changed = !known.defined || !sameValue(known.type, known.value, value);
    exchange(known, value);
    ++known.sets;
    publish(reason, known);
    return changed;
}

void RecordPort::setAlarm(int reason, int status, int severity, const epicsTimeStamp &time)
{
    Guard guard(lock_);
    RecordParameter &known = *parameter(reason);
    known.value.alarmStatus = status;
    known.value.alarmSeverity = severity;
    known.value.time = time;
    known.defined = true;
    publish(reason, known);
}

void RecordPort::trigger(int reason)
{
    Guard guard(lock_);
    if (running_)
        callClients(reason, *parameter(reason));
}

bool RecordPort::store(int reason, RecordValue &value)
{
    Guard guard(lock_);
    RecordParameter &known = *parameter(reason);
    const bool changed = !known.defined || !sameValue(known.type, known.value, value);
    if (!changed) { // the record has processed, no more
        value.alarmStatus = known.value.alarmStatus;
        value.alarmSeverity = known.value.alarmSeverity;
    }
    exchange(known, value);
    return changed;
}

void RecordPort::exchange(RecordParameter &known, RecordValue &value)
{
    std::swap(known.value, value);
    known.defined = true;
    known.stored = known.sets;
}

bool RecordPort::get(int reason, RecordValue &value)
{
    Guard guard(lock_);
    value = parameter(reason)->value;
    return parameter(reason)->defined;
}

void RecordPort::publish(int reason, RecordParameter &known)
{
    if (running_)
        callClients(reason, known);
    else
        known.early = starting_; // before that its record reads it when it is initialised
}

// The parameter list passes on only changes. Here every value that is set is passed on.
void RecordPort::callClients(int reason, RecordParameter &known)
{
    const RecordValue &value = known.value;
    setParamAlarmStatus(reason, value.alarmStatus);
    setParamAlarmSeverity(reason, value.alarmSeverity);
    setTimeStamp(&value.time);
    switch (known.type) {
    case asynParamInt32:
        setIntegerParam(reason, value.int32);
        break;
    case asynParamInt64:
        setInteger64Param(reason, value.int64);
        break;
    case asynParamFloat64:
        setDoubleParam(reason, value.float64);
        break;
    case asynParamOctet:
        setStringParam(reason, value.text);
        break;
    default:
        if (value.array)
            value.array->callClients(*this, reason, known.type);
        return;
    }
    setParamStatus(reason, asynDisabled);
    setParamStatus(reason, asynSuccess);
    callParamCallbacks();
}

unsigned long RecordPort::defer(int reason)
{
    if (currentWrite.reason != reason)
        return 0;
    asynCompletion *completion = asynDeferCompletion(currentWrite.user);
    if (!completion)
        return 0;
    Guard guard(lock_);
    RecordParameter &known = *parameter(reason);
    known.completion = completion;
    return ++known.write;
}

void RecordPort::wake(int descriptor)
{
    int &toWake = currentWrite.toWake;
    if (!currentWrite.user || (toWake >= 0 && toWake != descriptor))
        signal(descriptor);
    else
        toWake = descriptor;
}

void RecordPort::complete(int reason, unsigned long write, asynStatus status, const char *message)
{
    asynCompletion *completion;
    {
        Guard guard(lock_);
        RecordParameter &known = *parameter(reason);
        if (known.write != write)
            return;
        completion = std::exchange(known.completion, nullptr);
    }
    if (completion) // once
        asynComplete(completion, status, message);
}

template <typename Make> asynStatus RecordPort::ask(asynUser *user, Make make)
{
    PyObject *writer = parameter(user->reason)->writer;
    bool accepted = false, there = false;
    std::string problem;
    {
        const Unlocked unlocked(*this, user);
        const WriteScope scope(user); // outlives being attached
        Attach attached(interpreter_);
        there = static_cast<bool>(attached);
        if (there) {
            PyRef object(make());
            PyRef answer(object ? PyObject_CallOneArg(writer, object.get()) : nullptr);
            accepted = answer && PyObject_IsTrue(answer.get()) == 1;
            if (PyErr_Occurred())
                problem = takeTraceback();
        }
    }
    const char *name = parameter(user->reason)->name.c_str();
    if (!problem.empty())
        logLines("record " + std::string(name) + ": " + problem);
    if (accepted) {
        // What the script has set before is older than what the record shows, what it has set since
        // is newer.
        asynForgetCallbacks(user);
        RecordParameter &known = *parameter(user->reason);
        user->alarmStatus = known.value.alarmStatus;
        user->alarmSeverity = known.value.alarmSeverity;
        if (known.sets != known.stored)
            callClients(user->reason, known);
        return asynSuccess;
    }
    epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                  there ? "record %s: the value is refused" : "record %s: the IOC is shut down",
                  name);
    if (there)
        asynRefuseWrite(user);
    return there ? asynError : asynDisabled;
}

asynStatus RecordPort::stamped(asynUser *user, const RecordParameter &known)
{
    user->timestamp = known.value.time;
    user->alarmStatus = known.value.alarmStatus;
    user->alarmSeverity = known.value.alarmSeverity;
    user->auxStatus = known.defined ? asynSuccess : asynParamUndefined;
    if (!known.defined)
        epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                      "record %s has no value yet", known.name.c_str());
    return known.defined ? asynSuccess : asynParamUndefined;
}

// put: of the value into a RecordValue.
template <typename Value, typename Put>
asynStatus RecordPort::write(asynUser *user, const Value &value, Put put)
{
    RecordParameter *known = parameter(user->reason);
    if (!known)
        return asynParamBadIndex;
    if (known->writer)
        return ask(user, [&value] { return toPython(value); });
    put(known->value);
    known->value.alarmStatus = known->value.alarmSeverity = 0;
    updateTimeStamp(&known->value.time);
    known->defined = true;
    callClients(user->reason, *known);
    return asynSuccess;
}

#define RECORD_SCALAR(NAME, TYPE, FIELD)                                                           \
    asynStatus RecordPort::read##NAME(asynUser *user, TYPE *value)                                 \
    {                                                                                              \
        RecordParameter *known = parameter(user->reason);                                          \
        if (!known || known->type != asynParam##NAME)                                              \
            return asynPortDriver::read##NAME(user, value);                                        \
        *value = known->value.FIELD;                                                               \
        return stamped(user, *known);                                                              \
    }                                                                                              \
    asynStatus RecordPort::write##NAME(asynUser *user, TYPE value)                                 \
    {                                                                                              \
        RecordParameter *known = parameter(user->reason);                                          \
        if (!known || known->type != asynParam##NAME)                                              \
            return asynPortDriver::write##NAME(user, value);                                       \
        return write(user, value, [value](RecordValue &to) { to.FIELD = value; });                 \
    }
RECORD_SCALAR(Int32, epicsInt32, int32)
RECORD_SCALAR(Int64, epicsInt64, int64)
RECORD_SCALAR(Float64, epicsFloat64, float64)
#undef RECORD_SCALAR

asynStatus RecordPort::readOctet(asynUser *user, char *value, size_t maxChars, size_t *nActual,
                                 int *eomReason)
{
    RecordParameter *known = parameter(user->reason);
    if (!known || known->type != asynParamOctet)
        return asynPortDriver::readOctet(user, value, maxChars, nActual, eomReason);
    *nActual = known->value.text.copy(value, maxChars);
    if (*nActual < maxChars)
        value[*nActual] = '\0';
    if (eomReason)
        *eomReason = ASYN_EOM_END;
    return stamped(user, *known);
}

asynStatus RecordPort::writeOctet(asynUser *user, const char *value, size_t maxChars,
                                  size_t *nActual)
{
    RecordParameter *known = parameter(user->reason);
    if (!known || known->type != asynParamOctet)
        return asynPortDriver::writeOctet(user, value, maxChars, nActual);
    const std::string text(value, strnlen(value, maxChars));
    const asynStatus status = write(user, text, [&text](RecordValue &to) { to.text = text; });
    *nActual = status == asynSuccess ? maxChars : 0;
    return status;
}

asynStatus RecordPort::readArray(asynUser *user, void *value, size_t size, size_t most,
                                 size_t *count)
{
    *count = 0;
    RecordParameter *known = parameter(user->reason);
    const ElementType *type = known ? elementTypeOf(known->type) : nullptr;
    if (!type || type->size != size)
        return asynParamWrongType;
    if (known->value.array)
        *count = known->value.array->copyTo(value, most, size);
    return stamped(user, *known);
}

asynStatus RecordPort::writeArray(asynUser *user, const void *value, size_t size, size_t count)
{
    RecordParameter *known = parameter(user->reason);
    const ElementType *type = known ? elementTypeOf(known->type) : nullptr;
    if (!type || type->size != size)
        return asynParamWrongType;
    if (!known->writer)
        return asynError; // records of arrays that can be written have one
    // A copy, since the record's buffer is its own again when the write has ended.
    return ask(user, [=] {
        return PyBytes_FromStringAndSize(static_cast<const char *>(value),
                                         static_cast<Py_ssize_t>(count * size));
    });
}

void RecordPort::report(FILE *fp, int details)
{
    fprintf(fp, "  Records of Python: %zu\n", parameters_.size());
    for (size_t i = 0; details > 1 && i < parameters_.size(); ++i)
        fprintf(fp, "    %s, %s%s\n", parameters_[i].name.c_str(),
                parameterTypeName(parameters_[i].type),
                parameters_[i].completion ? ", a write has not ended" : "");
    asynPortDriver::report(fp, details);
}
