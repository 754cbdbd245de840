// The SyncIO tables of the six array interfaces.
#include <string>

#include <asynFloat32ArraySyncIO.h>
#include <asynFloat64ArraySyncIO.h>
#include <asynInt16ArraySyncIO.h>
#include <asynInt32ArraySyncIO.h>
#include <asynInt64ArraySyncIO.h>
#include <asynInt8ArraySyncIO.h>

#include "client.h"

template <typename T, typename Table>
static void array(const char *port, const char *drvInfo, Table *table)
{
    const auto rule = [drvInfo](const char *what) { return std::string(drvInfo) + " " + what; };
    T sent[] = {1, 2, 100}, got[] = {0, 0, 0, 0};
    size_t count = 0;
    asynUser *user = nullptr;
    checkInt(rule("connect").c_str(), table->connect(port, 1, &user, drvInfo), asynSuccess);
    checkInt(rule("write").c_str(), table->write(user, sent, 3, 1.0), asynSuccess);
    checkInt(rule("read").c_str(), table->read(user, got, 4, &count, 1.0), asynSuccess);
    checkInt(rule("count").c_str(), static_cast<long long>(count), 3);
    check(rule("values").c_str(), memcmp(sent, got, sizeof sent) == 0);
    table->read(user, got, 2, &count, 1.0);
    checkInt(rule("count, limited").c_str(), static_cast<long long>(count), 2);
    checkInt(rule("disconnect").c_str(), table->disconnect(user), asynSuccess);
    checkInt(rule("writeOnce").c_str(), table->writeOnce(port, 0, sent, 1, 1.0, drvInfo),
             asynSuccess);
    checkInt(rule("readOnce").c_str(), table->readOnce(port, 0, got, 4, &count, 1.0, drvInfo),
             asynSuccess);
    checkInt(rule("count once").c_str(), static_cast<long long>(count), 1);
}

void clientArrays(const char *port)
{
    array<epicsInt8>(port, "I8ARRAY", pasynInt8ArraySyncIO);
    array<epicsInt16>(port, "I16ARRAY", pasynInt16ArraySyncIO);
    array<epicsInt32>(port, "I32ARRAY", pasynInt32ArraySyncIO);
    array<epicsInt64>(port, "I64ARRAY", pasynInt64ArraySyncIO);
    array<epicsFloat32>(port, "F32ARRAY", pasynFloat32ArraySyncIO);
    array<epicsFloat64>(port, "F64ARRAY", pasynFloat64ArraySyncIO);
}
