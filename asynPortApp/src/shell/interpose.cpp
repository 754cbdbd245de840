// The shell commands asynInterpose…: layers on a port's strings.
#include <asynInterposeEos.h>
#include <asynInterposeFlush.h>

#include "octet/interposeSlow.h"
#include "shell/command.h"

namespace
{

const iocshArg portArg = {"portName", iocshArgString};
const iocshArg addrArg = {"addr", iocshArgInt};
const iocshArg inArg = {"processIn (0,1) => (no,yes)", iocshArgInt};
const iocshArg outArg = {"processOut (0,1) => (no,yes)", iocshArgInt};
const iocshArg timeoutArg = {"timeout", iocshArgDouble};
const iocshArg delayArg = {"delay(sec)", iocshArgDouble};

const iocshArg *const eosArgs[] = {&portArg, &addrArg, &inArg, &outArg};
const iocshArg *const flushArgs[] = {&portArg, &addrArg, &timeoutArg};
const iocshArg *const delayArgs[] = {&portArg, &addrArg, &delayArg};

void flushConfig(const iocshArgBuf *a)
{
    constexpr double longest = 1e6; // ms; also catches what is no number
    const double timeout = a[2].dval;
    if (!(timeout >= 0 && timeout <= longest))
        iocshSetError(complain("asynInterposeFlushConfig",
                               "expected a timeout from 0 to 1000000 ms, got " + shown(timeout)));
    else
        iocshSetError(asynInterposeFlushConfig(a[0].sval, a[1].ival, static_cast<int>(timeout)));
}

const ShellCommand commands[] = {
    {{"asynInterposeEosConfig", 4, eosArgs,
      "Messages end at the input terminator and get the output terminator\n"},
     [](const iocshArgBuf *a) {
         iocshSetError(asynInterposeEosConfig(a[0].sval, a[1].ival, a[2].ival, a[3].ival));
     }},
    {{"asynInterposeFlushConfig", 3, flushArgs,
      "A flush reads until nothing came for so many milliseconds\n"},
     [](const iocshArgBuf *a) { flushConfig(a); }},
    {{"asynInterposeDelay", 3, delayArgs, "A pause after each byte that is written\n"},
     [](const iocshArgBuf *a) {
         iocshSetError(asynInterposeDelay(a[0].sval, a[1].ival, a[2].dval));
     }},
    {{"asynInterposeEcho", 2, delayArgs, "The device echoes each byte that is written\n"},
     [](const iocshArgBuf *a) { iocshSetError(asynInterposeEcho(a[0].sval, a[1].ival)); }},
};

} // namespace

void registerInterposeCommands()
{
    registerCommands(commands);
}
