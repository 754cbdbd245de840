// What calls into a port's Python interpreter cost: a library that benchmarks/interpreters loads
// into an IOC. Its shell command `bench` writes lines "RESULT number number ...".
//
// interpreter/interpreter.cpp and what it needs are compiled in, with the flags of the project's
// own library, so that Attach is measured as it is there.
#include <Python.h>

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <asynInt32SyncIO.h>
#include <epicsEvent.h>
#include <epicsExport.h>
#include <epicsThread.h>
#include <iocsh.h>

#include "../asynPythonApp/src/interpreter/interpreter.h"

namespace
{

// What a driver has handed out. Never freed.
struct Given {
    std::shared_ptr<InterpreterCore> core;
    PyObject *trivial, *read, *reason;
};
std::map<std::string, Given> given;
epicsEvent resultThere;
double result;

double now() // s
{
    using namespace std::chrono;
    return duration<double>(steady_clock::now().time_since_epoch()).count();
}

void tell(const std::vector<double> &values)
{
    std::printf("RESULT");
    for (double value : values)
        std::printf(" %.9g", value);
    std::printf("\n");
    std::fflush(stdout);
}

class Parameter
{
  public:
    Parameter(const char *port, const char *name)
    {
        if (pasynInt32SyncIO->connect(port, 0, &user_, name) != asynSuccess)
            throw std::runtime_error(std::string("port ") + port + " has no parameter " + name);
    }
    ~Parameter() { pasynInt32SyncIO->disconnect(user_); }
    Parameter(const Parameter &) = delete;
    Parameter &operator=(const Parameter &) = delete;
    void read() { check(pasynInt32SyncIO->read(user_, &value_, 30.0)); }
    void write(int value) { check(pasynInt32SyncIO->write(user_, value, 30.0)); }

  private:
    void check(asynStatus status)
    {
        if (status != asynSuccess)
            throw std::runtime_error(user_->errorMessage);
    }
    asynUser *user_ = nullptr;
    epicsInt32 value_ = 0;
};

// ns for one of count.
double each(int count, const std::function<void(int)> &work)
{
    const double start = now();
    work(count);
    return (now() - start) * 1e9 / count;
}

void call(PyObject *method, PyObject *reason)
{
    PyObject *answer = PyObject_CallOneArg(method, reason);
    if (!answer)
        PyErr_Print();
    Py_XDECREF(answer);
}

// The floor, Attach alone, then for the trivial method and for read(): bare on an attached thread,
// through Attach; and a client's read of the parameter.
void calls(const char *port, int count)
{
    Given &its = given.at(port);
    Parameter parameter(port, "VALUE");
    const std::function<void(int)> floor = [&](int n) {
        Attach attached(*its.core);
        for (; n > 0; --n)
            PyEval_RestoreThread(PyEval_SaveThread());
    };
    const std::function<void(int)> attach = [&](int n) {
        for (; n > 0; --n)
            Attach attached(*its.core);
    };
    const auto bare = [&](PyObject *method) {
        return [&its, method](int n) {
            Attach attached(*its.core);
            for (; n > 0; --n)
                call(method, its.reason);
        };
    };
    const auto through = [&](PyObject *method) {
        return [&its, method](int n) {
            for (; n > 0; --n) {
                Attach attached(*its.core);
                call(method, its.reason);
            }
        };
    };
    const std::vector<std::function<void(int)>> all = {
        floor,
        attach,
        bare(its.trivial),
        through(its.trivial),
        bare(its.read),
        through(its.read),
        [&](int n) {
            for (; n > 0; --n)
                parameter.read();
        },
    };
    std::vector<double> values(all.size());
    static int turn = 0;
    ++turn;
    for (size_t i = 0; i < all.size(); ++i) {
        const size_t which = turn % 2 ? i : all.size() - 1 - i;
        values[which] = each(count, all[which]);
    }
    tell(values);
}

// One after the other, and together; in s.
void twice(const std::function<void(int)> &work)
{
    double start = now();
    work(0);
    work(1);
    const double after = now() - start;
    start = now();
    std::thread other([&] { work(1); });
    work(0);
    other.join();
    tell({after, now() - start});
}

void parallel(const char *first, const char *second)
{
    Parameter one(first, "COMPUTE"), two(second, "COMPUTE");
    twice([&](int which) { (which ? two : one).read(); });
}

void computeInC(long count)
{
    volatile unsigned long value = 1;
    for (long i = 0; i < count; ++i)
        value = value * 6364136223846793005UL + 1442695040888963407UL;
}

// How long reads take, in s, each after a pause that has nothing to do with the switch interval.
void delays(const char *port, int count)
{
    Parameter parameter(port, "VALUE");
    std::vector<double> values;
    for (int i = 0; i < count; ++i) {
        epicsThreadSleep(0.001 + 0.0061 * (i % 7) / 7);
        const double start = now();
        parameter.read();
        values.push_back(now() - start);
    }
    tell(values);
}

// With a thread that computes in C, as long as there are reads.
void delaysBesideC(const char *port, int count)
{
    std::atomic<bool> stop{false};
    std::thread busy([&] {
        while (!stop)
            computeInC(1000);
    });
    delays(port, count);
    stop = true;
    busy.join();
}

// Has a driver's thread do something: the number that it hands out.
void ask(const char *port, int what)
{
    Parameter(port, "MODE").write(what);
    if (!resultThere.wait(30.0))
        throw std::runtime_error("no answer");
    tell({result});
}

double resident() // bytes
{
    long pages = 0;
    if (FILE *file = std::fopen("/proc/self/statm", "r")) {
        if (std::fscanf(file, "%*d %ld", &pages) != 1)
            pages = 0;
        std::fclose(file);
    }
    return static_cast<double>(pages) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

extern "C" int asynPythonDriverConfigure(const char *, const char *, int, const char *);

// Makes a port: s, and bytes more of resident memory.
void configure(const char *port, const char *module, const std::string &mode)
{
    const double before = resident(), start = now();
    if (asynPythonDriverConfigure(port, module, 1, ("interpreter=" + mode).c_str()))
        throw std::runtime_error("the port was not made");
    const double took = now() - start;
    tell({took, resident() - before});
}

const iocshArg whatArg = {"what", iocshArgString};
const iocshArg firstArg = {"first", iocshArgString};
const iocshArg secondArg = {"second", iocshArgString};
const iocshArg thirdArg = {"third", iocshArgString};
const iocshArg *const arguments[] = {&whatArg, &firstArg, &secondArg, &thirdArg};
const iocshFuncDef definition = {"bench", 4, arguments, "For benchmarks/interpreters.\n"};

void bench(const iocshArgBuf *values)
{
    const std::string what = values[0].sval;
    const char *first = values[1].sval ? values[1].sval : "";
    const char *second = values[2].sval ? values[2].sval : "0";
    try {
        if (what == "calls")
            calls(first, std::stoi(second));
        else if (what == "parallel")
            parallel(first, second);
        else if (what == "parallelC")
            twice([count = std::stol(first)](int) { computeInC(count); });
        else if (what == "delays")
            delays(first, std::stoi(second));
        else if (what == "delaysBesideC")
            delaysBesideC(first, std::stoi(second));
        else if (what == "write")
            Parameter(first, "MODE").write(std::stoi(second));
        else if (what == "ask")
            ask(first, std::stoi(second));
        else if (what == "resident")
            tell({resident()});
        else
            configure(first, second, values[3].sval);
    } catch (const std::exception &error) {
        std::printf("ERROR %s: %s\n", what.c_str(), error.what());
        std::fflush(stdout);
    }
}

void interpretersRegister()
{
    iocshRegister(&definition, bench);
}

} // namespace

extern "C" {

// For drivers, by ctypes: attached.
__attribute__((visibility("default"))) void benchGive(const char *port, PyObject *trivial,
                                                      PyObject *read, PyObject *reason)
{
    auto core = std::make_shared<InterpreterCore>(port);
    core->state = PyInterpreterState_Get();
    given[port] = {core, Py_NewRef(trivial), Py_NewRef(read), Py_NewRef(reason)};
}

__attribute__((visibility("default"))) void benchResult(double value)
{
    result = value;
    resultThere.signal();
}

epicsExportRegistrar(interpretersRegister);
}
