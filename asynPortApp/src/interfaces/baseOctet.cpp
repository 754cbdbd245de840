// pasynOctetBase: the methods that a driver of strings left NULL, and the layers it asks for.
#include <asynInterposeEos.h>
#include <asynOctet.h>
#include <errlog.h>

#include "common/portUser.h"
#include "interfaces/base.h"
#include "interfaces/interruptClients.h"
#include "interfaces/interruptGuard.h"
#include "octet/discard.h"
#include "octet/layer.h"

using interfaceBase::fillIn;
using interfaceBase::notSupported;

namespace
{

const char *const typeOctet = asynOctetType;
using Clients = interfaceBase::Clients<asynOctetInterrupt, interruptCallbackOctet, typeOctet>;

asynStatus write(void *, asynUser *user, const char *, size_t, size_t *)
{
    return notSupported(user, typeOctet, "write");
}

asynStatus read(void *, asynUser *user, char *, size_t, size_t *, int *)
{
    return notSupported(user, typeOctet, "read");
}

// A driver that has no flush is read until nothing comes.
asynStatus flush(void *pvt, asynUser *user)
{
    constexpr double quiet = 0.05; // s
    asynInterface *driver = pasynManager->findInterface(user, asynOctetType, 0);
    if (!driver)
        return asynError;
    const auto &table = *static_cast<asynOctet *>(driver->pinterface);
    discardInput(user, quiet, [&](auto... arguments) { table.read(pvt, user, arguments...); });
    return asynSuccess;
}

template <bool Input> asynStatus setEos(void *, asynUser *user, const char *, int)
{
    return notSupported(user, typeOctet, Input ? "setInputEos" : "setOutputEos");
}

template <bool Input> asynStatus getEos(void *, asynUser *user, char *, int, int *)
{
    return notSupported(user, typeOctet, Input ? "getInputEos" : "getOutputEos");
}

// Every client of the address, whatever its reason: the data belongs to the device.
void callUsers(asynUser *user, void *pvt, char *data, size_t *count, int *eomReason)
{
    const char *port = "?";
    int addr = -1;
    pasynManager->getPortName(user, &port);
    pasynManager->getAddr(user, &addr);
    InterruptClients clients(pvt);
    clients.each<asynOctetInterrupt>([&](asynOctetInterrupt &client) {
        if (client.addr == addr)
            callGuarded(port, nullptr, client, [&] {
                client.callback(client.userPvt, client.pasynUser, data, *count,
                                eomReason ? *eomReason : 0);
            });
    });
}

// interruptProcess: what one client reads, every client is told.
class TellingLayer final : public OctetLayer
{
  public:
    asynStatus read(asynUser *user, char *data, size_t most, size_t *done, int *eomReason) override
    {
        int reason = 0;
        const asynStatus status = OctetLayer::read(user, data, most, done, &reason);
        if (eomReason)
            *eomReason = reason;
        if (status == asynSuccess && source_)
            callUsers(user, source_, data, done, &reason);
        return status;
    }

  private:
    void placed(const char *portName, int) override
    {
        void *source = nullptr;
        if (pasynManager->registerInterruptSource(portName, &interface(), &source) == asynSuccess)
            source_ = source;
    }

    void *source_ = nullptr;
};

asynStatus addLayers(const char *portName, int eosIn, int eosOut, int interruptProcess)
{
    if (interruptProcess) {
        const std::string error =
            OctetLayer::interpose(std::make_unique<TellingLayer>(), portName, -1);
        if (!error.empty()) {
            errlogPrintf("asynOctetBase::initialize: %s\n", error.c_str());
            return asynError;
        }
    }
    if ((eosIn || eosOut) && asynInterposeEosConfig(portName, -1, eosIn, eosOut) != 0)
        return asynError;
    return asynSuccess;
}

// The layers keep one message at a time: they suit a port that is one device.
bool mayHaveLayers(const char *portName)
{
    const PortUser user;
    int multiDevice = 0;
    const asynStatus status = pasynManager->isMultiDevice(user.get(), portName, &multiDevice);
    if (status != asynSuccess)
        errlogPrintf("asynOctetBase::initialize: %s\n", user->errorMessage);
    else if (multiDevice)
        errlogPrintf("asynOctetBase::initialize: port %s has several devices; processEosIn, "
                     "processEosOut and interruptProcess are for ports of one\n",
                     portName);
    return status == asynSuccess && !multiDevice;
}

asynStatus initialize(const char *portName, asynInterface *interface, int eosIn, int eosOut,
                      int interruptProcess)
{
    auto &table = *static_cast<asynOctet *>(interface->pinterface);
    fillIn(table.write, write);
    fillIn(table.read, read);
    fillIn(table.flush, flush);
    fillIn(table.registerInterruptUser, Clients::add);
    fillIn(table.cancelInterruptUser, Clients::cancel);
    fillIn(table.setInputEos, setEos<true>);
    fillIn(table.getInputEos, getEos<true>);
    fillIn(table.setOutputEos, setEos<false>);
    fillIn(table.getOutputEos, getEos<false>);
    if ((eosIn || eosOut || interruptProcess) && !mayHaveLayers(portName))
        return asynError;
    const asynStatus status = pasynManager->registerInterface(portName, interface);
    return status == asynSuccess ? addLayers(portName, eosIn, eosOut, interruptProcess) : status;
}

asynOctetBase base = {initialize, callUsers};

} // namespace

extern "C" {
ASYN_API asynOctetBase *pasynOctetBase = &base;
}
