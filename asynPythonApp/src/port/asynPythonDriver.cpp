// asynPythonDriver: making a port and importing its module.
#include "port/asynPythonDriver.h"

#include <cstdlib>
#include <stdexcept>

#include "interpreter/pythonEntry.h"
#include "interpreter/pythonError.h"
#include "port/attribute.h"
#include "port/module.h"
#include "port/unfinishedPort.h"
#include "port/writeMethod.h"

#include <dbAccess.h>

namespace
{

constexpr int interfaces = asynCommonMask | asynDrvUserMask | asynInt32Mask | asynInt64Mask |
                           asynUInt32DigitalMask | asynFloat64Mask | asynOctetMask | asynEnumMask |
                           asynInt8ArrayMask | asynInt16ArrayMask | asynInt32ArrayMask |
                           asynInt64ArrayMask | asynFloat32ArrayMask | asynFloat64ArrayMask;

// The environment's PYTHONPATH as it is now: the shell may have set it after Python started.
PyRef environmentPath()
{
    const char *path = std::getenv("PYTHONPATH");
    return PyRef(PyUnicode_DecodeFSDefault(path ? path : ""));
}

// The current interpreter's sys.path gets what PYTHONPATH has: the package PythonDriver may be
// there.
bool extendPath(PyObject *pythonPath)
{
    const PyRef sysPath = PyRef::borrow(PySys_GetObject("path")); // which may be replaced meanwhile
    PyRef separator(sysPath ? PyUnicode_FromString(":") : nullptr);
    PyRef entries(separator ? PyUnicode_Split(pythonPath, separator.get(), -1) : nullptr);
    for (Py_ssize_t i = 0; entries && i < PyList_GET_SIZE(entries.get()); ++i) {
        PyObject *entry = PyList_GET_ITEM(entries.get(), i);
        if (PyUnicode_GET_LENGTH(entry) > 0 && PySequence_Contains(sysPath.get(), entry) == 0)
            PyList_Append(sysPath.get(), entry);
    }
    return !PyErr_Occurred();
}

// What _datetime calls of the main interpreter's _strptime, in any: that of the current one.
PyObject *strptimeHere(PyObject *, PyObject *arguments)
{
    PyRef module(PyImport_ImportModule("_strptime"));
    if (!module)
        return nullptr;
    PyRef function(PyObject_GetAttrString(module.get(), "_asynPython_original"));
    if (!function) { // not the main interpreter
        PyErr_Clear();
        function = PyRef(PyObject_GetAttrString(module.get(), "_strptime_datetime"));
    }
    return function ? PyObject_CallObject(function.get(), arguments) : nullptr;
}

PyMethodDef strptimeDefinition = {"strptime", pythonEntry<strptimeHere>, METH_VARARGS, nullptr};

// What a sub-interpreter must not be the first to set up, in the main interpreter. See
// PythonDriver/_interpreter.py.
void prepareMain()
{
    AttachMain attached;
    PyRef path = environmentPath();
    if (path && extendPath(path.get())) {
        PyRef module(PyImport_ImportModule("PythonDriver._interpreter"));
        PyRef strptime(PyCFunction_New(&strptimeDefinition, nullptr));
        if (module && strptime)
            PyRef(PyObject_CallMethod(module.get(), "prepare_main", "O", strptime.get()));
    }
    PyErr_Clear(); // what is wrong the port's own interpreter says, too
}

// The port's PythonDriver._binding, in its interpreter made fit for it.
PyRef makeBinding(PyObject *portModule, InterpreterMode mode)
{
    PyRef path = environmentPath();
    if (!path || !extendPath(path.get()))
        return {};
    PyRef module(PyImport_ImportModule("PythonDriver._interpreter"));
    if (!module)
        return {};
    return PyRef(PyObject_CallMethod(module.get(), "prepare", "OOs", portModule, path.get(),
                                     interpreterModeName(mode)));
}

// A bound method to keep, or NULL for None.
PyRef hook(PyObject *tuple, Py_ssize_t index)
{
    PyObject *item = PyTuple_GetItem(tuple, index);
    return item && item != Py_None ? PyRef::borrow(item) : PyRef();
}

// Fills the hooks; what went wrong, or nothing. Uses no driver.
std::string importModule(const std::shared_ptr<PortHandle> &handle, Interpreter &interpreter,
                         std::shared_ptr<PythonHooks> filled, const std::string &name)
{
    Attach attached(interpreter);
    if (!attached)
        return "its interpreter is closed";
    const std::shared_ptr<PythonHooks> hooks = std::move(filled); // given back while attached
    PyRef portModule = makePortModule(handle);
    if (portModule)
        hooks->binding = makeBinding(portModule.get(), interpreter.mode());
    const PyRef binding = PyRef::borrow(hooks->binding.get());
    PyRef driver(binding ? PyObject_CallMethod(binding.get(), "load", "s", name.c_str()) : nullptr);
    PyRef methods(driver ? PyObject_CallMethod(binding.get(), "hooks", "O", driver.get())
                         : nullptr);
    PyObject *writeMethod = portModuleState(portModule.get()).write;
    if (!methods || !bindWriteMethod(writeMethod, driver.get()))
        return takeTraceback();
    hooks->boundWrite.reset(Py_NewRef(writeMethod));
    PyRef read = hook(methods.get(), 0), write = hook(methods.get(), 1),
          readEnum = hook(methods.get(), 2);
    // Clients may be there already; their requests look at the hooks with the port locked.
    const Detach detached(interpreter.core());
    const PortGuard guard(handle->lock);
    hooks->driver = std::move(driver);
    hooks->read = std::move(read);
    hooks->write = std::move(write);
    hooks->readEnum = std::move(readEnum);
    return {};
}

} // namespace

asynPythonDriver::asynPythonDriver(const char *name)
    : asynPythonDriverMembers(name),
      ArrayPort(name, 1, interfaces, interfaces, ASYN_DESTRUCTIBLE | unfinishedPort, 0, 0, 0)
{
    {
        PortGuard guard(handle_->lock);
        handle_->driver = this;
    }
    callAtExit();
    Announcements::prepare();
    // Not earlier: the port may be found, connected and so locked by other threads from now on.
    pasynManager->autoConnect(pasynUserSelf, 1);
}

asynStatus asynPythonDriver::lock()
{
    PortHandle &handle = *handle_;
    handle.lock.lock();
    if (handle.timesLocked++ == 0)
        handle.own();
    return asynSuccess;
}

asynStatus asynPythonDriver::unlock()
{
    // A client that came while the driver was being made has the lock of asynPortDriver.
    PortHandle &handle = *handle_;
    if (!handle.isMine())
        return asynPortDriver::unlock();
    if (--handle.timesLocked == 0)
        handle.owner.store(0, std::memory_order_relaxed);
    handle.lock.unlock();
    return asynSuccess;
}

namespace
{

// The port locked as a request locks it.
class InRequest
{
  public:
    [[nodiscard]] explicit InRequest(asynPythonDriver &driver) : driver_(driver) { driver_.lock(); }
    ~InRequest() { driver_.unlock(); }
    InRequest(const InRequest &) = delete;
    InRequest &operator=(const InRequest &) = delete;

  private:
    asynPythonDriver &driver_;
};

} // namespace

void asynPythonDriver::load(const std::string &moduleName, const InterpreterChoice &choice,
                            std::unique_lock<epicsMutex> exitHeld)
{
    {
        PortGuard guard(handle_->lock);
        moduleName_ = moduleName;
        interpreterText_ = choice.describe();
    }
    interpreter_ = std::make_shared<Interpreter>(portName, choice.mode);
    handle_->core = interpreter_->coreReference();
    if (choice.mode != InterpreterMode::main)
        prepareMain();
    rememberForBinding(*this);
    rememberForExit();
    // The module may shut the port down, and so may the exit: from here on there may be no driver.
    const std::shared_ptr<PortHandle> handle = handle_;
    const std::shared_ptr<Interpreter> interpreter = interpreter_;
    std::shared_ptr<PythonHooks> hooks = hooks_;
    exitHeld.unlock();
    const std::string error = importModule(handle, *interpreter, std::move(hooks), moduleName);
    const std::string port = "port " + handle->portName + ": ";
    PortGuard guard(handle->lock);
    if (!handle->driver)
        throw std::runtime_error(port + "it was shut down while module " + moduleName +
                                 " was imported");
    if (error.empty()) {
        // As in a request, so that no callback of an array is made with the port locked.
        const InRequest request(*handle->driver);
        bindLate(*handle->driver);
        handle->driver->publish(0); // what __init__ has assigned
        handle->driver->loaded_ = true;
        return;
    }
    handle->closed = true; // threads that the module has started end
    throw std::runtime_error(port + "module " + moduleName + " cannot be used\n" + error);
}

asynStatus asynPythonDriver::drvUserCreate(asynUser *user, const char *drvInfo, const char **type,
                                           size_t *size)
{
    if (loaded_ || std::this_thread::get_id() == loader_)
        return asynPortDriver::drvUserCreate(user, drvInfo, type, size);
    epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                  "port %s: module %s is being imported", portName, moduleName_.c_str());
    return asynDisconnected;
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
    while (parameters_.size() <= static_cast<size_t>(reason))
        parameters_.push_back(std::make_unique<PythonParameter>());
    PythonParameter &made = at(reason);
    made.type = type;
    made.name = drvInfo;
    takeEarlyChoices(made);
    return true;
}

std::shared_ptr<ArrayValue> asynPythonDriver::arrayOf(int reason)
{
    PythonParameter *known = parameter(reason);
    return known ? known->array : nullptr;
}

void asynPythonDriver::report(FILE *fp, int details)
{
    fprintf(fp, "  Python module %s, %s\n", moduleName_.c_str(), interpreterText_.c_str());
    fprintf(fp, "  Python is entered to read: %s, to write: %s\n", hooks_->read ? "yes" : "no",
            hooks_->write ? "yes" : "no");
    asynPortDriver::report(fp, details);
}
