// The shell commands that end a port, and that say how long a start waits for ports.
#include <asynDriver.h>

#include "shell/command.h"

namespace
{

const iocshArg portArg = {"portName", iocshArgString};
const iocshArg timeoutArg = {"timeout", iocshArgDouble};

const iocshArg *const portArgs[] = {&portArg};
const iocshArg *const timeoutArgs[] = {&timeoutArg};

int shutdownPort(const char *portName)
{
    return withPort("asynShutdownPort", portName, -1,
                    [](asynUser *user) { return pasynManager->shutdownPort(user); });
}

int setAutoConnectTimeout(double timeout)
{
    const char *const command = "asynSetAutoConnectTimeout";
    constexpr double longest = 3600; // s; also catches what is no number
    if (!(timeout >= 0 && timeout <= longest))
        return complain(command, "expected a timeout from 0 to 3600 s, got " + shown(timeout));
    return pasynManager->setAutoConnectTimeout(timeout) == asynSuccess
               ? 0
               : complain(command, "refused");
}

const ShellCommand commands[] = {
    {{"asynShutdownPort", 1, portArgs,
      "Ends a destructible port and its driver; its name is free for another\n"},
     [](const iocshArgBuf *a) { iocshSetError(shutdownPort(a[0].sval)); }},
    {{"asynSetAutoConnectTimeout", 1, timeoutArgs,
      "How long in s a new port's first attempt to connect may take\n"},
     [](const iocshArgBuf *a) { iocshSetError(setAutoConnectTimeout(a[0].dval)); }},
};

} // namespace

void registerPortCommands()
{
    registerCommands(commands);
}
