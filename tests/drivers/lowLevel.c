/* The port: registered by pasynManager, its interfaces with tables of their own. */
#include <stdlib.h>
#include <string.h>

#include <cantProceed.h>
#include <epicsStdio.h>
#include <epicsString.h>

#include "lowLevel.h"

static lowPort *ports[8];
static int portCount;

lowPort *lowPortFind(const char *name)
{
    int i;
    for (i = 0; i < portCount; ++i)
        if (strcmp(ports[i]->name, name) == 0)
            return ports[i];
    return NULL;
}

/* The address, or -1 with a message. */
static int addressOf(lowPort *port, asynUser *pasynUser)
{
    int addr = -1;
    if (port->addresses == 1)
        return 0;
    pasynManager->getAddr(pasynUser, &addr);
    if (addr >= 0 && addr < LOW_ADDRESSES)
        return addr;
    epicsSnprintf(pasynUser->errorMessage, (size_t)pasynUser->errorMessageSize,
                  "%s: address %d, expected 0 to %d", port->name, addr, LOW_ADDRESSES - 1);
    return -1;
}

static void report(void *drvPvt, FILE *fp, int details)
{
    lowPort *port = (lowPort *)drvPvt;
    fprintf(fp, "    lowLevel %s, connected %d times\n", port->name, port->connects);
    if (details > 0)
        fprintf(fp, "    values %d %d\n", port->value[0], port->value[1]);
}

static asynStatus connect(void *drvPvt, asynUser *pasynUser)
{
    lowPort *port = (lowPort *)drvPvt;
    ++port->connects;
    asynPrint(pasynUser, ASYN_TRACE_FLOW, "%s connect\n", port->name);
    return pasynManager->exceptionConnect(pasynUser);
}

static asynStatus disconnect(void *drvPvt, asynUser *pasynUser)
{
    ++((lowPort *)drvPvt)->disconnects;
    return pasynManager->exceptionDisconnect(pasynUser);
}

static asynCommon commonTable = {report, connect, disconnect};

static asynStatus create(void *drvPvt, asynUser *pasynUser, const char *drvInfo,
                         const char **pptypeName, size_t *psize)
{
    static const char *const names[] = {"VALUE", "TWICE", "RATIO", "LINE"};
    int i;
    for (i = 0; i < 4; ++i)
        if (strcmp(drvInfo, names[i]) == 0) {
            pasynUser->reason = i;
            pasynUser->drvUser = drvPvt;
            if (pptypeName)
                *pptypeName = names[i];
            if (psize)
                *psize = sizeof(epicsInt32);
            return asynSuccess;
        }
    epicsSnprintf(pasynUser->errorMessage, (size_t)pasynUser->errorMessageSize,
                  "%s: there is no %s", ((lowPort *)drvPvt)->name, drvInfo);
    return asynError;
}

static asynStatus getType(void *drvPvt, asynUser *pasynUser, const char **pptypeName, size_t *psize)
{
    (void)drvPvt;
    (void)pasynUser;
    if (pptypeName)
        *pptypeName = "low";
    if (psize)
        *psize = 0;
    return asynSuccess;
}

static asynStatus destroy(void *drvPvt, asynUser *pasynUser)
{
    (void)pasynUser;
    ++((lowPort *)drvPvt)->destroyed;
    return asynSuccess;
}

static asynDrvUser drvUserTable = {create, getType, destroy};

static void callInt32(lowPort *port, int addr)
{
    ELLLIST *clients;
    ELLNODE *node;
    pasynManager->interruptStart(port->int32Pvt, &clients);
    for (node = ellFirst(clients); node; node = ellNext(node)) {
        asynInt32Interrupt *each = (asynInt32Interrupt *)((interruptNode *)node)->drvPvt;
        const int reason = each->pasynUser->reason;
        if (each->addr == addr && (reason == lowValue || reason == lowTwice)) {
            each->pasynUser->auxStatus = asynSuccess;
            each->callback(each->userPvt, each->pasynUser,
                           reason == lowValue ? port->value[addr] : 2 * port->value[addr]);
        }
    }
    pasynManager->interruptEnd(port->int32Pvt);
}

static asynStatus writeInt32(void *drvPvt, asynUser *pasynUser, epicsInt32 value)
{
    lowPort *port = (lowPort *)drvPvt;
    const int addr = addressOf(port, pasynUser);
    if (addr < 0 || pasynUser->reason != lowValue)
        return asynError;
    port->value[addr] = value;
    callInt32(port, addr);
    return asynSuccess;
}

static asynStatus readInt32(void *drvPvt, asynUser *pasynUser, epicsInt32 *value)
{
    lowPort *port = (lowPort *)drvPvt;
    const int addr = addressOf(port, pasynUser);
    if (addr < 0)
        return asynError;
    *value = pasynUser->reason == lowTwice ? 2 * port->value[addr] : port->value[addr];
    pasynManager->updateTimeStamp(pasynUser);
    return pasynManager->getTimeStamp(pasynUser, &pasynUser->timestamp);
}

/* The rest is filled in by pasynInt32Base. */
static asynInt32 int32Table = {writeInt32, readInt32, NULL, NULL, NULL};

static asynStatus writeFloat64(void *drvPvt, asynUser *pasynUser, epicsFloat64 value)
{
    lowPort *port = (lowPort *)drvPvt;
    const int addr = addressOf(port, pasynUser);
    ELLLIST *clients;
    ELLNODE *node;
    if (addr < 0)
        return asynError;
    port->ratio[addr] = value;
    pasynManager->interruptStart(port->float64Pvt, &clients);
    for (node = ellFirst(clients); node; node = ellNext(node)) {
        asynFloat64Interrupt *each = (asynFloat64Interrupt *)((interruptNode *)node)->drvPvt;
        if (each->addr == addr)
            each->callback(each->userPvt, each->pasynUser, value);
    }
    pasynManager->interruptEnd(port->float64Pvt);
    return asynSuccess;
}

static asynStatus readFloat64(void *drvPvt, asynUser *pasynUser, epicsFloat64 *value)
{
    lowPort *port = (lowPort *)drvPvt;
    const int addr = addressOf(port, pasynUser);
    if (addr < 0)
        return asynError;
    *value = port->ratio[addr];
    return asynSuccess;
}

static asynStatus registerFloat64(void *drvPvt, asynUser *pasynUser,
                                  interruptCallbackFloat64 callback, void *userPvt,
                                  void **registrarPvt)
{
    lowPort *port = (lowPort *)drvPvt;
    interruptNode *node = pasynManager->createInterruptNode(port->float64Pvt);
    asynFloat64Interrupt *client =
        (asynFloat64Interrupt *)pasynManager->memMalloc(sizeof(asynFloat64Interrupt));
    client->pasynUser = pasynManager->duplicateAsynUser(pasynUser, NULL, NULL);
    pasynManager->getAddr(pasynUser, &client->addr);
    client->callback = callback;
    client->userPvt = userPvt;
    node->drvPvt = client;
    *registrarPvt = node;
    return pasynManager->addInterruptUser(client->pasynUser, node);
}

static asynStatus cancelFloat64(void *drvPvt, asynUser *pasynUser, void *registrarPvt)
{
    interruptNode *node = (interruptNode *)registrarPvt;
    asynFloat64Interrupt *client = (asynFloat64Interrupt *)node->drvPvt;
    const asynStatus status = pasynManager->removeInterruptUser(pasynUser, node);
    (void)drvPvt;
    if (status != asynSuccess)
        return status;
    pasynManager->freeInterruptNode(pasynUser, node);
    pasynManager->freeAsynUser(client->pasynUser);
    pasynManager->memFree(client, sizeof(asynFloat64Interrupt));
    return asynSuccess;
}

static asynFloat64 float64Table = {writeFloat64, readFloat64, registerFloat64, cancelFloat64};

/* A line that is read as it was written, terminators and all. */
static asynStatus writeOctet(void *drvPvt, asynUser *pasynUser, const char *data, size_t numchars,
                             size_t *nbytesTransferred)
{
    lowPort *port = (lowPort *)drvPvt;
    const int addr = addressOf(port, pasynUser);
    size_t room, count;
    *nbytesTransferred = 0;
    if (addr < 0)
        return asynError;
    room = LOW_LINE - port->length[addr];
    count = numchars < room ? numchars : room;
    memcpy(port->line[addr] + port->length[addr], data, count);
    port->length[addr] += count;
    *nbytesTransferred = count;
    asynPrintIO(pasynUser, ASYN_TRACEIO_DRIVER, data, count, "%s write\n", port->name);
    return count == numchars ? asynSuccess : asynOverflow;
}

static asynStatus readOctet(void *drvPvt, asynUser *pasynUser, char *data, size_t maxchars,
                            size_t *nbytesTransferred, int *eomReason)
{
    lowPort *port = (lowPort *)drvPvt;
    const int addr = addressOf(port, pasynUser);
    size_t count;
    *nbytesTransferred = 0;
    if (eomReason)
        *eomReason = 0;
    if (addr < 0)
        return asynError;
    if (port->length[addr] == 0) {
        epicsSnprintf(pasynUser->errorMessage, (size_t)pasynUser->errorMessageSize,
                      "%s: nothing to read", port->name);
        return asynTimeout;
    }
    count = port->length[addr] < maxchars ? port->length[addr] : maxchars;
    memcpy(data, port->line[addr], count);
    memmove(port->line[addr], port->line[addr] + count, port->length[addr] - count);
    port->length[addr] -= count;
    *nbytesTransferred = count;
    if (eomReason && count == maxchars)
        *eomReason = ASYN_EOM_CNT;
    return asynSuccess;
}

static asynStatus flushOctet(void *drvPvt, asynUser *pasynUser)
{
    lowPort *port = (lowPort *)drvPvt;
    const int addr = addressOf(port, pasynUser);
    if (addr < 0)
        return asynError;
    port->length[addr] = 0;
    return asynSuccess;
}

static asynOctet octetTable = {writeOctet, readOctet, flushOctet, NULL, NULL,
                               NULL,       NULL,      NULL,       NULL};

static asynStatus locked(void *drvPvt, asynUser *pasynUser)
{
    (void)pasynUser;
    ++((lowPort *)drvPvt)->locks;
    return asynSuccess;
}

static asynStatus unlocked(void *drvPvt, asynUser *pasynUser)
{
    (void)pasynUser;
    ++((lowPort *)drvPvt)->unlocks;
    return asynSuccess;
}

static asynLockPortNotify notifyTable = {locked, unlocked};

static void fill(asynInterface *interface, const char *type, void *table, lowPort *port)
{
    interface->interfaceType = type;
    interface->pinterface = table;
    interface->drvPvt = port;
}

int lowLevelConfigure(const char *name, int addresses)
{
    lowPort *port = (lowPort *)callocMustSucceed(1, sizeof(lowPort), "lowLevelConfigure");
    asynStatus status;
    port->name = epicsStrDup(name);
    port->addresses = addresses;
    fill(&port->common, asynCommonType, &commonTable, port);
    fill(&port->drvUser, asynDrvUserType, &drvUserTable, port);
    fill(&port->int32, asynInt32Type, &int32Table, port);
    fill(&port->float64, asynFloat64Type, &float64Table, port);
    fill(&port->octet, asynOctetType, &octetTable, port);
    fill(&port->notify, asynLockPortNotifyType, &notifyTable, port);
    status = pasynManager->registerPort(
        port->name, ASYN_CANBLOCK | (addresses > 1 ? ASYN_MULTIDEVICE : 0), 1, 0, 0);
    if (status == asynSuccess)
        status = pasynManager->registerInterface(port->name, &port->common);
    if (status == asynSuccess)
        status = pasynManager->registerInterface(port->name, &port->drvUser);
    if (status == asynSuccess)
        status = pasynInt32Base->initialize(port->name, &port->int32);
    if (status == asynSuccess)
        status = pasynManager->registerInterruptSource(port->name, &port->int32, &port->int32Pvt);
    if (status == asynSuccess)
        status = pasynManager->registerInterface(port->name, &port->float64);
    if (status == asynSuccess)
        status =
            pasynManager->registerInterruptSource(port->name, &port->float64, &port->float64Pvt);
    if (status == asynSuccess)
        status = pasynOctetBase->initialize(port->name, &port->octet, addresses == 1,
                                            addresses == 1, addresses == 1);
    if (status == asynSuccess && addresses > 1) /* of one address pasynOctetBase has done it */
        status = pasynManager->registerInterruptSource(port->name, &port->octet, &port->octetPvt);
    if (status == asynSuccess)
        status = pasynManager->registerInterface(port->name, &port->notify);
    if (status != asynSuccess) {
        printf("lowLevelConfigure %s: %s\n", name, pasynManager->strStatus(status));
        return -1;
    }
    port->self = pasynManager->createAsynUser(NULL, NULL);
    pasynManager->connectDevice(port->self, port->name, -1);
    ports[portCount++] = port;
    return 0;
}
