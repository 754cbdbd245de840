// The clients' shell commands: each runs checks on the port that it is given.
#include <epicsExport.h>
#include <iocsh.h>

#include "client.h"

// Every method of everyInterface that a client reaches was called.
void clientCalls(const char *port)
{
    static const char *const methods[] = {"lock",
                                          "unlock",
                                          "getAddress",
                                          "readInt32",
                                          "writeInt32",
                                          "readInt64",
                                          "writeInt64",
                                          "readUInt32Digital",
                                          "writeUInt32Digital",
                                          "setInterruptUInt32Digital",
                                          "clearInterruptUInt32Digital",
                                          "getInterruptUInt32Digital",
                                          "getBounds",
                                          "getBounds64",
                                          "readFloat64",
                                          "writeFloat64",
                                          "readOctet",
                                          "writeOctet",
                                          "flushOctet",
                                          "setInputEosOctet",
                                          "getInputEosOctet",
                                          "setOutputEosOctet",
                                          "getOutputEosOctet",
                                          "readInt8Array",
                                          "writeInt8Array",
                                          "doCallbacksInt8Array",
                                          "readInt16Array",
                                          "writeInt16Array",
                                          "doCallbacksInt16Array",
                                          "readInt32Array",
                                          "writeInt32Array",
                                          "doCallbacksInt32Array",
                                          "readInt64Array",
                                          "writeInt64Array",
                                          "doCallbacksInt64Array",
                                          "readFloat32Array",
                                          "writeFloat32Array",
                                          "doCallbacksFloat32Array",
                                          "readFloat64Array",
                                          "writeFloat64Array",
                                          "doCallbacksFloat64Array",
                                          "readGenericPointer",
                                          "writeGenericPointer",
                                          "doCallbacksGenericPointer",
                                          "readOption",
                                          "writeOption",
                                          "readEnum",
                                          "writeEnum",
                                          "doCallbacksEnum",
                                          "drvUserCreate",
                                          "drvUserDestroy",
                                          "report",
                                          "connect",
                                          "disconnect",
                                          "parseAsynUser",
                                          "callParamCallbacks",
                                          "reportSetParamErrors",
                                          "reportGetParamErrors",
                                          "drvUserGetType"};
    everyInterface *driver = findDerivedAsynPortDriver<everyInterface>(port);
    command(port, 0, everyErrors);
    Client client(port, 0, "I32");
    void *pvt = nullptr;
    const char *type = nullptr;
    size_t size = 0;
    client.find<asynDrvUser>(asynDrvUserType, pvt)->getType(pvt, client.user, &type, &size);
    for (const char *method : methods) {
        const std::string rule = std::string("calls ") + method;
        check(rule.c_str(), driver->calls(method) > 0);
    }
    checkInt("calls lock and unlock in turn", driver->calls("lock"), driver->calls("unlock"));
}

static void processed(asynUser *) {}

void clientShutdown(const char *port)
{
    Client client(port, 0), kept(port, 0, "I32", processed);
    checkInt("shutdown before", pasynManager->queueRequest(kept.user, asynQueuePriorityLow, 0),
             asynSuccess);
    const int before = everyInterface::shutdowns;
    checkInt("shutdown shutdownPort", pasynManager->shutdownPort(client.user), asynSuccess);
    checkInt("shutdown shutdownPortDriver", everyInterface::shutdowns, before + 1);
    checkInt("shutdown asynDisabled",
             pasynManager->queueRequest(kept.user, asynQueuePriorityLow, 0), asynDisabled);
    check("shutdown driver is gone", findAsynPortDriver(port) == nullptr);
}

static void never(const char *port)
{
    Client client(port, 0);
    check("shutdown only of a destructible port",
          pasynManager->shutdownPort(client.user) != asynSuccess);
}

static const iocshArg portArg = {"portName", iocshArgString};
static const iocshArg *const portArgs[] = {&portArg};

template <void (*Checks)(const char *)> static void add(const char *name)
{
    static const iocshFuncDef definition = {name, 1, portArgs, NULL};
    iocshRegister(&definition, [](const iocshArgBuf *args) { Checks(args[0].sval); });
}

extern "C" {
static void clientRegister()
{
    add<clientScalars>("clientScalars");
    add<clientArrays>("clientArrays");
    add<clientStrings>("clientStrings");
    add<clientCommon>("clientCommon");
    add<clientInterrupts>("clientInterrupts");
    add<clientManager>("clientManager");
    add<clientQueue>("clientQueue");
    add<clientTrace>("clientTrace");
    add<clientFind>("clientFind");
    add<clientClasses>("clientClasses");
    add<clientCalls>("clientCalls");
    add<clientShutdown>("clientShutdown");
    add<never>("clientNoShutdown");
}
epicsExportRegistrar(clientRegister);
}
