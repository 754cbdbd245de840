// The shell commands asynReport, asynSetTrace…, asynEnable, asynAutoConnect, asynSetOption and the
// like.
#include <functional>
#include <string>

#include <asynDriver.h>
#include <asynOption.h>
#include <asynShellCommands.h>
#include <epicsExport.h>
#include <epicsStdio.h>
#include <iocsh.h>
#include <registryFunction.h>

#include "iocshCommand.h"
#include "iocshMask.h"

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
    FILE *file = nullptr; // no name: the error log
    const std::string name(filename ? filename : "");
    if (name == "stdout") {
        file = stdout;
    } else if (name == "stderr") {
        file = stderr;
    } else if (!name.empty()) {
        file = fopen(name.c_str(), "a");
        if (!file)
            return complain("asynSetTraceFile", "cannot write to " + name);
    }
    return setTrace("asynSetTraceFile", portName, addr,
                    [=](asynUser *user) { return pasynTrace->setTraceFile(user, file); });
}

int asynSetTraceIOTruncateSize(const char *portName, int addr, int size)
{
    if (size < 0)
        return complain("asynSetTraceIOTruncateSize", "a size of 0 or more is expected");
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
    if (!portName || !key || !val)
        return complain("asynSetOption", "a port, an address, a key and a value are expected");
    return withInterface("asynSetOption", portName, addr, asynOptionType,
                         [=](asynUser *user, asynInterface &option) {
                             return static_cast<asynOption *>(option.pinterface)
                                 ->setOption(option.drvPvt, user, key, val);
                         });
}

int asynShowOption(const char *portName, int addr, const char *key)
{
    if (!portName || !key)
        return complain("asynShowOption", "a port, an address and a key are expected");
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
    REGISTRYFUNCTION function = functionName ? registryFunctionFind(functionName) : nullptr;
    if (!function)
        return complain("asynRegisterTimeStampSource",
                        std::string("no function ") + (functionName ? functionName : "(none)") +
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
void maskCommand(const iocshArgBuf *args)
{
    int mask = 0;
    std::string error;
    if (parseMask(args[2].sval, Names, mask, error))
        iocshSetError(Set(args[0].sval, args[1].ival, mask));
    else
        iocshSetError(complain("the trace mask", error));
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
     maskCommand<asynSetTraceMask, traceMaskNames>},
    {{"asynSetTraceIOMask", 3, maskArgs, "Bits as a number or names: ASCII+HEX\n"},
     maskCommand<asynSetTraceIOMask, traceIOMaskNames>},
    {{"asynSetTraceInfoMask", 3, maskArgs, "Bits as a number or names: TIME+PORT\n"},
     maskCommand<asynSetTraceInfoMask, traceInfoMaskNames>},
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

void asynRegister()
{
    registerCommands(commands);
    registerOctetCommands();
    registerEosCommands();
    registerInterposeCommands();
}

} // namespace

extern "C" {
epicsExportRegistrar(asynRegister);
}
