/* What a port by lowLevelConfigure does, and a layer on it. */
#include <stdlib.h>

#include <asynFloat64SyncIO.h>
#include <asynInt32SyncIO.h>
#include <asynInterposeEos.h>
#include <asynOctetSyncIO.h>
#include <cantProceed.h>

#include "check.h"
#include "lowLevel.h"

static int called;
static double lastValue;
static char lastText[LOW_LINE];

static void onInt32(void *userPvt, asynUser *pasynUser, epicsInt32 value)
{
    (void)userPvt;
    (void)pasynUser;
    ++called;
    lastValue = value;
}

static void onFloat64(void *userPvt, asynUser *pasynUser, epicsFloat64 value)
{
    (void)userPvt;
    (void)pasynUser;
    ++called;
    lastValue = value;
}

static void onOctet(void *userPvt, asynUser *pasynUser, char *data, size_t numchars, int eomReason)
{
    (void)userPvt;
    (void)pasynUser;
    (void)eomReason;
    ++called;
    memcpy(lastText, data, numchars);
    lastText[numchars] = 0;
}

/* An asynUser with a drvInfo, as a device support makes one. */
static asynUser *connected(const char *name, int addr, const char *drvInfo)
{
    asynUser *user = pasynManager->createAsynUser(NULL, NULL);
    asynInterface *drvUser;
    checkInt("low connectDevice", pasynManager->connectDevice(user, name, addr), asynSuccess);
    drvUser = pasynManager->findInterface(user, asynDrvUserType, 1);
    checkInt(
        "low drvUser create",
        ((asynDrvUser *)drvUser->pinterface)->create(drvUser->drvPvt, user, drvInfo, NULL, NULL),
        asynSuccess);
    return user;
}

static void int32Checks(const char *name)
{
    asynUser *user = connected(name, 1, "TWICE"), *refused = NULL;
    asynInterface *interface = pasynManager->findInterface(user, asynInt32Type, 1);
    asynInt32 *table = (asynInt32 *)interface->pinterface;
    epicsInt32 value = 0, low = 1, high = 1;
    void *registrar = NULL;
    called = 0;
    checkInt("low int32 registerInterruptUser",
             table->registerInterruptUser(interface->drvPvt, user, onInt32, NULL, &registrar),
             asynSuccess);
    checkInt("low int32 write", pasynInt32SyncIO->writeOnce(name, 1, 8, 10.0, "VALUE"),
             asynSuccess);
    check("low int32 callback", called == 1 && lastValue == 16);
    checkInt("low int32 read", pasynInt32SyncIO->readOnce(name, 1, &value, 10.0, "TWICE"),
             asynSuccess);
    checkInt("low int32 value", value, 16);
    checkInt("low int32 cancelInterruptUser",
             table->cancelInterruptUser(interface->drvPvt, user, registrar), asynSuccess);
    pasynInt32SyncIO->writeOnce(name, 1, 9, 10.0, "VALUE");
    checkInt("low int32 no callback", called, 1);
    checkInt("low int32 getBounds by pasynInt32Base",
             pasynInt32SyncIO->getBoundsOnce(name, 1, &low, &high, "VALUE"), asynSuccess);
    check("low int32 no bounds", low == 0 && high == 0);
    check("low no such drvInfo",
          pasynInt32SyncIO->connect(name, 0, &refused, "NOTHING") != asynSuccess);
    if (refused)
        pasynInt32SyncIO->disconnect(refused);
    check("low the driver's own check",
          pasynInt32SyncIO->writeOnce(name, 0, 1, 10.0, "TWICE") == asynError);
    pasynManager->freeAsynUser(user);
}

static void float64Checks(const char *name)
{
    asynUser *user = connected(name, 0, "RATIO");
    asynInterface *interface = pasynManager->findInterface(user, asynFloat64Type, 1);
    asynFloat64 *table = (asynFloat64 *)interface->pinterface;
    epicsFloat64 value = 0;
    void *registrar = NULL;
    called = 0;
    checkInt("low float64 registerInterruptUser",
             table->registerInterruptUser(interface->drvPvt, user, onFloat64, NULL, &registrar),
             asynSuccess);
    checkInt("low float64 write", pasynFloat64SyncIO->writeOnce(name, 0, 0.5, 10.0, "RATIO"),
             asynSuccess);
    check("low float64 callback", called == 1 && lastValue == 0.5);
    pasynFloat64SyncIO->readOnce(name, 0, &value, 10.0, "RATIO");
    checkDouble("low float64 value", value, 0.5);
    checkInt("low float64 cancelInterruptUser",
             table->cancelInterruptUser(interface->drvPvt, user, registrar), asynSuccess);
    pasynManager->freeAsynUser(user);
}

void lowOctetChecks(const char *name)
{
    asynUser *io = NULL, *user = connected(name, 0, "LINE");
    asynInterface *interface = pasynManager->findInterface(user, asynOctetType, 1);
    asynOctet *table = (asynOctet *)interface->pinterface;
    char text[LOW_LINE] = "";
    size_t sent = 0, got = 0;
    int eomReason = 0;
    void *registrar = NULL;
    lowPort *port = lowPortFind(name);
    called = 0;
    checkInt("low octet connect", pasynOctetSyncIO->connect(name, 0, &io, "LINE"), asynSuccess);
    pasynOctetSyncIO->setInputEos(io, "\n", 1);
    pasynOctetSyncIO->setOutputEos(io, "\r\n", 2);
    pasynOctetSyncIO->write(io, "a", 1, 10.0, &sent);
    checkInt("low octet the terminator is added", (long long)port->length[0], 3);
    checkInt("low octet and not counted", (long long)sent, 1);
    pasynOctetSyncIO->flush(io);
    checkInt("low octet flush", (long long)port->length[0], 0);
    pasynOctetSyncIO->setOutputEos(io, "\n", 1);
    checkInt("low octet registerInterruptUser",
             table->registerInterruptUser(interface->drvPvt, user, onOctet, NULL, &registrar),
             asynSuccess);
    pasynOctetSyncIO->write(io, "first\nsecond", 12, 10.0, &sent);
    checkInt("low octet read",
             pasynOctetSyncIO->read(io, text, sizeof text, 10.0, &got, &eomReason), asynSuccess);
    checkText("low octet up to the terminator", text, "first");
    checkInt("low octet ASYN_EOM_EOS", eomReason & ASYN_EOM_EOS, ASYN_EOM_EOS);
    checkInt("low octet interrupt of a read", called, 1);
    checkText("low octet interrupt, below the terminator's layer", lastText, "first\nsecond\n");
    pasynOctetSyncIO->read(io, text, sizeof text, 10.0, &got, &eomReason);
    checkText("low octet the next message", text, "second");
    checkInt("low octet timeout",
             pasynOctetSyncIO->read(io, text, sizeof text, 0.1, &got, &eomReason), asynTimeout);
    checkInt("low octet cancelInterruptUser",
             table->cancelInterruptUser(interface->drvPvt, user, registrar), asynSuccess);
    pasynOctetSyncIO->disconnect(io);
    pasynManager->freeAsynUser(user);
}

/* Terminators of one address, by a layer that is put on it. */
static void layeredChecks(const char *name)
{
    asynUser *io = NULL;
    char text[LOW_LINE] = "";
    size_t sent = 0, got = 0;
    int eomReason = 0;
    checkInt("low asynInterposeEosConfig", asynInterposeEosConfig(name, 1, 1, 1), 0);
    pasynOctetSyncIO->connect(name, 1, &io, "LINE");
    pasynOctetSyncIO->setInputEos(io, ";", 1);
    pasynOctetSyncIO->setOutputEos(io, ";", 1);
    pasynOctetSyncIO->write(io, "x;y", 3, 1.0, &sent);
    pasynOctetSyncIO->read(io, text, sizeof text, 10.0, &got, &eomReason);
    checkText("low layered octet", text, "x");
    pasynOctetSyncIO->read(io, text, sizeof text, 10.0, &got, &eomReason);
    checkText("low layered octet, the next", text, "y");
    pasynOctetSyncIO->disconnect(io);
}

static void connectionChecks(const char *name)
{
    lowPort *port = lowPortFind(name);
    asynUser *user = pasynManager->createAsynUser(NULL, NULL);
    int yes = -1;
    pasynManager->connectDevice(user, name, 1);
    check("low autoConnect", port->connects > 0);
    pasynManager->autoConnect(user, 0);
    pasynManager->lockPort(user);
    ((asynCommon *)port->common.pinterface)->disconnect(port, user);
    pasynManager->unlockPort(user);
    pasynManager->isConnected(user, &yes);
    checkInt("low exceptionDisconnect", yes, 0);
    check("low exceptionDisconnect once", pasynManager->exceptionDisconnect(user) != asynSuccess);
    pasynManager->lockPort(user);
    ((asynCommon *)port->common.pinterface)->connect(port, user);
    pasynManager->unlockPort(user);
    pasynManager->isConnected(user, &yes);
    checkInt("low exceptionConnect", yes, 1);
    check("low exceptionConnect once", pasynManager->exceptionConnect(user) != asynSuccess);
    pasynManager->autoConnect(user, 1);
    check("low asynLockPortNotify", port->locks > 0 && port->locks == port->unlocks);
    pasynManager->freeAsynUser(user);
}

void lowPortChecks(const char *name)
{
    int32Checks(name);
    float64Checks(name);
    layeredChecks(name);
    connectionChecks(name);
    check("low drvUser destroy", lowPortFind(name)->destroyed > 0);
    check("low a name once", pasynManager->registerPort(name, 0, 0, 0, 0) != asynSuccess);
}

/* A layer on asynInt32 of one address: what is read is negated. */
typedef struct layer {
    asynInterface interface;
    asynInterface *below;
} layer;

static asynStatus layerWrite(void *drvPvt, asynUser *pasynUser, epicsInt32 value)
{
    const asynInterface *below = ((layer *)drvPvt)->below;
    return ((asynInt32 *)below->pinterface)->write(below->drvPvt, pasynUser, value);
}

static asynStatus layerRead(void *drvPvt, asynUser *pasynUser, epicsInt32 *value)
{
    const asynInterface *below = ((layer *)drvPvt)->below;
    const asynStatus status =
        ((asynInt32 *)below->pinterface)->read(below->drvPvt, pasynUser, value);
    *value = -*value;
    return status;
}

static asynInt32 layerTable = {layerWrite, layerRead, NULL, NULL, NULL};

void lowInterposeChecks(const char *name)
{
    layer *mine = (layer *)callocMustSucceed(1, sizeof(layer), "lowInterposeChecks");
    asynUser *user = pasynManager->createAsynUser(NULL, NULL);
    epicsInt32 value = 0;
    mine->interface.interfaceType = asynInt32Type;
    mine->interface.pinterface = &layerTable;
    mine->interface.drvPvt = mine;
    checkInt("layer interposeInterface",
             pasynManager->interposeInterface(name, 1, &mine->interface, &mine->below),
             asynSuccess);
    check("layer below is the driver's", mine->below == &lowPortFind(name)->int32);
    pasynInt32SyncIO->writeOnce(name, 0, 5, 10.0, "VALUE");
    pasynInt32SyncIO->writeOnce(name, 1, 5, 10.0, "VALUE");
    pasynInt32SyncIO->readOnce(name, 1, &value, 10.0, "VALUE");
    checkInt("layer reads", value, -5);
    pasynInt32SyncIO->readOnce(name, 0, &value, 10.0, "VALUE");
    checkInt("layer of one address", value, 5);
    pasynManager->connectDevice(user, name, 1);
    check("layer left out on request",
          pasynManager->findInterface(user, asynInt32Type, 0) == &lowPortFind(name)->int32);
    check("layer found", pasynManager->findInterface(user, asynInt32Type, 1) == &mine->interface);
    pasynManager->freeAsynUser(user);
}
