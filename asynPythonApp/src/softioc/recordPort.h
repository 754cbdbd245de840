// The port behind records that a Python script makes: one parameter for each record, in the main
// interpreter.
//
// Values live here, beside the parameter list, which only carries what changed to the records: a
// value that is set before the IOC runs is read by its record when that is initialised, and each
// value has its own time stamp.
//
// Locks: the driver's lock_ guards all parameters. Nobody waits for it while attached, and the
// Python code that decides on a write runs without it and without the port's synchronous lock, so
// that it delays its own record alone.
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

// What is set at once: a value of one of the types, its alarm and its time.
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
    // The process's one; made by the first call. Throws std::runtime_error. Not attached.
    static RecordPort &open(const char *portName);
    static RecordPort *opened() { return port_; }

    // Python code is entered no more. False where a thread is still in it after limit seconds.
    bool closeInterpreter(double limit);

    InterpreterCore &core() { return interpreter_.core(); }

    // Whether records accept callbacks, so that iocInit has processed those with PINI YES.
    bool running() const { return running_; }

    // Attached or not: waits for nothing but memory. Lock held.
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

    // Detached, or with the lock held. It is no waiting to try to lock.
    bool tryLock() { return lock_.tryLock(); }
    // A value that the record has itself; another one has no alarm. False when it is the old one.
    bool store(int reason, RecordValue &value);
    bool get(int reason, RecordValue &value); // whether there is one
    // In a writer: its write ends with complete. 0 where the client does not wait.
    unsigned long defer(int reason);

    // Signals an eventfd or a pipe: in a writer when its thread has left Python, so that the one
    // that wakes up does not wait for the GIL, else at once. Attached or not.
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
    // How a read ends: what goes with the value. Lock held.
    asynStatus stamped(asynUser *user, const RecordParameter &parameter);
    // Brings the parameter's value to its record. Lock held, detached.
    void callClients(int reason, RecordParameter &parameter);
    // Now, or when the IOC runs. Lock held, detached.
    void publish(int reason, RecordParameter &parameter);
    // Asks the writer. make: the Python object of the value. Lock held, as on return.
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
