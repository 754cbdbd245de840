// pasynInt32SyncIO, pasynInt64SyncIO, pasynUInt32DigitalSyncIO, pasynFloat64SyncIO.
#include <asynFloat64SyncIO.h>
#include <asynInt32SyncIO.h>
#include <asynInt64SyncIO.h>
#include <asynUInt32Digital.h> // the next one needs it
#include <asynUInt32DigitalSyncIO.h>

#include "client.h"

static void int32(const char *port)
{
    asynUser *user = nullptr;
    epicsInt32 value = 0, low = 0, high = 0;
    checkInt("int32 connect", pasynInt32SyncIO->connect(port, 1, &user, "I32"), asynSuccess);
    checkInt("int32 write", pasynInt32SyncIO->write(user, 21, 10.0), asynSuccess);
    checkInt("int32 read", pasynInt32SyncIO->read(user, &value, 10.0), asynSuccess);
    checkInt("int32 value", value, 21);
    checkInt("int32 getBounds", pasynInt32SyncIO->getBounds(user, &low, &high), asynSuccess);
    check("int32 bounds", low == -1000 && high == 1000);
    checkInt("int32 refused", pasynInt32SyncIO->write(user, 5000, 10.0), asynError);
    check("int32 message", strstr(user->errorMessage, "-1000 to 1000 is expected") != nullptr);
    checkInt("int32 disconnect", pasynInt32SyncIO->disconnect(user), asynSuccess);
    checkInt("int32 readOnce", pasynInt32SyncIO->readOnce(port, 1, &value, 10.0, "DOUBLED"),
             asynSuccess);
    checkInt("int32 of another parameter", value, 42);
    checkInt("int32 writeOnce", pasynInt32SyncIO->writeOnce(port, 0, 3, 10.0, "ALIAS"),
             asynSuccess);
    pasynInt32SyncIO->readOnce(port, 0, &value, 10.0, "I32");
    checkInt("int32 by a name of drvUserCreate's", value, 3);
    pasynInt32SyncIO->readOnce(port, 1, &value, 10.0, "i32");
    checkInt("int32 addresses have values of their own", value, 21);
    checkInt("int32 getBoundsOnce", pasynInt32SyncIO->getBoundsOnce(port, 0, &low, &high, nullptr),
             asynSuccess);
    checkInt("int32 never set", pasynInt32SyncIO->readOnce(port, 0, &value, 10.0, "NEVER"),
             asynParamUndefined);
    check("int32 no such parameter",
          pasynInt32SyncIO->readOnce(port, 0, &value, 10.0, "NOTHING") != asynSuccess);
    check("int32 no such port",
          pasynInt32SyncIO->readOnce("NOWHERE", 0, &value, 10.0, "I32") != asynSuccess);
}

static void int64(const char *port)
{
    asynUser *user = nullptr;
    epicsInt64 value = 0, low = 0, high = 0;
    const epicsInt64 large = -(epicsInt64(1) << 53) - 1;
    checkInt("int64 connect", pasynInt64SyncIO->connect(port, 1, &user, "I64"), asynSuccess);
    checkInt("int64 write", pasynInt64SyncIO->write(user, large, 10.0), asynSuccess);
    checkInt("int64 read", pasynInt64SyncIO->read(user, &value, 10.0), asynSuccess);
    checkInt("int64 value", value, large);
    pasynInt64SyncIO->getBounds(user, &low, &high);
    check("int64 bounds", low == -(epicsInt64(1) << 40) && high == epicsInt64(1) << 40);
    checkInt("int64 disconnect", pasynInt64SyncIO->disconnect(user), asynSuccess);
    checkInt("int64 writeOnce", pasynInt64SyncIO->writeOnce(port, 0, 7, 10.0, "I64"), asynSuccess);
    checkInt("int64 readOnce", pasynInt64SyncIO->readOnce(port, 0, &value, 10.0, "I64"),
             asynSuccess);
    checkInt("int64 once", value, 7);
    checkInt("int64 getBoundsOnce", pasynInt64SyncIO->getBoundsOnce(port, 0, &low, &high, nullptr),
             asynSuccess);
}

static void uint32Digital(const char *port)
{
    asynUser *user = nullptr;
    epicsUInt32 value = 0, mask = 0;
    checkInt("bits connect", pasynUInt32DigitalSyncIO->connect(port, 1, &user, "BITS"),
             asynSuccess);
    checkInt("bits write", pasynUInt32DigitalSyncIO->write(user, 0xAB, 0xFF, 10.0), asynSuccess);
    checkInt("bits write under a mask", pasynUInt32DigitalSyncIO->write(user, 0, 0x0F, 10.0),
             asynSuccess);
    checkInt("bits read", pasynUInt32DigitalSyncIO->read(user, &value, 0xFFFF, 10.0), asynSuccess);
    checkInt("bits value", value, 0xA0);
    pasynUInt32DigitalSyncIO->read(user, &value, 0x80, 10.0);
    checkInt("bits read under a mask", value, 0x80);
    checkInt("bits setInterrupt",
             pasynUInt32DigitalSyncIO->setInterrupt(user, 0x3, interruptOnZeroToOne, 10.0),
             asynSuccess);
    checkInt("bits getInterrupt",
             pasynUInt32DigitalSyncIO->getInterrupt(user, &mask, interruptOnZeroToOne, 10.0),
             asynSuccess);
    checkInt("bits interrupt mask", mask, 0x3);
    checkInt("bits clearInterrupt", pasynUInt32DigitalSyncIO->clearInterrupt(user, 0x1, 10.0),
             asynSuccess);
    pasynUInt32DigitalSyncIO->getInterrupt(user, &mask, interruptOnZeroToOne, 10.0);
    checkInt("bits interrupt mask, one cleared", mask, 0x2);
    pasynUInt32DigitalSyncIO->clearInterrupt(user, 0xFFFFFFFF, 10.0);
    checkInt("bits disconnect", pasynUInt32DigitalSyncIO->disconnect(user), asynSuccess);
    checkInt("bits writeOnce",
             pasynUInt32DigitalSyncIO->writeOnce(port, 0, 0x11, 0xFF, 10.0, "BITS"), asynSuccess);
    checkInt("bits readOnce",
             pasynUInt32DigitalSyncIO->readOnce(port, 0, &value, 0xFF, 10.0, "BITS"), asynSuccess);
    checkInt("bits once", value, 0x11);
    checkInt(
        "bits setInterruptOnce",
        pasynUInt32DigitalSyncIO->setInterruptOnce(port, 0, 0x8, interruptOnBoth, 10.0, "BITS"),
        asynSuccess);
    checkInt(
        "bits getInterruptOnce",
        pasynUInt32DigitalSyncIO->getInterruptOnce(port, 0, &mask, interruptOnBoth, 10.0, "BITS"),
        asynSuccess);
    checkInt("bits interrupt mask once", mask, 0x8);
    checkInt("bits clearInterruptOnce",
             pasynUInt32DigitalSyncIO->clearInterruptOnce(port, 0, 0x8, 10.0, "BITS"), asynSuccess);
}

static void float64(const char *port)
{
    asynUser *user = nullptr;
    epicsFloat64 value = 0;
    checkInt("float64 connect", pasynFloat64SyncIO->connect(port, 1, &user, "F64"), asynSuccess);
    checkInt("float64 write", pasynFloat64SyncIO->write(user, 2.25, 10.0), asynSuccess);
    checkInt("float64 read", pasynFloat64SyncIO->read(user, &value, 10.0), asynSuccess);
    checkDouble("float64 value", value, 2.25);
    checkInt("float64 disconnect", pasynFloat64SyncIO->disconnect(user), asynSuccess);
    checkInt("float64 writeOnce", pasynFloat64SyncIO->writeOnce(port, 0, -1e300, 10.0, "F64"),
             asynSuccess);
    checkInt("float64 readOnce", pasynFloat64SyncIO->readOnce(port, 0, &value, 10.0, "F64"),
             asynSuccess);
    checkDouble("float64 once", value, -1e300);
}

void clientScalars(const char *port)
{
    int32(port);
    int64(port);
    uint32Digital(port);
    float64(port);
}
