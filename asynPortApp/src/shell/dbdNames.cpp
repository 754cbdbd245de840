// What dbd files of IOCs built with asyn name, beside asynRegister, which registers everything
// here: an IOC that loads its own dbd finds all of it. drvAsyn lets dbior report the ports.
#include <cstdio>

#define USE_TYPED_DRVET
#include <drvSup.h>

#include <asynDriver.h>
#include <epicsExport.h>

#include "common/epicsEntry.h"
#include "shell/command.h"

namespace
{

long reportPorts(int level)
{
    pasynManager->report(stdout, level, nullptr);
    return 0;
}

} // namespace

extern "C" {
static void asynInterposeFlushRegister()
{
    epicsEntry<registerInterposeCommands>();
}
static void asynInterposeEosRegister()
{
    epicsEntry<registerInterposeCommands>();
}
static void asynInterposeDelayRegister()
{
    epicsEntry<registerInterposeCommands>();
}
static void asynInterposeEchoRegister()
{
    epicsEntry<registerInterposeCommands>();
}
epicsExportRegistrar(asynInterposeFlushRegister);
epicsExportRegistrar(asynInterposeEosRegister);
epicsExportRegistrar(asynInterposeDelayRegister);
epicsExportRegistrar(asynInterposeEchoRegister);

static drvet drvAsyn = {2, epicsEntry<reportPorts>, nullptr};
epicsExportAddress(drvet, drvAsyn);
}
