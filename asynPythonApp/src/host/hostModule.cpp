// asynPythonIoc._host: what the Python process needs of EPICS to be an IOC.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <string>

#include <dbAccess.h>
#include <epicsExit.h>
#include <epicsVersion.h>
#include <errlog.h>
#include <iocsh.h>
#include <iocshRegisterCommon.h>

#include "host/host.h"
#include "interpreter/errorLog.h"
#include "port/exitWatchdog.h"

namespace py = pybind11;

extern "C" PyObject *asynPythonRecordsModule(); // softioc/recordsModule.cpp

namespace
{

// Raises RuntimeError.
void start(const Dbds &dbds)
{
    // Before anything is logged: Base's own size loses messages when a database has ten bad links.
    constexpr int logSize = 1 << 16, longestMessage = 1024;
    errlogInit2(logSize, longestMessage);
    errorLogHolds(logSize, longestMessage);
    iocshRegisterCommon();
    loadDbds(dbds);
    registerLoadCommand(dbds);
    registerLibraryCommand();
    registerAccessCommand();
    registerInitCommands();
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
    module.def("ioc_init", &initialise, Release(), "iocInit; 0 for success.");
    module.attr("EXIT_LIMIT") = exitLimit;
    module.def("shutdown", &shutDownIoc, py::arg("limit"), py::arg("code"), Release(),
               "Call the IOC's exit handlers; the process is ended where that takes longer than "
               "limit s, and "
               "with code where its end does not follow.");
}
