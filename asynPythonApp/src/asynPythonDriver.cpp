// asynPythonDriver: making a port, importing its module, and its end.
#include "asynPythonDriver.h"

#include <cstdlib>
#include <stdexcept>

#include "attribute.h"
#include "portModule.h"
#include "pythonError.h"

#include <dbAccess.h>
#include <epicsThread.h>
#include <errlog.h>

namespace
{

constexpr int interfaces = asynCommonMask | asynDrvUserMask | asynInt32Mask | asynInt64Mask |
                           asynUInt32DigitalMask | asynFloat64Mask | asynOctetMask | asynEnumMask |
                           asynInt8ArrayMask | asynInt16ArrayMask | asynInt32ArrayMask |
                           asynInt64ArrayMask | asynFloat32ArrayMask | asynFloat64ArrayMask;

constexpr double finishLimit = 10.0; // s, for everything Python does at the port's end

// The environment's PYTHONPATH as it is now: the shell may have set it after Python started.
PyRef environmentPath()
{
    const char *path = std::getenv("PYTHONPATH");
    return PyRef(PyUnicode_DecodeFSDefault(path ? path : ""));
}

// PythonDriver._binding, which may itself be on PYTHONPATH.
PyRef importBinding()
{
    PyRef path = environmentPath();
    if (!path)
        return {};
    PyObject *sysPath = PySys_GetObject("path");
    PyRef separator(PyUnicode_FromString(":"));
    PyRef entries(PyUnicode_Split(path.get(), separator.get(), -1));
    for (Py_ssize_t i = 0; entries && i < PyList_GET_SIZE(entries.get()); ++i) {
        PyObject *entry = PyList_GET_ITEM(entries.get(), i);
        if (PyUnicode_GET_LENGTH(entry) > 0 && PySequence_Contains(sysPath, entry) == 0)
            PyList_Append(sysPath, entry);
    }
    PyRef binding(PyImport_ImportModule("PythonDriver._binding"));
    PyRef done(binding ? PyObject_CallMethod(binding.get(), "prepare_interpreter", "O", path.get())
                       : nullptr);
    return done ? std::move(binding) : PyRef();
}

// A bound method to keep, or NULL for None.
PyObject *hook(PyObject *tuple, Py_ssize_t index)
{
    PyObject *item = PyTuple_GetItem(tuple, index);
    return item && item != Py_None ? Py_NewRef(item) : nullptr;
}

} // namespace

asynPythonDriver::asynPythonDriver(const char *name)
    : asynPortDriver(name, 1, interfaces, interfaces, ASYN_DESTRUCTIBLE, 0, 0, 0),
      handle_(std::make_shared<PortHandle>(name))
{
    {
        epicsGuard<epicsMutex> guard(handle_->lock);
        handle_->driver = this;
    }
    // Not earlier: the port may be connected, and so locked, by another thread from now on.
    pasynManager->autoConnect(pasynUserSelf, 1);
}

asynPythonDriver::~asynPythonDriver()
{
    leave();
    // Arrays are freed attached; where nobody gets in any more they are left behind.
    if (interpreter_) {
        Attach attached(*interpreter_);
        if (attached)
            parameters_.clear();
        for (PythonParameter &each : parameters_)
            new std::shared_ptr<ArrayValue>(std::move(each.array));
    }
}

asynStatus asynPythonDriver::lock()
{
    handle_->lock.lock();
    ++handle_->timesLocked;
    return asynSuccess;
}

asynStatus asynPythonDriver::unlock()
{
    --handle_->timesLocked;
    handle_->lock.unlock();
    return asynSuccess;
}

void asynPythonDriver::leave()
{
    forgetForBinding(*this);
    handle_->closed = true;
    {
        epicsGuard<epicsMutex> guard(handle_->lock);
        handle_->driver = nullptr;
    }
    handle_->announcements.finish(*handle_);
}

void asynPythonDriver::load(const std::string &moduleName)
{
    moduleName_ = moduleName;
    interpreter_ = std::make_unique<Interpreter>(portName);
    handle_->core = &interpreter_->core();
    Attach attached(*interpreter_);
    PyRef binding(addPortModule(handle_) ? importBinding().release() : nullptr);
    PyRef driver(binding ? PyObject_CallMethod(binding.get(), "load", "s", moduleName.c_str())
                         : nullptr);
    PyRef hooks(driver ? PyObject_CallMethod(binding.get(), "hooks", "O", driver.get()) : nullptr);
    PyRef finish(hooks ? PyObject_GetAttrString(binding.get(), "finish") : nullptr);
    if (!finish) {
        const std::string traceback = takeTraceback();
        throw std::runtime_error("port " + std::string(portName) + ": module " + moduleName +
                                 " cannot be used\n" + traceback);
    }
    hooks_.read = hook(hooks.get(), 0);
    hooks_.write = hook(hooks.get(), 1);
    hooks_.readEnum = hook(hooks.get(), 2);
    hooks_.finish = finish.release();
    hooks_.driver = driver.release();
    rememberForBinding(*this);
}

void asynPythonDriver::giveUp()
{
    handle_->closed = true; // threads that the module has started end
    pasynManager->shutdownPort(pasynUserSelf);
}

bool asynPythonDriver::makeParameter(const char *drvInfo, asynParamType type, int &reason,
                                     std::string &problem)
{
    asynStatus status = findParam(drvInfo, &reason);
    if (status == asynSuccess) {
        PythonParameter *known = parameter(reason);
        if (known && known->type == type)
            return true;
        problem = "it exists as " + std::string(known ? parameterTypeName(known->type) : "?") +
                  " and cannot be " + parameterTypeName(type) + ", too";
        return false;
    }
    status = createParam(drvInfo, type, &reason);
    if (status != asynSuccess) {
        problem = pasynManager->strStatus(status);
        return false;
    }
    parameters_.resize(static_cast<size_t>(reason) + 1);
    parameters_.back().type = type;
    parameters_.back().name = drvInfo;
    return true;
}

asynPythonDriver::PythonParameter *asynPythonDriver::parameter(int reason)
{
    if (reason < 0 || static_cast<size_t>(reason) >= parameters_.size())
        return nullptr;
    return &parameters_[static_cast<size_t>(reason)];
}

std::shared_ptr<ArrayValue> asynPythonDriver::arrayOf(int reason)
{
    PythonParameter *known = parameter(reason);
    return known ? known->array : nullptr;
}

void asynPythonDriver::publish(int address)
{
    updateTimeStamp();
    callParamCallbacks(address);
}

asynStatus asynPythonDriver::callParamCallbacks(int list, int address)
{
    if (list != address || !handle_->announcements.underWay())
        return asynPortDriver::callParamCallbacks(list, address);
    handle_->announcements.add({Announcement::parameters, address, nullptr, {}});
    return asynSuccess;
}

namespace
{

// finish() on a thread of its own, so that a driver that hangs does not keep the IOC from ending.
struct Finish {
    Finish(Interpreter &in, const PythonHooks &calls, const char *name)
        : interpreter(in), hooks(calls), port(name)
    {
    }
    Interpreter &interpreter;
    PythonHooks hooks;
    std::string port;
    epicsEvent done;
};

void finishThread(void *argument)
{
    std::unique_ptr<std::shared_ptr<Finish>> own(static_cast<std::shared_ptr<Finish> *>(argument));
    Finish &finish = **own;
    {
        Attach attached(finish.interpreter);
        if (attached) {
            PyRef result(
                PyObject_CallFunctionObjArgs(finish.hooks.finish, finish.hooks.driver, nullptr));
            if (!result)
                logLines("port " + finish.port + ": shutdown: " + takeTraceback());
        }
    }
    finish.done.signal();
}

} // namespace

void asynPythonDriver::shutdownPortDriver()
{
    if (interpreter_ && hooks_.finish) {
        auto finish = std::make_shared<Finish>(*interpreter_, hooks_, portName);
        epicsThreadCreate("pythonFinish", epicsThreadPriorityMedium,
                          epicsThreadGetStackSize(epicsThreadStackBig), finishThread,
                          new std::shared_ptr<Finish>(finish));
        if (!finish->done.wait(finishLimit)) {
            errlogPrintf("port %s: shutdown() has not returned within %g s and is left behind\n",
                         portName, finishLimit);
            interpreter_.release(); // that thread is still in it
            handle_->closed = true;
        }
    }
    leave();
    asynPortDriver::shutdownPortDriver();
}

void asynPythonDriver::report(FILE *fp, int details)
{
    fprintf(fp, "  Python module %s, %s\n", moduleName_.c_str(), Interpreter::describe().c_str());
    fprintf(fp, "  Python is entered to read: %s, to write: %s\n", hooks_.read ? "yes" : "no",
            hooks_.write ? "yes" : "no");
    asynPortDriver::report(fp, details);
}
