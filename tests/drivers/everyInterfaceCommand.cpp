// What COMMAND does, the driver's own thread, and the shell command that makes a port.
#include <alarm.h>
#include <epicsExport.h>
#include <iocsh.h>

#include "everyInterface.h"

asynStatus everyInterface::command(int addr, int what)
{
    switch (what) {
    case everyScalars:
        publishScalars(addr);
        break;
    case everyArrays:
        publishArrays(addr);
        break;
    case everyFail:
        setParamStatus(addr, p.i32, asynTimeout);
        break;
    case everyAlarm:
        setParamAlarmStatus(addr, p.i32, HIGH_ALARM);
        setParamAlarmSeverity(addr, p.i32, MINOR_ALARM);
        break;
    case everyWell:
        setParamStatus(addr, p.i32, asynSuccess);
        setParamAlarmStatus(addr, p.i32, NO_ALARM);
        setParamAlarmSeverity(addr, p.i32, NO_ALARM);
        break;
    case everyWalk:
        setIntegerParam(addr, p.walked, clientsOfInt32(addr));
        break;
    case everyBits:
        setUIntDigitalParam(addr, p.bits, 0xF0, 0xFF, 0x0F);
        break;
    case everyErrors:
        wrongParameters(addr);
        break;
    case everyTick:
        wake_.signal();
        break;
    default:
        return asynError;
    }
    return callParamCallbacks(addr, addr);
}

void everyInterface::publishScalars(int addr)
{
    epicsTimeStamp then = {1000000, 500};
    setTimeStamp(&then);
    setIntegerParam(addr, p.i32, 11);
    setInteger64Param(addr, p.i64, epicsInt64(1) << 35);
    setUIntDigitalParam(addr, p.bits, 0x5A, 0xFF);
    setDoubleParam(addr, p.f64, 1.5);
    setStringParam(addr, p.text, std::string("published"));
}

void everyInterface::wrongParameters(int addr)
{
    epicsInt32 value;
    double number;
    setIntegerParam(addr, 1000, 1);
    setDoubleParam(addr, p.i32, 1);
    getIntegerParam(addr, p.never, &value);
    getDoubleParam(addr, p.i32, &number);
    getIntegerParam(maxAddr, p.i32, &value);
}

int everyInterface::clientsOfInt32(int addr)
{
    ELLLIST *clients;
    int count = 0;
    pasynManager->interruptStart(getAsynStdInterfaces()->int32InterruptPvt, &clients);
    for (ELLNODE *node = ellFirst(clients); node; node = ellNext(node)) {
        const auto *each =
            static_cast<asynInt32Interrupt *>(reinterpret_cast<interruptNode *>(node)->drvPvt);
        if (each->addr == addr && each->pasynUser->reason == p.i32)
            ++count;
    }
    pasynManager->interruptEnd(getAsynStdInterfaces()->int32InterruptPvt);
    return count;
}

void everyInterface::tickThread(void *driver)
{
    static_cast<everyInterface *>(driver)->tick();
}

void everyInterface::tick()
{
    for (;;) {
        wake_.wait();
        lock();
        if (ending_) {
            unlock();
            break;
        }
        epicsInt32 ticks = 0;
        getIntegerParam(0, p.ticks, &ticks);
        setIntegerParam(0, p.ticks, ticks + 1);
        updateTimeStamp();
        callParamCallbacks(0, 0);
        unlock();
    }
    ended_.signal();
}

// The thread goes before the driver does.
void everyInterface::shutdownPortDriver()
{
    note("shutdownPortDriver");
    lock();
    ending_ = true;
    unlock();
    wake_.signal();
    ended_.wait();
    shutdowns = shutdowns + 1;
    asynPortDriver::shutdownPortDriver();
}

static const iocshArg portArg = {"portName", iocshArgString};
static const iocshArg addressesArg = {"addresses", iocshArgInt};
static const iocshArg canBlockArg = {"can block", iocshArgInt};
static const iocshArg destructibleArg = {"destructible", iocshArgInt};
static const iocshArg *const configureArgs[] = {&portArg, &addressesArg, &canBlockArg,
                                                &destructibleArg};
static const iocshFuncDef configureDefinition = {"everyInterfaceConfigure", 4, configureArgs, NULL};

static void configure(const iocshArgBuf *args)
{
    int flags = 0;
    if (args[1].ival > 1)
        flags |= ASYN_MULTIDEVICE;
    if (args[2].ival)
        flags |= ASYN_CANBLOCK;
    if (args[3].ival)
        flags |= ASYN_DESTRUCTIBLE;
    new everyInterface(new EveryParams, args[0].sval, args[1].ival, flags);
}

extern "C" {
static void everyInterfaceRegister()
{
    iocshRegister(&configureDefinition, configure);
}
epicsExportRegistrar(everyInterfaceRegister);
}
