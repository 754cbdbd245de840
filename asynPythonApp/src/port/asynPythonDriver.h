// asynPythonDriver: a port driver whose parameters, reading and writing are those of a Python
// class.
#pragma once

#include <Python.h>

#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <asynPortDriver.h>

#include "interpreter/counters.h"
#include "interpreter/interpreter.h"
#include "interpreter/limitedCall.h"
#include "interpreter/pyRef.h"
#include "port/announcements.h"
#include "port/complaints.h"
#include "port/handle.h"
#include "port/writeMethod.h"
#include "values/arrayPort.h"
#include "values/arrayValue.h"
#include "values/enumChoices.h"
#include "values/scalarValue.h"

// The objects that the port holds in its interpreter. Any thread may test the pointers; use and
// release the objects only while attached.
struct PythonHooks {
    struct Unbind {
        void operator()(PyObject *method) const
        {
            bindWriteMethod(method, nullptr);
            Py_DECREF(method);
        }
    };
    std::unique_ptr<PyObject, Unbind> boundWrite; // PythonDriver.write, bound to driver
    PyRef binding;                                // the module PythonDriver._binding
    PyRef driver;
    // The methods that the driver object overrides, as bound methods. NULL if it does not override
    // one; then Python is not entered for it.
    PyRef read, write, readEnum;
    std::vector<PyRef> reasons; // the drvInfo strings by reason, each made when it is first needed
};

// A record of the database that has this port in its link.
struct BoundRecord {
    std::string name, recordType, dtyp, link, pyname;
    size_t capacity; // of a string, in bytes; 0 for others
    bool output;     // its link is OUT
    bool defined;    // the database gives it a value
    bool asks;       // it may read the port when it processes, and does not only take callbacks
};

// The members of a driver. They are constructed before asynPortDriver registers the port, because a
// client may then access the port while the driver is still being constructed.
class asynPythonDriverMembers
{
  protected:
    explicit asynPythonDriverMembers(const char *portName)
        : handle_(std::make_shared<PortHandle>(portName))
    {
    }

    // Beside the parameter list, which has the values that were published; guarded by the port
    // lock.
    struct PythonParameter {
        asynParamType type = asynParamNotDefined;
        std::string name;
        std::shared_ptr<ArrayValue> array; // freed attached
        ScalarValue value;
        unsigned long version = 0; // of the value: counts its changes
        // The thread that has assigned the value since it was published, or aPut; 0: the list has
        // it.
        unsigned long assignedBy = 0;
        bool listed = false; // stands in unpublished_, as what a thread has assigned does
        EnumChoices choices;
        bool choicesTold = true; // false: records may not have been ready for them
        Complaints complaints;
    };

    const Counted counted_{Counters::all().drivers};
    std::shared_ptr<PortHandle> handle_;
    // From load to the destructor; shared with a call that has not returned in time.
    std::shared_ptr<Interpreter> interpreter_;
    std::string interpreterText_; // set by load
    // Set by load; shared for the same reason.
    std::shared_ptr<PythonHooks> hooks_ = std::make_shared<PythonHooks>();
    std::string moduleName_; // guarded by the port lock
    bool loaded_ = false;    // guarded by the port lock
    const std::thread::id loader_ = std::this_thread::get_id();
    std::vector<std::unique_ptr<PythonParameter>> parameters_; // by reason; each stays in its place
    static constexpr unsigned long aPut = ~0ul;
    // The write() that is being called. What it has as value is the parameter's already.
    struct Put {
        int reason;
        const PythonParameter &parameter;
        PyObject *name, *value; // the drvInfo string
        unsigned long version;  // of the parameter, before the call
        const Put *outer;       // of a put that write() makes to its own port
    };
    const Put *put_ = nullptr;     // guarded by the port lock
    ScalarValue spare_;            // of the last put, for the next; guarded by the port lock
    std::vector<int> unpublished_; // reasons in the order of assignment; guarded by the port lock
    // Of parameters that the loaded records make at iocInit, by drvInfo; guarded by the port lock.
    std::vector<std::pair<std::string, EnumChoices>> earlyChoices_;
    bool bound_ = false;                     // iocInit has made them; guarded by the port lock
    std::unique_ptr<LimitedCall> finishing_; // set once, by beginFinish
};

class asynPythonDriver : private asynPythonDriverMembers, public ArrayPort
{
  public:
    // Keeps the process's end, which deletes every driver that it finds, from one that is being
    // made. Throws std::runtime_error when the end has begun. Not attached, no other lock held.
    static std::unique_lock<epicsMutex> holdExit(const std::string &port);

    // Starts the end of all ports' Python code, if it has not begun. The caller holds no lock.
    // Waits for a port that is being made.
    static void endAll();
    // Prints to standard error which ports are locked, and where in Python the thread that locked
    // each of them is. The caller holds no lock.
    static void reportStuck();
    static bool isKept(); // whether a thread has not returned from a port; any thread
    // For epicsAtExit: the process ends though another handler hangs.
    static void watchExit(void *);

    // Registers the port. Throws std::runtime_error.
    explicit asynPythonDriver(const char *portName);
    ~asynPythonDriver() override;

    // Makes the interpreter, gives up what holds the exit, imports the module and takes its driver
    // object. Throws std::runtime_error with a message that names port and module; the port is then
    // to be shut down. The module or the exit may have done so: afterwards the driver may be gone.
    void load(const std::string &moduleName, const InterpreterChoice &choice,
              std::unique_lock<epicsMutex> exitHeld);

    // Makes attributes of the loaded records and checks them. On the thread of iocInit.
    void bind(const std::vector<BoundRecord> &records);

    // The port lock is one that Python code can try.
    asynStatus lock() override;
    asynStatus unlock() override;

    // While the module is imported other threads are told that the port is not connected: it has no
    // parameters yet.
    asynStatus drvUserCreate(asynUser *user, const char *drvInfo, const char **type,
                             size_t *size) override;

    // For Attribute. Port locked.
    bool makeParameter(const char *drvInfo, asynParamType type, int &reason, std::string &problem);
    template <typename Value> asynStatus getValue(int reason, Value &value)
    {
        const ScalarValue &held = at(reason).value;
        if (!held.defined())
            return asynParamUndefined;
        value = held.get<Value>();
        return asynSuccess;
    }
    template <typename Value> asynStatus setValue(int reason, const Value &value);
    std::shared_ptr<ArrayValue> arrayOf(int reason);
    // Whether the value is that of the put under way, and nothing else was assigned since. name:
    // the drvInfo string that write() has been called with.
    bool isPut(int reason, const PyObject *value) const
    {
        return put_ && put_->reason == reason && put_->value == value &&
               put_->version == put_->parameter.version;
    }
    bool isPut(const PyObject *name, const PyObject *value) const
    {
        return put_ && put_->name == name && isPut(put_->reason, value);
    }

    // update(): time stamp and callbacks of all that has changed. Port locked, detached.
    void publish(int address);
    // On the return of another method that the port has called: what this thread has assigned, if
    // it has. Port locked, detached.
    void publishAssigned();
    // Calls the callbacks after the announcements that are under way. The port is locked.
    using asynPortDriver::callParamCallbacks;
    asynStatus callParamCallbacks(int list, int address) override;
    // Stores a new array and delivers it to the records. The caller is attached. Returns false if
    // the port is gone.
    static bool publishArray(const std::shared_ptr<PortHandle> &port, int reason,
                             std::shared_ptr<ArrayValue> array);
    // Stores new choices and delivers them to the records. The caller is attached. Returns false
    // for an unknown parameter.
    static bool publishChoices(const std::shared_ptr<PortHandle> &port, const char *drvInfo,
                               const EnumChoices &choices);
    // Once records can be processed: arrays, choices that came too early for them, and what else
    // has not been published. Any thread.
    void announceFirst();
    // The callbacks of one announcement. Detached, port not locked.
    void callClients(const Announcement &announcement);

    asynStatus readInt32(asynUser *user, epicsInt32 *value) override;
    asynStatus writeInt32(asynUser *user, epicsInt32 value) override;
    asynStatus readInt64(asynUser *user, epicsInt64 *value) override;
    asynStatus writeInt64(asynUser *user, epicsInt64 value) override;
    asynStatus readUInt32Digital(asynUser *user, epicsUInt32 *value, epicsUInt32 mask) override;
    asynStatus writeUInt32Digital(asynUser *user, epicsUInt32 value, epicsUInt32 mask) override;
    asynStatus readFloat64(asynUser *user, epicsFloat64 *value) override;
    asynStatus writeFloat64(asynUser *user, epicsFloat64 value) override;
    asynStatus readOctet(asynUser *user, char *value, size_t maxChars, size_t *nActual,
                         int *eomReason) override;
    asynStatus writeOctet(asynUser *user, const char *value, size_t maxChars,
                          size_t *nActual) override;
    asynStatus readEnum(asynUser *user, char *strings[], int values[], int severities[],
                        size_t nElements, size_t *nIn) override;
    asynStatus writeEnum(asynUser *user, char *strings[], int values[], int severities[],
                         size_t nElements) override;

    void report(FILE *fp, int details) override;
    void shutdownPortDriver() override;

  private:
    PythonParameter *parameter(int reason) // NULL if there is no such reason
    {
        const auto position = static_cast<size_t>(reason);
        return reason < 0 || position >= parameters_.size() ? nullptr : parameters_[position].get();
    }
    PythonParameter &at(int reason) { return *parameters_[static_cast<size_t>(reason)]; }
    // NULL where the parameter is of another type: the port library's own method says so.
    template <typename Value> PythonParameter *scalar(int reason)
    {
        PythonParameter *known = parameter(reason);
        return known && known->type == scalarType<Value> ? known : nullptr;
    }
    asynParamType typeOf(int reason);
    asynStatus setParam(int reason, epicsInt32 value) { return setIntegerParam(reason, value); }
    asynStatus setParam(int reason, epicsInt64 value) { return setInteger64Param(reason, value); }
    asynStatus setParam(int reason, epicsFloat64 value) { return setDoubleParam(reason, value); }
    asynStatus setParam(int reason, epicsUInt32 value)
    {
        return setUIntDigitalParam(reason, value, 0xFFFFFFFF);
    }
    asynStatus setParam(int reason, const std::string &value)
    {
        return setStringParam(reason, value);
    }
    // A number that, unlike the system's, is never given to another thread.
    static unsigned long thisThread();
    // The value into the parameter list.
    void toList(int reason, const PythonParameter &parameter);
    void putToList(int reason, PythonParameter &parameter); // where it is a put's
    // All values that the thread has assigned, or any thread for 0; whether there were some.
    bool settle(unsigned long thread);
    // Restores the old value after a put that was refused.
    template <typename Value> void takeBack(int reason, PythonParameter &parameter,
                                            const ScalarValue &before, unsigned long byBefore);
    void stampAndCall(int address);
    // Called when write() returns: publishes what this thread has assigned. The port is locked, the
    // caller is detached.
    void publishPut(int reason, PythonParameter &parameter);
    // The drvInfo string, kept with the interpreter; NULL where there is no memory. Attached, port
    // locked.
    PyObject *reasonObject(int reason);
    Destination destination(int reason);
    // The exception that is set, as the status and message of a request, and on the log. Attached.
    asynStatus failed(asynUser *user, PythonParameter &parameter, const char *method);
    asynStatus callWrite(asynUser *user, PythonParameter &parameter, PyObject *value);
    template <typename Value, typename Given>
    asynStatus put(asynUser *user, PythonParameter &parameter, const Given &value);
    template <typename Value> asynStatus refresh(asynUser *user, PythonParameter &parameter);
    asynStatus refreshChoices(asynUser *user, PythonParameter &parameter);
    asynStatus refreshArray(asynUser *user, PythonParameter &parameter, const ElementType &type);
    template <typename Value, typename Get> asynStatus read(asynUser *user, Value &value, Get get);
    // Given: Value, or a std::string_view.
    template <typename Value, typename Given, typename Set>
    asynStatus write(asynUser *user, const Given &value, Set set);
    bool isUnpublished(int reason)
    {
        const PythonParameter *known = parameter(reason);
        return known && known->assignedBy != 0;
    }
    asynStatus readArray(asynUser *user, void *value, size_t size, size_t most,
                         size_t *count) override;
    asynStatus writeArray(asynUser *user, const void *value, size_t size, size_t count) override;
    void bindRecords(const std::vector<BoundRecord> &records);
    bool noteChoices(const char *drvInfo, const EnumChoices &choices);
    void takeEarlyChoices(PythonParameter &parameter);
    // At iocInit: those of parameters that no record has. Port not locked.
    void reportEarlyChoices();
    void callChoicesClients(int reason, const EnumChoices &choices);
    // Queues and delivers an announcement. The caller is attached and has not locked the port.
    template <typename Change>
    static bool announce(const std::shared_ptr<PortHandle> &port, Change change);
    // Lets nobody in any more who comes from Python. No lock held.
    void leave();
    static void callAtExit();
    static void atExit(void *);
    void rememberForExit();
    // Starts shutdown() and what else Python does at the port's end, where that is not done. With
    // the lock of all drivers that end.cpp has.
    void beginFinish();
    // Does it, and waits for it. No lock held.
    void finishPython();
    // Releases the Python objects and ends the interpreter. The caller holds no lock.
    void endPython();
};

bool choicesFromPython(PyObject *enums, const char *port, PyObject *reason, EnumChoices &choices);

// asynPythonDriverConfigure, as the shell calls it. 0, or 1 after a message.
extern "C" int asynPythonDriverConfigure(const char *portName, const char *moduleName,
                                         int numParams, const char *options);

// Every driver that is loaded, for iocInit (recordBinding.cpp).
void rememberForBinding(asynPythonDriver &driver);
// Of a driver that is loaded after iocInit, which has bound the others. Port locked, detached.
void bindLate(asynPythonDriver &driver);
void forgetForBinding(asynPythonDriver &driver);
