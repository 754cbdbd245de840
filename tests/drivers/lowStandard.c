/* A port whose interfaces are registered by pasynStandardInterfacesBase. */
#include <cantProceed.h>
#include <epicsStdio.h>

#include <asynInt32SyncIO.h>
#include <asynStandardInterfaces.h>
#include <asynUInt32DigitalSyncIO.h>

#include "check.h"
#include "lowLevel.h"

typedef struct standardPort {
    asynUser *self;
    asynStandardInterfaces interfaces;
    epicsInt32 value;
} standardPort;

static void report(void *drvPvt, FILE *fp, int details)
{
    (void)details;
    fprintf(fp, "    lowStandard with the value %d\n", ((standardPort *)drvPvt)->value);
}

static asynStatus connect(void *drvPvt, asynUser *pasynUser)
{
    (void)drvPvt;
    return pasynManager->exceptionConnect(pasynUser);
}

static asynStatus disconnect(void *drvPvt, asynUser *pasynUser)
{
    (void)drvPvt;
    return pasynManager->exceptionDisconnect(pasynUser);
}

static asynCommon commonTable = {report, connect, disconnect};

static asynStatus writeInt32(void *drvPvt, asynUser *pasynUser, epicsInt32 value)
{
    (void)pasynUser;
    ((standardPort *)drvPvt)->value = value;
    return asynSuccess;
}

static asynStatus readInt32(void *drvPvt, asynUser *pasynUser, epicsInt32 *value)
{
    (void)pasynUser;
    *value = ((standardPort *)drvPvt)->value;
    return asynSuccess;
}

static asynInt32 int32Table = {writeInt32, readInt32, NULL, NULL, NULL};
static asynUInt32Digital bitsTable; /* nothing but what its Base fills in */

int lowStandardConfigure(const char *name)
{
    standardPort *port =
        (standardPort *)callocMustSucceed(1, sizeof(standardPort), "lowStandardConfigure");
    asynStandardInterfaces *interfaces = &port->interfaces;
    asynStatus status = pasynManager->registerPort(name, 0, 1, 0, 0);
    if (status == asynSuccess) {
        port->self = pasynManager->createAsynUser(NULL, NULL);
        interfaces->common.pinterface = &commonTable;
        interfaces->int32.pinterface = &int32Table;
        interfaces->int32CanInterrupt = 1;
        interfaces->uInt32Digital.pinterface = &bitsTable;
        interfaces->uInt32DigitalCanInterrupt = 1;
        status = pasynStandardInterfacesBase->initialize(name, interfaces, port->self, port);
    }
    if (status != asynSuccess)
        printf("lowStandardConfigure %s: %s\n", name, pasynManager->strStatus(status));
    return status == asynSuccess ? 0 : -1;
}

void lowStandardChecks(const char *name)
{
    epicsInt32 value = 0;
    epicsUInt32 bits = 0;
    asynUser *user = pasynManager->createAsynUser(NULL, NULL);
    void *source = NULL;
    checkInt("standard connectDevice", pasynManager->connectDevice(user, name, 0), asynSuccess);
    checkInt("standard write", pasynInt32SyncIO->writeOnce(name, 0, 12, 10.0, NULL), asynSuccess);
    checkInt("standard read", pasynInt32SyncIO->readOnce(name, 0, &value, 10.0, NULL), asynSuccess);
    checkInt("standard value", value, 12);
    checkInt("standard interrupt source",
             pasynManager->getInterruptPvt(user, asynInt32Type, &source), asynSuccess);
    check("standard interrupt source is one", source != NULL);
    check("standard a method that is not there",
          pasynUInt32DigitalSyncIO->readOnce(name, 0, &bits, 1, 10.0, NULL) != asynSuccess);
    check("standard what is not registered",
          pasynManager->findInterface(user, asynFloat64Type, 1) == NULL);
    pasynManager->disconnect(user);
    pasynManager->freeAsynUser(user);
}
