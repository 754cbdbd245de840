// The shell commands asynReport, asynSetTrace…, asynEnable, asynAutoConnect, asynSetOption and the
// like.
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <unistd.h>

// stdout and stderr as names of trace files are the process's, not where a command's output goes.
#define epicsStdioStdStreams

#include <asynDriver.h>
#include <asynOption.h>
#include <asynShellCommands.h>
#include <epicsExport.h>
#include <epicsStdio.h>
#include <iocsh.h>
#include <registryFunction.h>

#include "shell/command.h"
#include "shell/mask.h"

namespace
{

// An empty port name stands for the settings of everything that has none of its own.
int setTrace(const char *command, const char *portName, int addr,
             const std::function<asynStatus(asynUser *)> &work)
{
    if (!portName || !*portName)
        return work(nullptr) == asynSuccess ? 0 : complain(command, "refused");
    return withPort(command, portName, addr, work);
}

// A file to append to; NULL with errno when there is none. A pipe that nobody reads is refused
// instead of waited for.
FILE *openedForTrace(const std::string &name)
{
    const int fd = open(name.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC, 0666);
    if (fd < 0)
        return nullptr;
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
    FILE *file = fdopen(fd, "a");
    if (!file)
        close(fd);
    return file;
}

// What a name given to asynSetTraceFile stands for; no name is the error log, NULL. The user is
// NULL for the settings of everything.
asynStatus setTraceFile(asynUser *user, const std::string &name, std::string &error)
{
    FILE *file = nullptr;
    if (name == "stdout") {
        file = stdout;
    } else if (name == "stderr") {
        file = stderr;
    } else if (!name.empty()) {
        file = openedForTrace(name);
        if (!file) {
            error = "cannot write to the file " + shortened(name) + ": " + std::strerror(errno);
            return asynError;
        }
    }
    return pasynTrace->setTraceFile(user, file);
}

// Base also finds symbols of the process by name, and then keeps the pointer to the name.
REGISTRYFUNCTION registered(const char *name)
{
    static std::mutex mutex; // guards names
    static auto *names = new std::set<std::string>;
    std::lock_guard<std::mutex> guard(mutex);
    return registryFunctionFind(names->emplace(name).first->c_str());
}

void timeStampByFunction(void *function, epicsTimeStamp *timeStamp)
{
    using Source = void (*)(void *, epicsTimeStamp *);
    reinterpret_cast<Source>(function)(nullptr, timeStamp);
}

} // namespace

extern "C" {

int asynReport(int level, const char *portName)
{
    pasynManager->report(epicsGetStdout(), level, portName);
    return 0;
}

int asynSetTraceMask(const char *portName, int addr, int mask)
{
    return setTrace("asynSetTraceMask", portName, addr,
                    [=](asynUser *user) { return pasynTrace->setTraceMask(user, mask); });
}

int asynSetTraceIOMask(const char *portName, int addr, int mask)
{
    return setTrace("asynSetTraceIOMask", portName, addr,
                    [=](asynUser *user) { return pasynTrace->setTraceIOMask(user, mask); });
}

int asynSetTraceInfoMask(const char *portName, int addr, int mask)
{
    return setTrace("asynSetTraceInfoMask", portName, addr,
                    [=](asynUser *user) { return pasynTrace->setTraceInfoMask(user, mask); });
}

int asynSetTraceFile(const char *portName, int addr, const char *filename)
{
    const char *const command = "asynSetTraceFile";
    const std::string name(filename ? filename : "");
    std::string error;
    // The file is opened when the port is found, so that a wrong name leaves none behind.
    const int result = setTrace(command, portName, addr, [&](asynUser *user) {
        const asynStatus status = setTraceFile(user, name, error);
        return error.empty() ? status : asynSuccess;
    });
    return error.empty() ? result : complain(command, error);
}

int asynSetTraceIOTruncateSize(const char *portName, int addr, int size)
{
    if (size < 0)
        return complain("asynSetTraceIOTruncateSize",
                        "expected a size of 0 or more, got " + std::to_string(size));
    return setTrace("asynSetTraceIOTruncateSize", portName, addr, [=](asynUser *user) {
        return pasynTrace->setTraceIOTruncateSize(user, static_cast<size_t>(size));
    });
}

int asynAutoConnect(const char *portName, int addr, int yesNo)
{
    return withPort("asynAutoConnect", portName, addr,
                    [=](asynUser *user) { return pasynManager->autoConnect(user, yesNo); });
}

int asynEnable(const char *portName, int addr, int yesNo)
{
    return withPort("asynEnable", portName, addr,
                    [=](asynUser *user) { return pasynManager->enable(user, yesNo); });
}

int asynWaitConnect(const char *portName, double timeout)
{
    if (!(timeout >= 0))
        return complain("asynWaitConnect",
                        "expected a timeout of 0 s or more, got " + shown(timeout));
    return withPort("asynWaitConnect", portName, -1,
                    [=](asynUser *user) { return pasynManager->waitConnect(user, timeout); });
}

int asynSetQueueLockPortTimeout(const char *portName, double timeout)
{
    return withPort("asynSetQueueLockPortTimeout", portName, -1, [=](asynUser *user) {
        return pasynManager->setQueueLockPortTimeout(user, timeout);
    });
}

// An option may say how the port connects: it is set before that.
int asynSetOption(const char *portName, int addr, const char *key, const char *val)
{
    if (!portName || !*portName || !key || !*key || !val)
        return complain("asynSetOption", "expected a port, an address, a key and a value");
    return withInterface("asynSetOption", portName, addr, asynOptionType,
                         [=](asynUser *user, asynInterface &option) {
                             return static_cast<asynOption *>(option.pinterface)
                                 ->setOption(option.drvPvt, user, key, val);
                         });
}

int asynShowOption(const char *portName, int addr, const char *key)
{
    if (!portName || !*portName || !key || !*key)
        return complain("asynShowOption", "expected a port, an address and a key");
    char value[100] = "";
    const int result = withInterface("asynShowOption", portName, addr, asynOptionType,
                                     [&](asynUser *user, asynInterface &option) {
                                         return static_cast<asynOption *>(option.pinterface)
                                             ->getOption(option.drvPvt, user, key, value,
                                                         static_cast<int>(sizeof value));
                                     });
    if (result == 0)
        printf("%s=%s\n", key, value);
    return result;
}

int asynRegisterTimeStampSource(const char *portName, const char *functionName)
{
    REGISTRYFUNCTION function = functionName ? registered(functionName) : nullptr;
    if (!function)
        return complain("asynRegisterTimeStampSource",
                        std::string("no function ") +
                            (functionName ? shortened(functionName) : "(none)") +
                            " is registered; name one of a dbd file's function(...) entries");
    return withPort("asynRegisterTimeStampSource", portName, -1, [=](asynUser *user) {
        return pasynManager->registerTimeStampSource(user, reinterpret_cast<void *>(function),
                                                     timeStampByFunction);
    });
}

int asynUnregisterTimeStampSource(const char *portName)
{
    return withPort("asynUnregisterTimeStampSource", portName, -1,
                    [](asynUser *user) { return pasynManager->unregisterTimeStampSource(user); });
}

} // extern "C"

namespace
{

const iocshArg portArg = {"portName", iocshArgString};
const iocshArg addrArg = {"addr", iocshArgInt};
const iocshArg levelArg = {"level", iocshArgInt};
const iocshArg maskArg = {"mask", iocshArgString};
const iocshArg fileArg = {"filename", iocshArgString};
const iocshArg sizeArg = {"size", iocshArgInt};
const iocshArg yesNoArg = {"yesNo", iocshArgInt};
const iocshArg keyArg = {"key", iocshArgString};
const iocshArg valueArg = {"value", iocshArgString};
const iocshArg timeoutArg = {"timeout", iocshArgDouble};
const iocshArg functionArg = {"functionName", iocshArgString};

template <int (*Set)(const char *, int, int), const MaskName *Names>
void maskCommand(const char *command, const iocshArgBuf *args)
{
    int mask = 0;
    std::string error;
    if (parseMask(args[2].sval, Names, mask, error))
        iocshSetError(Set(args[0].sval, args[1].ival, mask));
    else
        iocshSetError(complain(command, error));
}

const iocshArg *const reportArgs[] = {&levelArg, &portArg};
const iocshArg *const maskArgs[] = {&portArg, &addrArg, &maskArg};
const iocshArg *const fileArgs[] = {&portArg, &addrArg, &fileArg};
const iocshArg *const sizeArgs[] = {&portArg, &addrArg, &sizeArg};
const iocshArg *const yesNoArgs[] = {&portArg, &addrArg, &yesNoArg};
const iocshArg *const setOptionArgs[] = {&portArg, &addrArg, &keyArg, &valueArg};
const iocshArg *const timeoutArgs[] = {&portArg, &timeoutArg};
const iocshArg *const functionArgs[] = {&portArg, &functionArg};

const ShellCommand commands[] = {
    {{"asynReport", 2, reportArgs,
      "asynReport level [port]: ports, their state and, from level 1, "
      "parameters\n"},
     [](const iocshArgBuf *a) { iocshSetError(asynReport(a[0].ival, a[1].sval)); }},
    {{"asynSetTraceMask", 3, maskArgs, "Bits as a number or names: ERROR+FLOW\n"},
     [](const iocshArgBuf *a) {
         maskCommand<asynSetTraceMask, traceMaskNames>("asynSetTraceMask", a);
     }},
    {{"asynSetTraceIOMask", 3, maskArgs, "Bits as a number or names: ASCII+HEX\n"},
     [](const iocshArgBuf *a) {
         maskCommand<asynSetTraceIOMask, traceIOMaskNames>("asynSetTraceIOMask", a);
     }},
    {{"asynSetTraceInfoMask", 3, maskArgs, "Bits as a number or names: TIME+PORT\n"},
     [](const iocshArgBuf *a) {
         maskCommand<asynSetTraceInfoMask, traceInfoMaskNames>("asynSetTraceInfoMask", a);
     }},
    {{"asynSetTraceFile", 3, fileArgs, "A file, stdout, stderr, or nothing for the error log\n"},
     [](const iocshArgBuf *a) {
         iocshSetError(asynSetTraceFile(a[0].sval, a[1].ival, a[2].sval));
     }},
    {{"asynSetTraceIOTruncateSize", 3, sizeArgs, "How many bytes of a transfer are shown\n"},
     [](const iocshArgBuf *a) {
         iocshSetError(asynSetTraceIOTruncateSize(a[0].sval, a[1].ival, a[2].ival));
     }},
    {{"asynEnable", 3, yesNoArgs, "1 enables, 0 disables a port or one of its addresses\n"},
     [](const iocshArgBuf *a) { iocshSetError(asynEnable(a[0].sval, a[1].ival, a[2].ival)); }},
    {{"asynAutoConnect", 3, yesNoArgs, "1 connects and keeps connecting, 0 does not\n"},
     [](const iocshArgBuf *a) { iocshSetError(asynAutoConnect(a[0].sval, a[1].ival, a[2].ival)); }},
    {{"asynSetOption", 4, setOptionArgs, "Sets an option of a port\n"},
     [](const iocshArgBuf *a) {
         iocshSetError(asynSetOption(a[0].sval, a[1].ival, a[2].sval, a[3].sval));
     }},
    {{"asynShowOption", 3, setOptionArgs, "Shows an option of a port\n"},
     [](const iocshArgBuf *a) { iocshSetError(asynShowOption(a[0].sval, a[1].ival, a[2].sval)); }},
    {{"asynWaitConnect", 2, timeoutArgs, "Waits until a port is connected; timeout in s\n"},
     [](const iocshArgBuf *a) { iocshSetError(asynWaitConnect(a[0].sval, a[1].dval)); }},
    {{"asynSetQueueLockPortTimeout", 2, timeoutArgs, "Timeout in s of synchronous calls\n"},
     [](const iocshArgBuf *a) {
         iocshSetError(asynSetQueueLockPortTimeout(a[0].sval, a[1].dval));
     }},
    {{"asynRegisterTimeStampSource", 2, functionArgs, "A registered function gives time stamps\n"},
     [](const iocshArgBuf *a) {
         iocshSetError(asynRegisterTimeStampSource(a[0].sval, a[1].sval));
     }},
    {{"asynUnregisterTimeStampSource", 1, functionArgs, "Back to the current time\n"},
     [](const iocshArgBuf *a) { iocshSetError(asynUnregisterTimeStampSource(a[0].sval)); }},
};

void registerAll()
{
    registerCommands(commands);
    registerOctetCommands();
    registerEosCommands();
    registerInterposeCommands();
    registerPortCommands();
}

void asynRegister()
{
    epicsEntry<registerAll>();
}

} // namespace

extern "C" {
epicsExportRegistrar(asynRegister);
}
