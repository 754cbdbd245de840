// The shell command asynPythonDriverConfigure.
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>

#include "interpreter/pythonError.h"
#include "port/asynPythonDriver.h"

#include "../../../asynPortApp/src/common/epicsEntry.h"
#include "../../../asynPortApp/src/common/portUser.h"

#include <epicsExport.h>
#include <epicsStdio.h>
#include <errlog.h>
#include <iocsh.h>

namespace
{

// Names from the command line may have any length; a message stays readable.
constexpr size_t longestName = 500;

void checkLength(const std::string &place, const char *what, const std::string &name)
{
    if (name.size() > longestName)
        throw std::runtime_error(place + "expected " + std::string(what) + " of at most " +
                                 std::to_string(longestName) + " characters, got " +
                                 std::to_string(name.size()));
}

// Options are words with a value, separated by commas or blanks. Throws std::runtime_error.
InterpreterChoice parseOptions(const std::string &options)
{
    const std::string key = "interpreter=";
    InterpreterChoice choice = InterpreterChoice::of("auto");
    for (size_t start = options.find_first_not_of(", "); start != std::string::npos;) {
        const size_t end = std::min(options.find_first_of(", ", start), options.size());
        const std::string word = options.substr(start, end - start);
        if (word.compare(0, key.size(), key) != 0)
            throw std::runtime_error("unknown option " + word.substr(0, 80) +
                                     "; valid: interpreter=auto, own, shared or main");
        choice = InterpreterChoice::of(word.substr(key.size(), 80));
        start = options.find_first_not_of(", ", end);
    }
    return choice;
}

void configure(const char *portName, const char *moduleName, int numParams, const char *options)
{
    if (!portName || !*portName)
        throw std::runtime_error("expected a port name as first argument");
    checkLength("", "a port name", portName);
    const std::string port = "port " + std::string(portName) + ": ";
    if (!moduleName || !*moduleName)
        throw std::runtime_error(port + "expected the name of a Python module as second argument");
    checkLength(port, "a module's name", moduleName);
    if (numParams < 0)
        throw std::runtime_error(
            port + "the third argument, a number of parameters: expected 0 or more, got " +
            std::to_string(numParams));
    InterpreterChoice choice;
    try {
        choice = parseOptions(options ? options : "");
    } catch (const std::runtime_error &error) {
        throw std::runtime_error(port + error.what());
    }
    if (!choice.warning.empty())
        errlogPrintf("%s%s\n", port.c_str(), choice.warning.c_str());
    if (PortUser().connect(portName, -1) == asynSuccess)
        throw std::runtime_error(port + "there is a port of this name already");
    std::unique_lock<epicsMutex> exitHeld = asynPythonDriver::holdExit(portName);
    auto *driver = new asynPythonDriver(portName);
    PortUser user;
    user.connect(portName, -1);
    try {
        driver->load(moduleName, choice, std::move(exitHeld));
    } catch (...) {
        pasynManager->shutdownPort(
            user.get()); // not by the driver, which the module itself may have shut down
        throw;
    }
    fprintf(epicsGetStdout(), "%smodule %s, %s\n", port.c_str(), moduleName,
            choice.describe().c_str());
}

} // namespace

extern "C" __attribute__((visibility("default"))) int
asynPythonDriverConfigure(const char *portName, const char *moduleName, int numParams,
                          const char *options)
{
    try {
        configure(portName, moduleName, numParams, options);
        return 0;
    } catch (const std::exception &error) {
        errlogFlush();
        fprintf(epicsGetStderr(), "asynPythonDriverConfigure: %s\n", error.what());
    } catch (...) {
        fprintf(epicsGetStderr(), "asynPythonDriverConfigure: an unknown C++ exception\n");
    }
    return 1;
}

namespace
{

const iocshArg portArg = {"portName", iocshArgString};
const iocshArg moduleArg = {"moduleName", iocshArgString};
const iocshArg countArg = {"numParams", iocshArgInt};
const iocshArg optionsArg = {"options", iocshArgString};
const iocshArg *const arguments[] = {&portArg, &moduleArg, &countArg, &optionsArg};
const iocshFuncDef definition = {
    "asynPythonDriverConfigure", 4, arguments,
    "Makes a port whose driver is the object `driver` of a Python module.\n"
    "numParams is a hint and may be left out; options: interpreter=auto|own|shared|main\n"};

void call(const iocshArgBuf *values)
{
    iocshSetError(
        asynPythonDriverConfigure(values[0].sval, values[1].sval, values[2].ival, values[3].sval));
}

const iocshFuncDef reportDefinition = {
    "asynPythonReport", 0, nullptr,
    "How many interpreters, thread states and arrays the Python ports have.\n"};

void callReport(const iocshArgBuf *)
{
    Counters::all().report(epicsGetStdout());
}

void registerCommands()
{
    iocshRegister(&definition, epicsEntry<call>);
    iocshRegister(&reportDefinition, epicsEntry<callReport>);
}

void asynPythonDriverRegister()
{
    epicsEntry<registerCommands>();
}

} // namespace

extern "C" {
epicsExportRegistrar(asynPythonDriverRegister);
}
