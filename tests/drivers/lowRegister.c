/* The shell commands of the ports in C. */
#include <stddef.h>

#include <epicsExport.h>
#include <iocsh.h>

#include "lowLevel.h"

static const iocshArg portArg = {"portName", iocshArgString};
static const iocshArg addressesArg = {"addresses", iocshArgInt};
static const iocshArg *const portArgs[] = {&portArg, &addressesArg};
static const iocshFuncDef configureDefinition = {"lowLevelConfigure", 2, portArgs, NULL};
static const iocshFuncDef standardDefinition = {"lowStandardConfigure", 1, portArgs, NULL};
static const iocshFuncDef checksDefinition = {"lowPortChecks", 1, portArgs, NULL};
static const iocshFuncDef octetDefinition = {"lowOctetChecks", 1, portArgs, NULL};
static const iocshFuncDef interposeDefinition = {"lowInterposeChecks", 1, portArgs, NULL};
static const iocshFuncDef standardChecksDefinition = {"lowStandardChecks", 1, portArgs, NULL};

static void configure(const iocshArgBuf *args)
{
    lowLevelConfigure(args[0].sval, args[1].ival);
}

static void configureStandard(const iocshArgBuf *args)
{
    lowStandardConfigure(args[0].sval);
}

static void checks(const iocshArgBuf *args)
{
    lowPortChecks(args[0].sval);
}

static void octetChecks(const iocshArgBuf *args)
{
    lowOctetChecks(args[0].sval);
}

static void interposeChecks(const iocshArgBuf *args)
{
    lowInterposeChecks(args[0].sval);
}

static void standardChecks(const iocshArgBuf *args)
{
    lowStandardChecks(args[0].sval);
}

static void lowLevelRegister(void)
{
    iocshRegister(&configureDefinition, configure);
    iocshRegister(&standardDefinition, configureStandard);
    iocshRegister(&checksDefinition, checks);
    iocshRegister(&octetDefinition, octetChecks);
    iocshRegister(&interposeDefinition, interposeChecks);
    iocshRegister(&standardChecksDefinition, standardChecks);
}
epicsExportRegistrar(lowLevelRegister);
