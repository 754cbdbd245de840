// The shell's dlload, which recognises libraries that were built for another asyn.
#include <dlfcn.h>

#include <string>

#include <epicsFindSymbol.h>
#include <epicsStdio.h>
#include <iocsh.h>

#include "host/host.h"

#include "../../../asynPortApp/src/common/epicsEntry.h"

namespace
{

// The file of another asyn in this process, or NULL. The bundled one has link names of its own.
const char *otherAsyn()
{
    void *manager = dlsym(RTLD_DEFAULT, "pasynManager");
    Dl_info info;
    return manager && dladdr(manager, &info) ? info.dli_fname : nullptr;
}

// Whether the loader's error is about a symbol of asyn, or about an asyn library that the file
// needs. False if the file itself is not found, even if its folder has such a name.
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

} // namespace

void registerLibraryCommand()
{
    iocshRegister(&libraryDefinition, epicsEntry<loadLibrary>); // replaces Base's command
}
