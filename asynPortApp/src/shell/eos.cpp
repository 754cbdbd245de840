// The shell commands that set and show a port's terminators.
#include <algorithm>
#include <stdexcept>

#include <asynOctet.h>
#include <asynShellCommands.h>
#include <epicsStdio.h>
#include <epicsString.h>

#include "shell/command.h"

namespace
{

constexpr size_t eosSize = 10;

using Error = std::runtime_error;

using SetEos = asynStatus (*asynOctet::*)(void *, asynUser *, const char *, int);
using GetEos = asynStatus (*asynOctet::*)(void *, asynUser *, char *, int, int *);

int setEos(const char *command, const char *port, int addr, const char *text, SetEos method)
{
    return runCommand(command, [=] {
        if (!text)
            throw Error("expected a port, an address and a terminator; \"\" for none");
        const std::string eos = rawFromEscaped(text);
        if (eos.size() >= eosSize)
            throw Error("the terminator \"" + shortened(text) + "\" is too long");
        const int failure = withInterface(command, port, addr, asynOctetType,
                                          [&eos, method](asynUser *user, asynInterface &octet) {
                                              auto &table =
                                                  *static_cast<asynOctet *>(octet.pinterface);
                                              return (table.*method)(octet.drvPvt, user, eos.data(),
                                                                     static_cast<int>(eos.size()));
                                          });
        return failure ? -1 : 0;
    });
}

int showEos(const char *command, const char *port, int addr, GetEos method)
{
    return runCommand(command, [=] {
        char eos[eosSize] = "";
        int length = 0;
        const int failure =
            withInterface(command, port, addr, asynOctetType,
                          [&eos, &length, method](asynUser *user, asynInterface &octet) {
                              auto &table = *static_cast<asynOctet *>(octet.pinterface);
                              return (table.*method)(octet.drvPvt, user, eos,
                                                     static_cast<int>(sizeof eos), &length);
                          });
        if (failure)
            return -1;
        // A driver may answer more than was asked for.
        length = std::clamp(length, 0, static_cast<int>(sizeof eos));
        char text[4 * sizeof eos + 1];
        epicsStrnEscapedFromRaw(text, sizeof text, eos, static_cast<size_t>(length));
        printf("\"%s\"\n", text);
        return 0;
    });
}

} // namespace

extern "C" {

int asynOctetSetInputEos(const char *port, int addr, const char *eos)
{
    return setEos("asynOctetSetInputEos", port, addr, eos, &asynOctet::setInputEos);
}

int asynOctetGetInputEos(const char *port, int addr)
{
    return showEos("asynOctetGetInputEos", port, addr, &asynOctet::getInputEos);
}

int asynOctetSetOutputEos(const char *port, int addr, const char *eos)
{
    return setEos("asynOctetSetOutputEos", port, addr, eos, &asynOctet::setOutputEos);
}

int asynOctetGetOutputEos(const char *port, int addr)
{
    return showEos("asynOctetGetOutputEos", port, addr, &asynOctet::getOutputEos);
}

} // extern "C"

namespace
{

const iocshArg portArg = {"portName", iocshArgString};
const iocshArg addrArg = {"addr", iocshArgInt};
const iocshArg eosArg = {"eos", iocshArgString};

const iocshArg *const eosArgs[] = {&portArg, &addrArg, &eosArg};

const char eosUsage[] = "Shows a terminator, or sets it: \"\\r\\n\", or \"\" for none\n";

const ShellCommand commands[] = {
    {{"asynOctetSetInputEos", 3, eosArgs, eosUsage},
     [](const iocshArgBuf *a) {
         iocshSetError(asynOctetSetInputEos(a[0].sval, a[1].ival, a[2].sval));
     }},
    {{"asynOctetGetInputEos", 2, eosArgs, eosUsage},
     [](const iocshArgBuf *a) { iocshSetError(asynOctetGetInputEos(a[0].sval, a[1].ival)); }},
    {{"asynOctetSetOutputEos", 3, eosArgs, eosUsage},
     [](const iocshArgBuf *a) {
         iocshSetError(asynOctetSetOutputEos(a[0].sval, a[1].ival, a[2].sval));
     }},
    {{"asynOctetGetOutputEos", 2, eosArgs, eosUsage},
     [](const iocshArgBuf *a) { iocshSetError(asynOctetGetOutputEos(a[0].sval, a[1].ival)); }},
};

} // namespace

void registerEosCommands()
{
    registerCommands(commands);
}
