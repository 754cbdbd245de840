// asynPythonIoc._host: what the Python process needs of EPICS to be an IOC.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <dlfcn.h>
#include <sys/stat.h>

#include <atomic>
#include <cstdlib>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <dbAccess.h>
#include <dbStaticLib.h>
#include <epicsExit.h>
#include <epicsFindSymbol.h>
#include <epicsStdio.h>
#include <epicsThread.h>
#include <epicsVersion.h>
#include <errlog.h>
#include <initHooks.h>
#include <iocInit.h>
#include <iocsh.h>
#include <iocshRegisterCommon.h>

#include "host/host.h"
#include "host/registration.h"
#include "interpreter/errorLog.h"
#include "port/exitWatchdog.h"

#include "../../../asynPortApp/src/common/epicsEntry.h"

namespace py = pybind11;

extern "C" PyObject *asynPythonRecordsModule(); // softioc/recordsModule.cpp

namespace
{

bool isFile(const std::string &path)
{
    struct stat status;
    return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

// As dbLoadDatabase looks for files.
bool canBeFound(const std::string &file, const char *path)
{
    if (file.find('/') != std::string::npos)
        return isFile(file);
    if (!path || !*path)
        path = std::getenv("EPICS_DB_INCLUDE_PATH");
    std::istringstream folders(path && *path ? path : ".");
    for (std::string folder; std::getline(folders, folder, ':');)
        if (isFile(folder + "/" + file))
            return true;
    return false;
}

void registerAll(const iocshArgBuf *)
{
    iocshSetError(registerLoadedDbds() < 0 ? 1 : 0);
}

// A classic IOC's startup script goes on with "<stem of the dbd>_registerRecordDeviceDriver
// pdbbase".
void offerRegistration(const std::string &file)
{
    const size_t slash = file.rfind('/');
    const std::string dbd = file.substr(slash == std::string::npos ? 0 : slash + 1);
    const std::string command = dbd.substr(0, dbd.size() - 4) + "_registerRecordDeviceDriver";
    // By the shell's thread alone; kept for ever, as the shell keeps the command and its name.
    static auto *offered = new std::set<std::string>;
    const auto [name, fresh] = offered->insert(command);
    if (!fresh)
        return;
    static const iocshArg base = {"pdbbase", iocshArgPdbbase};
    static const iocshArg *const arguments[] = {&base};
    auto *definition = new iocshFuncDef{name->c_str(), 1, arguments, nullptr};
    iocshRegister(definition, epicsEntry<registerAll>);
}

// Folders of the dbd files of Base and of this package, each behind a colon. Set before the shell
// has the command.
std::string ownFolders;

// An IOC's dbd may include those of Base and of asyn: their folders follow the places where Base
// looks.
int loadDbd(const std::string &file, const char *path, const char *macros)
{
    if (!path || !*path)
        path = std::getenv("EPICS_DB_INCLUDE_PATH");
    const std::string folders = (path && *path ? path : ".") + ownFolders;
    return dbLoadDatabase(file.c_str(), folders.c_str(), macros) ? 1 : 0;
}

void loadDatabaseOrNote(const iocshArgBuf *arguments)
{
    const std::string file = arguments[0].sval ? arguments[0].sval : "";
    const bool isDbd = file.size() > 4 && file.compare(file.size() - 4, 4, ".dbd") == 0;
    if (isDbd && !canBeFound(file, arguments[1].sval))
        fprintf(epicsGetStdout(), "# %s is not there: this host's own definitions serve\n",
                file.c_str());
    else if (isDbd)
        iocshSetError(loadDbd(file, arguments[1].sval, arguments[2].sval));
    else
        iocshSetError(dbLoadDatabase(file.c_str(), arguments[1].sval, arguments[2].sval) ? 1 : 0);
    if (isDbd)
        offerRegistration(file);
}

const iocshArg fileArg = {"filename.dbd", iocshArgStringPath};
const iocshArg pathArg = {"path", iocshArgString};
const iocshArg macrosArg = {"substitutions", iocshArgString};
const iocshArg *const loadArguments[] = {&fileArg, &pathArg, &macrosArg};
const iocshFuncDef loadDefinition = {
    "dbLoadDatabase", 3, loadArguments,
    "Loads a dbd file; those of Base, asyn and Python are loaded.\n"};

// The file of another asyn in this process, or NULL. The bundled one has link names of its own.
const char *otherAsyn()
{
    void *manager = dlsym(RTLD_DEFAULT, "pasynManager");
    Dl_info info;
    return manager && dladdr(manager, &info) ? info.dli_fname : nullptr;
}

// Whether what the loader says is about a name of asyn or a library of that name that FILE needs,
// and not about FILE itself, which is not found, or a folder of such a name.
bool tellsOfAsyn(const std::string &error, const std::string &file)
{
    if (error.compare(0, file.size() + 1, file + ":") == 0 &&
        error.find("cannot open shared object file") != std::string::npos)
        return false;
    const std::string undefined = "undefined symbol: ";
    const size_t symbol = error.find(undefined);
    if (symbol != std::string::npos)
        return error.find("asyn", symbol + undefined.size()) != std::string::npos;
    return error.compare(0, 7, "libasyn") == 0;
}

// Base's command, and what is to be done about a driver that was built for another asyn.
void loadLibrary(const iocshArgBuf *arguments)
{
    const char *file = arguments[0].sval ? arguments[0].sval : "";
    const char *advice = "Build it with the flags that python -m PythonDriver --cflags --libs "
                         "prints.";
    const char *before = otherAsyn();
    if (!epicsLoadLibrary(file)) {
        const char *said = epicsLoadError();
        const std::string error = said ? said : file;
        const bool abi = tellsOfAsyn(error, file);
        fprintf(epicsGetStderr(), "dlload: %s%s%s\n", error.c_str(),
                abi ? "\nIt was built for another asyn, EPICS Base or std::string. " : "",
                abi ? advice : "");
        iocshSetError(1);
    } else if (const char *other = before ? nullptr : otherAsyn()) {
        fprintf(epicsGetStderr(),
                "dlload: %s is built for another asyn, %s, whose ports this IOC's records do not "
                "know. %s\n",
                file, other, advice);
        iocshSetError(1);
    }
}

const iocshArg libraryArg = {"path/library.so", iocshArgStringPath};
const iocshArg *const libraryArguments[] = {&libraryArg};
const iocshFuncDef libraryDefinition = {"dlload", 1, libraryArguments,
                                        "Loads a library of drivers, built with the flags of "
                                        "python -m PythonDriver --cflags --libs.\n"};

// Half of iocInit is under way: the exit handlers of what it starts would find half of it.
std::atomic<bool> initialising{false};
std::atomic<bool> ending{false}; // the exit handlers are about to be called

void noteInit(initHookState state)
{
    if (state == initHookAtIocBuild || state == initHookAtIocRun) {
        initialising = true;
        if (ending && state == initHookAtIocBuild) {
            initialising = false;
            for (;;) // the shell's thread; the process ends without it
                epicsThreadSleep(1000.0);
        }
    } else if (state == initHookAfterIocBuilt || state == initHookAfterIocRunning)
        initialising = false;
}

// The watchdog ends it where iocInit does not.
void awaitInit()
{
    do {
        while (initialising)
            epicsThreadSleep(0.01);
        if (getIocState() != iocBuilt)
            return;
        epicsThreadSleep(0.1); // its other half follows at once, unless the script has iocBuild
    } while (initialising);
}

// A step of iocInit that fails does not come to the hook at its end.
template <int (*Step)()> int attempt()
{
    const int status = Step();
    initialising = false;
    return status;
}

using Databases = std::vector<std::pair<std::string, std::string>>; // file, macros

// Those of the command line that the script's iocInit loads. By the shell's thread alone.
Databases &waitingDatabases()
{
    static auto *waiting = new Databases;
    return *waiting;
}

// Those that are loaded wait no longer.
bool loadWaiting()
{
    Databases &waiting = waitingDatabases();
    while (!waiting.empty()) {
        if (dbLoadRecords(waiting.front().first.c_str(), waiting.front().second.c_str()))
            return false;
        waiting.erase(waiting.begin());
    }
    return true;
}

template <int (*Step)()> void attemptCommand(const iocshArgBuf *)
{
    iocshSetError(loadWaiting() ? attempt<Step>() : 1);
}

const iocshFuncDef initDefinition = {"iocInit", 0, nullptr,
                                     "Initialises the records, and starts the IOC.\n"};
const iocshFuncDef buildDefinition = {"iocBuild", 0, nullptr, "The first half of iocInit.\n"};
const iocshFuncDef runDefinition = {"iocRun", 0, nullptr,
                                    "The second half of iocInit, or the end of a pause.\n"};

using Dbds = std::vector<std::pair<std::string, std::string>>; // file, folder

// Raises RuntimeError.
void loadDbds(const Dbds &dbds)
{
    for (const auto &[file, folder] : dbds)
        if (dbLoadDatabase(file.c_str(), folder.c_str(), nullptr))
            throw std::runtime_error("cannot load " + folder + "/" + file);
    if (registerLoadedDbds() != 0)
        throw std::runtime_error("record and device support cannot be registered");
}

// Raises RuntimeError.
void start(const Dbds &dbds)
{
    // Before anything is logged: Base's own size loses messages when a database has ten bad links.
    constexpr int logSize = 1 << 16, longestMessage = 1024;
    errlogInit2(logSize, longestMessage);
    errorLogHolds(logSize, longestMessage);
    iocshRegisterCommon();
    loadDbds(dbds);
    std::set<std::string> folders;
    for (const auto &[file, folder] : dbds)
        if (folders.insert(folder).second)
            ownFolders += ":" + folder;
    iocshRegister(&loadDefinition, epicsEntry<loadDatabaseOrNote>); // in the place of Base's
    iocshRegister(&libraryDefinition, epicsEntry<loadLibrary>);
    iocshRegister(&initDefinition, epicsEntry<attemptCommand<iocInit>>);
    iocshRegister(&buildDefinition, epicsEntry<attemptCommand<iocBuild>>);
    iocshRegister(&runDefinition, epicsEntry<attemptCommand<iocRun>>);
    registerAccessCommand();
    initHookRegister(
        epicsEntry<noteInit>); // the last, so that it is called when all others have been
}

// The IOC's own exit handlers, at most limit seconds; what then follows is short.
void shutdown(double limit, int code)
{
    startExitWatchdog(limit, code);
    ending = true;
    awaitInit();
    epicsExitCallAtExits();
    errlogFlush();
    // Not all streams: the shell's thread may be waiting for input with stdin locked.
    fflush(stdout);
    fflush(stderr);
    exitHandlersReturned();
}

} // namespace

PYBIND11_MODULE(_host, module)
{
    using Release = py::call_guard<py::gil_scoped_release>;
    module.doc() = "EPICS in this process: dbd files, the shell, and the end.";
    module.attr("epics_version") = EPICS_VERSION_STRING;
    module.def("start", &start, py::arg("dbds"), Release(),
               "Load dbd files, each (file, folder), and register what they name.");
    module.def("load_dbds", &loadDbds, py::arg("dbds"), Release(),
               "Load more dbd files, and register what they name. Before iocInit.");
    module.def("get_field", &getField, py::arg("name"), Release(),
               "A field's value as a string. Raises RuntimeError.");
    module.def("set_field", &setField, py::arg("name"), py::arg("value"), Release(),
               "Write a field, as dbpf does. Raises RuntimeError.");
    module.def(
        "put_raw", &putRaw, py::arg("name"), py::arg("type"), py::arg("address"), py::arg("count"),
        py::arg("process"), Release(),
        "Write count elements of a DBR type at an address to a field; the record then processes, "
        "if it is to. Raises RuntimeError.");
    module.def(
        "get_raw", &getRaw, py::arg("name"), py::arg("type"), py::arg("address"), py::arg("count"),
        Release(),
        "Read at most count elements of a field, as a DBR type, to an address; how many there "
        "are. Raises RuntimeError.");
    module.def("database_field", &databaseField, py::arg("name"), Release(),
               "A field as the database file has it, whole and exact. Raises RuntimeError.");
    module.def("set_database_field", &setDatabaseField, py::arg("name"), py::arg("value"),
               Release(), "Set a field of the database, before iocInit. Raises RuntimeError.");
    module.def("log_puts", &logPuts, py::arg("access_file"), Release(),
               "Print each put by a client, by rules of the user's access security file or else of "
               "that one. Before iocInit.");
    module.def("statistics", &statistics, Release(),
               "Counts of records, clients, queues and suspended threads, by devIocStats' names.");
    module.def(
        "iocsh",
        [](const std::string &path, const std::string &macros) {
            return iocshLoad(path.empty() ? nullptr : path.c_str(),
                             macros.empty() ? nullptr : macros.c_str());
        },
        py::arg("path"), py::arg("macros"), Release(),
        "Run a script, or standard input for an empty path.");
    module.def(
        "load_at_init", [](const Databases &databases) { waitingDatabases() = databases; },
        py::arg("databases"), Release(),
        "Load databases, each (file, macros), when the shell's iocInit is called.");
    module.def(
        "waiting_databases", [] { return waitingDatabases(); }, Release(),
        "Those of load_at_init that are not loaded, or cannot be loaded.");
    module.def(
        "iocsh_command", [](const std::string &line) { return iocshCmd(line.c_str()); },
        py::arg("line"), Release(), "Run one line of the shell.");
    module.def(
        "load_records",
        [](const std::string &file, const std::string &macros) {
            return dbLoadRecords(file.c_str(), macros.c_str());
        },
        py::arg("file"), py::arg("macros"), Release(), "dbLoadRecords; 0 for success.");
    module.def(
        "load_database",
        [](const std::string &file, const std::string &path, const std::string &macros) {
            return dbLoadDatabase(file.c_str(), path.empty() ? nullptr : path.c_str(),
                                  macros.empty() ? nullptr : macros.c_str());
        },
        py::arg("file"), py::arg("path"), py::arg("macros"), Release(),
        "dbLoadDatabase; 0 for success.");
    module.def(
        "leave_thread", &epicsExitCallAtThreadExits, Release(),
        "The calling thread has called EPICS for the last time: frees what EPICS has for it.");
    module.def(
        "records",
        [] {
            PyObject *made = asynPythonRecordsModule();
            if (!made)
                throw py::error_already_set();
            return py::reinterpret_steal<py::object>(made);
        },
        "The module of records that a script makes.");
    module.def("ioc_init", &attempt<iocInit>, Release(), "iocInit; 0 for success.");
    module.attr("EXIT_LIMIT") = exitLimit;
    module.def("shutdown", &shutdown, py::arg("limit"), py::arg("code"), Release(),
               "Call the IOC's exit handlers; the process is ended where that takes longer than "
               "limit s, and "
               "with code where its end does not follow.");
}
