// The shell's dbLoadDatabase, and the dbd files of this package.
#include <sys/stat.h>

#include <cstdlib>
#include <set>
#include <sstream>
#include <stdexcept>

#include <dbAccess.h>
#include <dbStaticLib.h>
#include <epicsStdio.h>
#include <iocsh.h>

#include "host/host.h"
#include "host/registration.h"

#include "../../../asynPortApp/src/common/epicsEntry.h"

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

} // namespace

void loadDbds(const Dbds &dbds)
{
    for (const auto &[file, folder] : dbds)
        if (dbLoadDatabase(file.c_str(), folder.c_str(), nullptr))
            throw std::runtime_error("cannot load " + folder + "/" + file);
    if (registerLoadedDbds() != 0)
        throw std::runtime_error("record and device support cannot be registered");
}

void registerLoadCommand(const Dbds &dbds)
{
    std::set<std::string> folders;
    for (const auto &[file, folder] : dbds)
        if (folders.insert(folder).second)
            ownFolders += ":" + folder;
    iocshRegister(&loadDefinition, epicsEntry<loadDatabaseOrNote>); // replaces Base's command
}
