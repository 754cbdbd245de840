// pasynManager, but for its queue.
#include <cstdio>
#include <string>

#include <asynCommonSyncIO.h>
#include <asynInt32.h>
#include <epicsStdio.h>

#include "client.h"

namespace
{

void attributes(const char *port)
{
    Client client(port, 1);
    int yes = -1, addr = -5;
    const char *name = nullptr;
    checkInt("manager connectDevice", client.status, asynSuccess);
    checkInt("manager getPortName", pasynManager->getPortName(client.user, &name), asynSuccess);
    checkText("manager port name", name, port);
    checkInt("manager getAddr", pasynManager->getAddr(client.user, &addr), asynSuccess);
    checkInt("manager address", addr, 1);
    checkInt("manager isMultiDevice", pasynManager->isMultiDevice(client.user, port, &yes),
             asynSuccess);
    checkInt("manager is a multi-device port", yes, 1);
    checkInt("manager canBlock", pasynManager->canBlock(client.user, &yes), asynSuccess);
    pasynManager->isConnected(client.user, &yes);
    checkInt("manager isConnected", yes, 1);
    pasynManager->isEnabled(client.user, &yes);
    checkInt("manager isEnabled", yes, 1);
    pasynManager->isAutoConnect(client.user, &yes);
    checkInt("manager isAutoConnect", yes, 1);
    checkInt("manager waitConnect", pasynManager->waitConnect(client.user, 1.0), asynSuccess);
    check("manager findInterface",
          pasynManager->findInterface(client.user, asynCommonType, 1) != nullptr);
    check("manager no such interface",
          pasynManager->findInterface(client.user, "asynNothing", 1) == nullptr);
    checkText("manager strStatus", pasynManager->strStatus(asynTimeout), "asynTimeout");
    check("manager asynExceptionToString",
          strcmp(asynExceptionToString(asynExceptionEnable), "asynExceptionEnable") == 0);
}

void users(const char *port)
{
    asynUser *user = pasynManager->createAsynUser(nullptr, nullptr);
    check("user has room for a message", user->errorMessage && user->errorMessageSize > 80);
    check("user of no such port", pasynManager->connectDevice(user, "NOWHERE", 0) != asynSuccess &&
                                      strstr(user->errorMessage, "NOWHERE") != nullptr);
    checkInt("user connectDevice", pasynManager->connectDevice(user, port, 0), asynSuccess);
    check("user connects once", pasynManager->connectDevice(user, port, 0) != asynSuccess);
    user->timeout = 2.5;
    user->reason = 7;
    user->userPvt = &user;
    asynUser *copy = pasynManager->duplicateAsynUser(user, nullptr, nullptr);
    const char *name = nullptr;
    pasynManager->getPortName(copy, &name);
    check("user duplicateAsynUser", copy->timeout == 2.5 && copy->reason == 7 &&
                                        copy->userPvt == &user && name && strcmp(name, port) == 0);
    checkInt("user freeAsynUser of the copy", pasynManager->freeAsynUser(copy), asynSuccess);
    checkInt("user disconnect", pasynManager->disconnect(user), asynSuccess);
    checkInt("user freeAsynUser", pasynManager->freeAsynUser(user), asynSuccess);
    void *memory = pasynManager->memMalloc(100);
    memset(memory, 1, 100);
    check("user memMalloc", memory != nullptr);
    pasynManager->memFree(memory, 100);
}

void locks(const char *port)
{
    Client client(port, 0, "I32");
    void *pvt = nullptr;
    auto *table = client.find<asynInt32>(asynInt32Type, pvt);
    epicsInt32 value = 0;
    client.user->timeout = 10.0;
    checkInt("lock lockPort", pasynManager->lockPort(client.user), asynSuccess);
    table->write(pvt, client.user, 5);
    checkInt("lock unlockPort", pasynManager->unlockPort(client.user), asynSuccess);
    checkInt("lock queueLockPort", pasynManager->queueLockPort(client.user), asynSuccess);
    table->read(pvt, client.user, &value);
    checkInt("lock queueUnlockPort", pasynManager->queueUnlockPort(client.user), asynSuccess);
    checkInt("lock value", value, 5);
    checkInt("lock setQueueLockPortTimeout",
             pasynManager->setQueueLockPortTimeout(client.user, 2.0), asynSuccess);
    double before = -1, after = -1;
    checkInt("lock getAutoConnectTimeout", pasynManager->getAutoConnectTimeout(&before),
             asynSuccess);
    checkInt("lock setAutoConnectTimeout", pasynManager->setAutoConnectTimeout(0.25), asynSuccess);
    pasynManager->getAutoConnectTimeout(&after);
    checkDouble("lock auto-connect timeout", after, 0.25);
    pasynManager->setAutoConnectTimeout(before);
}

int exceptions[asynExceptionShutdown + 1];

void onException(asynUser *, asynException exception)
{
    ++exceptions[exception];
}

void exceptionsOf(const char *port)
{
    Client client(port, 1), other(port, 1);
    memset(exceptions, 0, sizeof exceptions);
    checkInt("exception exceptionCallbackAdd",
             pasynManager->exceptionCallbackAdd(client.user, onException), asynSuccess);
    check("exception one callback at most",
          pasynManager->exceptionCallbackAdd(client.user, onException) != asynSuccess);
    checkInt("exception enable 0", pasynManager->enable(other.user, 0), asynSuccess);
    checkInt("exception asynExceptionEnable", exceptions[asynExceptionEnable], 1);
    pasynManager->enable(other.user, 1);
    checkInt("exception asynExceptionEnable again", exceptions[asynExceptionEnable], 2);
    pasynManager->autoConnect(other.user, 0);
    pasynManager->autoConnect(other.user, 1);
    checkInt("exception asynExceptionAutoConnect", exceptions[asynExceptionAutoConnect], 2);
    const int mask = pasynTrace->getTraceMask(other.user);
    pasynTrace->setTraceMask(other.user, mask);
    checkInt("exception asynExceptionTraceMask", exceptions[asynExceptionTraceMask], 1);
    checkInt("exception exceptionCallbackRemove",
             pasynManager->exceptionCallbackRemove(client.user), asynSuccess);
    pasynManager->enable(other.user, 1);
    checkInt("exception no more", exceptions[asynExceptionEnable], 2);
}

std::string content(FILE *file)
{
    std::string all;
    char part[1024];
    rewind(file);
    for (size_t count; (count = fread(part, 1, sizeof part, file)) != 0;)
        all.append(part, count);
    fclose(file);
    return all;
}

} // namespace

void clientManager(const char *port)
{
    attributes(port);
    users(port);
    locks(port);
    exceptionsOf(port);
}

// asynCommon through its SyncIO table: address 1 goes and comes, address 0 stays.
void clientCommon(const char *port)
{
    Client client(port, 1);
    asynUser *user = nullptr;
    int yes = -1;
    epicsInt32 value;
    memset(exceptions, 0, sizeof exceptions);
    pasynManager->exceptionCallbackAdd(client.user, onException);
    pasynManager->autoConnect(client.user, 0);
    checkInt("common connect", pasynCommonSyncIO->connect(port, 1, &user, nullptr), asynSuccess);
    checkInt("common disconnectDevice", pasynCommonSyncIO->disconnectDevice(user), asynSuccess);
    pasynManager->isConnected(client.user, &yes);
    checkInt("common disconnected", yes, 0);
    checkInt("common another address stays",
             pasynInt32SyncIO->readOnce(port, 0, &value, 10.0, "I32"), asynSuccess);
    checkInt("common connectDevice", pasynCommonSyncIO->connectDevice(user), asynSuccess);
    pasynManager->isConnected(client.user, &yes);
    checkInt("common connected", yes, 1);
    check("common asynExceptionConnect", exceptions[asynExceptionConnect] > 0);
    pasynManager->exceptionCallbackRemove(client.user);
    pasynManager->autoConnect(client.user, 1);
    FILE *file = tmpfile();
    checkInt("common report", pasynCommonSyncIO->report(user, file, 1), asynSuccess);
    check("common the driver's report", content(file).find(port) != std::string::npos);
    checkInt("common disconnect", pasynCommonSyncIO->disconnect(user), asynSuccess);
    file = tmpfile();
    pasynManager->report(file, 1, port);
    check("common pasynManager->report", content(file).find(port) != std::string::npos);
}
