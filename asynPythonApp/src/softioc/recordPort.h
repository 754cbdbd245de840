// The port behind the records that a Python script makes: one parameter for each record, in the
// main interpreter.
//
// Values are stored here. The parameter list only passes changes to the records. So a record can
// read, when it is initialised, a value that was set before iocInit, and each value has its own
// time stamp.
//
// Locks: lock_ guards all parameters. An attached thread never waits for it. The Python writer runs
// without lock_ and without the port's synchronous lock, so that it delays only its own record.
#pragma once

#include <Python.h>

#include <atomic>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include <asynCompletion.h>
#include <asynPortDriver.h>
#include <epicsMutex.h>
#include <initHooks.h>

#include "interpreter/interpreter.h"
#include "interpreter/pyRef.h"
#include "values/arrayPort.h"
#include "values/arrayValue.h"

// The data that one call sets: a value of one of the types, its alarm and its time stamp.
struct RecordValue {
    union {
        epicsInt32 int32;
        epicsInt64 int64 = 0;
        epicsFloat64 float64;
    };
    std::string text;
    std::shared_ptr<ArrayValue> array; // freed attached
    int alarmStatus = 0, alarmSeverity = 0;
    epicsTimeStamp time{};
};

struct RecordParameter {
    asynParamType type = asynParamNotDefined;
    std::string name;
    RecordValue value;
    bool defined = false; // an output without a value says so to its record
    bool early = false;   // set while the IOC was starting, when its record had been initialised
    PyObject *writer = nullptr; // called as writer(value); used attached, set before iocInit
    asynCompletion *completion = nullptr; // of the write that has not ended
    unsigned long write = 0;              // number of the last write that may end later
    unsigned long sets = 0;               // how often the script has set it
    unsigned long stored = 0;             // sets when the record last wrote
};

class RecordPort : public ArrayPort
{
  public:
    // Returns the process's only RecordPort, which the first call creates. Throws
    // std::runtime_error. The caller is detached.
    static RecordPort &open(const char *portName);
    static RecordPort *opened() { return port_; }

    // Prevents threads from entering Python. Returns false if a thread is still inside after limit
    // seconds.
    bool closeInterpreter(double limit);

    InterpreterCore &core() { return interpreter_.core(); }

    // Whether records accept callbacks. If so, iocInit has processed the records with PINI YES.
    bool running() const { return running_; }

    // The caller may be attached or detached, since these functions never block. lock_ is held.
    int add(const char *name, asynParamType type); // -1 when there is such a record
    void forget(int reason);                       // the record was not loaded; its name is free

    // All detached.
    // New value, alarm and time; the record is told. What is no longer used comes back in value.
    void set(int reason, RecordValue &value);
    bool put(int reason, RecordValue &value); // the same; whether it is another value
    void setAlarm(int reason, int status, int severity, const epicsTimeStamp &time);
    void trigger(int reason); // the record is told once more what it was told
    void setWriter(int reason, PyObject *writer);
    void complete(int reason, unsigned long write, asynStatus status, const char *message);

    // The caller is detached or holds lock_. tryLock never waits, so an attached thread may call
    // it.
    bool tryLock() { return lock_.tryLock(); }
    // Stores a value that the record already has. A new value clears the alarm. Returns false if
    // the value is unchanged.
    bool store(int reason, RecordValue &value);
    bool get(int reason, RecordValue &value); // whether there is one
    // Called in a writer: the write then ends when complete is called. Returns 0 if the client does
    // not wait.
    unsigned long defer(int reason);

    // Signals an eventfd or a pipe. In a writer, this happens after its thread has left Python, so
    // that the woken thread need not wait for the GIL; otherwise at once. The caller may be
    // attached or detached.
    static void wake(int descriptor);

    asynStatus lock() override;
    asynStatus unlock() override;
    void report(FILE *fp, int details) override;

#define RECORD_SCALAR(NAME, TYPE)                                                                  \
    asynStatus read##NAME(asynUser *user, TYPE *value) override;                                   \
    asynStatus write##NAME(asynUser *user, TYPE value) override;
    RECORD_SCALAR(Int32, epicsInt32)
    RECORD_SCALAR(Int64, epicsInt64)
    RECORD_SCALAR(Float64, epicsFloat64)
#undef RECORD_SCALAR
    asynStatus readOctet(asynUser *user, char *value, size_t maxChars, size_t *nActual,
                         int *eomReason) override;
    asynStatus writeOctet(asynUser *user, const char *value, size_t maxChars,
                          size_t *nActual) override;

  private:
    explicit RecordPort(const char *portName);
    static void onInit(initHookState state);
    static void atExit(void *);

    RecordParameter *parameter(int reason);
    void stampOutputs();                                       // lock held
    void exchange(RecordParameter &known, RecordValue &value); // lock held
    // Ends a read: sets the request's alarm and time stamp. asynParamUndefined, with a message, if
    // the record has no value yet. Lock held.
    asynStatus stamped(asynUser *user, const RecordParameter &parameter);
    // Calls the callbacks of the parameter's record. Lock held, detached.
    void callClients(int reason, RecordParameter &parameter);
    // Calls them now, or once the IOC runs. Lock held, detached.
    void publish(int reason, RecordParameter &parameter);
    // Calls the writer. make returns the value as a Python object. lock_ is held on entry and on
    // return.
    template <typename Make> asynStatus ask(asynUser *user, Make make);
    template <typename Value, typename Put>
    asynStatus write(asynUser *user, const Value &value, Put put);
    asynStatus readArray(asynUser *user, void *value, size_t size, size_t most,
                         size_t *count) override;
    asynStatus writeArray(asynUser *user, const void *value, size_t size, size_t count) override;

    static RecordPort *port_; // set once
    Interpreter interpreter_;
    epicsMutex lock_;                        // guards what follows
    std::deque<RecordParameter> parameters_; // by reason
    bool starting_ = false;                  // records are being initialised
    std::atomic<bool> running_{false};       // and accept callbacks; read without the lock, too
};

// The module by which Python makes parameters: a new reference, NULL with an exception. Attached to
// the main interpreter.
extern "C" PyObject *asynPythonRecordsModule();
// The type of its parameters (recordParameter.cpp).
PyObject *makeParameterType(PyObject *module);
