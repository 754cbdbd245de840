// What the clients' checks have in common; each works on a port of everyInterface.
#pragma once

#include <asynDriver.h>
#include <asynDrvUser.h>
#include <asynInt32SyncIO.h>

#include "check.h"
#include "everyInterface.h"

void clientScalars(const char *port);    // SyncIO tables of scalars
void clientArrays(const char *port);     // of arrays
void clientStrings(const char *port);    // of octets, options, choices, pointers
void clientCommon(const char *port);     // of asynCommon: connection and report
void clientInterrupts(const char *port); // registerInterruptUser of every interface
void clientManager(const char *port);    // pasynManager, but for the queue
void clientQueue(const char *port);      // queueRequest; the port can block
void clientTrace(const char *port);      // pasynTrace and time stamps
void clientFind(const char *port);       // findAsynPortDriver and the parameter list from outside
void clientClasses(const char *port);    // asynPortClient.h
void clientCalls(const char *port);      // every method was called; after all others
void clientShutdown(const char *port);   // the port is destructible

// An asynUser that is connected to a port, and to a parameter where drvInfo is given.
class Client
{
  public:
    Client(const char *port, int addr, const char *drvInfo = nullptr,
           userCallback process = nullptr, userCallback timeout = nullptr)
        : user(pasynManager->createAsynUser(process, timeout))
    {
        status = pasynManager->connectDevice(user, port, addr);
        if (status != asynSuccess || !drvInfo)
            return;
        drvUser_ = pasynManager->findInterface(user, asynDrvUserType, 1);
        status = drvUser_ ? table()->create(drvUser_->drvPvt, user, drvInfo, nullptr, nullptr)
                          : asynError;
    }
    ~Client()
    {
        if (drvUser_)
            table()->destroy(drvUser_->drvPvt, user);
        pasynManager->disconnect(user);
        pasynManager->freeAsynUser(user);
    }
    Client(const Client &) = delete;
    Client &operator=(const Client &) = delete;

    template <typename Table> Table *find(const char *type, void *&pvt)
    {
        asynInterface *interface = pasynManager->findInterface(user, type, 1);
        if (!interface)
            return nullptr;
        pvt = interface->drvPvt;
        return static_cast<Table *>(interface->pinterface);
    }

    asynUser *user;
    asynStatus status;

  private:
    asynDrvUser *table() { return static_cast<asynDrvUser *>(drvUser_->pinterface); }

    asynInterface *drvUser_ = nullptr;
};

// Writes COMMAND; what the driver does then is done when this returns.
inline asynStatus command(const char *port, int addr, EveryCommand what)
{
    return pasynInt32SyncIO->writeOnce(port, addr, what, 1.0, "COMMAND");
}
