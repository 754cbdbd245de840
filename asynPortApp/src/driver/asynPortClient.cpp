// The C++ clients of asynPortClient.h.
#include <cstdlib>
#include <stdexcept>

#include <asynPortClient.h>
#include <epicsString.h>

#include "driver/driverState.h"
#include "manager/portManager.h"

namespace
{

char *copyOf(const char *text)
{
    return epicsStrDup(text ? text : "");
}

} // namespace

asynParamClient::asynParamClient(const char *portName, int addr, const char *asynInterfaceType,
                                 const char *drvInfo, double timeout)
    : pasynUser_(pasynManager->createAsynUser(nullptr, nullptr)), pasynUserSyncIO_(nullptr),
      pasynInterface_(nullptr), timeout_(timeout), portName_(copyOf(portName)), addr_(addr),
      asynInterfaceType_(copyOf(asynInterfaceType)), drvInfo_(copyOf(drvInfo)), drvPvt(nullptr),
      interruptPvt_(nullptr), drvUser_(nullptr)
{
    try {
        open();
    } catch (...) {
        release();
        throw;
    }
}

asynParamClient::~asynParamClient()
{
    release();
}

void asynParamClient::open()
{
    if (pasynManager->connectDevice(pasynUser_, portName_, addr_) != asynSuccess)
        fail(pasynUser_->errorMessage);
    pasynInterface_ = pasynManager->findInterface(pasynUser_, asynInterfaceType_, 1);
    if (!pasynInterface_)
        fail("the port has no such interface");
    drvPvt = pasynInterface_->drvPvt;
    if (!*drvInfo_)
        return;
    asynInterface *drvUser = nullptr;
    if (portManager::createDrvUser(pasynUser_, drvInfo_, drvUser) != asynSuccess)
        fail(pasynUser_->errorMessage);
    if (!drvUser)
        fail("the port takes no drvInfo");
    drvUser_ = drvUser;
}

// An error here leaves nothing to be done: a driver that is gone has no use for the calls.
void asynParamClient::release()
{
    if (drvUser_)
        portManager::destroyDrvUser(pasynUser_, drvUser_);
    pasynManager->disconnect(pasynUser_);
    pasynManager->freeAsynUser(pasynUser_);
    for (char *text : {portName_, asynInterfaceType_, drvInfo_})
        std::free(text);
}

// Of derived classes, whose destructor disconnects what is connected here.
void asynParamClient::connectSyncIO(Connect connect, Disconnect disconnect)
{
    if (connect(portName_, addr_, &pasynUserSyncIO_, drvInfo_) == asynSuccess)
        return;
    const std::string message = pasynUserSyncIO_ ? pasynUserSyncIO_->errorMessage : "";
    if (pasynUserSyncIO_)
        disconnect(pasynUserSyncIO_);
    fail(message.c_str());
}

void asynParamClient::fail(const char *message) const
{
    throw std::runtime_error(std::string("client of port ") + portName_ + ", address " +
                             std::to_string(addr_) + ", interface " + asynInterfaceType_ +
                             ", drvInfo \"" + drvInfo_ + "\": " + message);
}

void asynParamClient::report(FILE *fp, int details)
{
    fprintf(fp, "%s of port %s, address %d, drvInfo \"%s\"\n", asynInterfaceType_, portName_, addr_,
            drvInfo_);
    if (details > 0)
        fprintf(fp, "    timeout %g s, callback %s\n", timeout_, interruptPvt_ ? "yes" : "no");
}

namespace
{

using Names = std::vector<std::pair<std::string, asynParamType>>;

// The parameters of one address; the driver's lock guards its list.
Names parametersOf(asynPortDriver &driver, int addr)
{
    Names names;
    int count = 0;
    const DriverLock lock(driver);
    if (lock.status() != asynSuccess)
        return names;
    driver.getNumParams(addr, &count);
    for (int index = 0; index < count; ++index) {
        const char *name = nullptr;
        asynParamType type = asynParamNotDefined;
        if (driver.getParamName(addr, index, &name) == asynSuccess &&
            driver.getParamType(addr, index, &type) == asynSuccess)
            names.emplace_back(name, type);
    }
    return names;
}

template <class Client>
asynParamClient *made(const std::string &port, int addr, const std::string &name, double timeout)
{
    return new Client(port.c_str(), addr, name.c_str(), timeout);
}

// NULL for types that have no client: of 64 bits, as in asyn.
asynParamClient *clientOf(asynParamType type, const std::string &port, int addr,
                          const std::string &name, double timeout)
{
    switch (type) {
    case asynParamInt32:
        return made<asynInt32Client>(port, addr, name, timeout);
    case asynParamUInt32Digital:
        return made<asynUInt32DigitalClient>(port, addr, name, timeout);
    case asynParamFloat64:
        return made<asynFloat64Client>(port, addr, name, timeout);
    case asynParamOctet:
        return made<asynOctetClient>(port, addr, name, timeout);
    case asynParamInt8Array:
        return made<asynInt8ArrayClient>(port, addr, name, timeout);
    case asynParamInt16Array:
        return made<asynInt16ArrayClient>(port, addr, name, timeout);
    case asynParamInt32Array:
        return made<asynInt32ArrayClient>(port, addr, name, timeout);
    case asynParamFloat32Array:
        return made<asynFloat32ArrayClient>(port, addr, name, timeout);
    case asynParamFloat64Array:
        return made<asynFloat64ArrayClient>(port, addr, name, timeout);
    case asynParamGenericPointer:
        return made<asynGenericPointerClient>(port, addr, name, timeout);
    default:
        return nullptr;
    }
}

template <class Client>
Client &typed(asynParamClient *client, const std::string &port, const std::string &name)
{
    auto *result = dynamic_cast<Client *>(client);
    if (!result)
        throw std::runtime_error("port " + port + ", parameter " + name + ": it is of " +
                                 client->getAsynInterfaceType() + ", not of the value's type");
    return *result;
}

} // namespace

asynPortClient::asynPortClient(const char *portName, double timeout)
    : portName_(portName ? portName : "")
{
    auto *driver = static_cast<asynPortDriver *>(findAsynPortDriver(portName_.c_str()));
    if (!driver)
        throw std::runtime_error("there is no asynPortDriver " + portName_);
    paramMaps_.resize(static_cast<size_t>(driver->maxAddr));
    try {
        for (int addr = 0; addr < driver->maxAddr; ++addr)
            add(*driver, addr, timeout);
    } catch (...) {
        clear();
        throw;
    }
}

asynPortClient::~asynPortClient()
{
    clear();
}

void asynPortClient::add(asynPortDriver &driver, int addr, double timeout)
{
    paramMap_t &clients = paramMaps_[static_cast<size_t>(addr)];
    for (const auto &[name, type] : parametersOf(driver, addr))
        if (asynParamClient *client = clientOf(type, portName_, addr, name, timeout))
            clients[name] = client;
}

void asynPortClient::clear()
{
    for (paramMap_t &clients : paramMaps_)
        for (auto &each : clients)
            delete each.second;
    paramMaps_.clear();
}

void asynPortClient::report(FILE *fp, int details)
{
    fprintf(fp, "clients of port %s, %zu address(es)\n", portName_.c_str(), paramMaps_.size());
    for (const paramMap_t &clients : paramMaps_)
        for (const auto &each : clients)
            each.second->report(fp, details);
}

asynParamClient *asynPortClient::getParamClient(std::string paramName, int addr)
{
    if (addr < 0 || static_cast<size_t>(addr) >= paramMaps_.size())
        throw std::runtime_error("port " + portName_ + ": expected an address from 0 to " +
                                 std::to_string(paramMaps_.size() - 1) + ", got " +
                                 std::to_string(addr));
    const paramMap_t &clients = paramMaps_[static_cast<size_t>(addr)];
    const auto found = clients.find(paramName);
    if (found == clients.end())
        throw std::runtime_error("port " + portName_ + ", address " + std::to_string(addr) +
                                 ": there is no client of a parameter " + paramName);
    return found->second;
}

asynStatus asynPortClient::write(std::string paramName, epicsInt32 value, int addr)
{
    return typed<asynInt32Client>(getParamClient(paramName, addr), portName_, paramName)
        .write(value);
}

asynStatus asynPortClient::read(std::string paramName, epicsInt32 *value, int addr)
{
    return typed<asynInt32Client>(getParamClient(paramName, addr), portName_, paramName)
        .read(value);
}

asynStatus asynPortClient::write(std::string paramName, epicsFloat64 value, int addr)
{
    return typed<asynFloat64Client>(getParamClient(paramName, addr), portName_, paramName)
        .write(value);
}

asynStatus asynPortClient::read(std::string paramName, epicsFloat64 *value, int addr)
{
    return typed<asynFloat64Client>(getParamClient(paramName, addr), portName_, paramName)
        .read(value);
}

asynStatus asynPortClient::write(std::string paramName, const char *value, int addr)
{
    return typed<asynOctetClient>(getParamClient(paramName, addr), portName_, paramName)
        .write(value);
}

asynStatus asynPortClient::read(std::string paramName, char *value, size_t bufferLen, int addr)
{
    size_t count = 0;
    int eomReason = 0;
    return typed<asynOctetClient>(getParamClient(paramName, addr), portName_, paramName)
        .read(value, bufferLen, &count, &eomReason);
}
