// asynPortDriver: making a port, its lock, its connection and its end.
#include <stdexcept>

#include "portDriverState.h"

#include <epicsStdio.h>
#include <errlog.h>

namespace {

void onException(asynUser *user, asynException exception)
{
    if (exception != asynExceptionShutdown)
        return;
    auto *driver = static_cast<asynPortDriver *>(user->userPvt);
    pasynManager->exceptionCallbackRemove(user);
    try {
        driver->shutdownPortDriver();
        delete driver;
    } catch (const std::exception &error) {
        errlogPrintf("a port's shutdown ended by a C++ exception: %s\n", error.what());
    }
}

} // namespace

asynPortDriver::asynPortDriver(asynParamSet *paramSetIn, const char *portNameIn, int maxAddrIn,
                               int interfaceMask, int interruptMask, int asynFlags,
                               int autoConnect, int priority, int stackSize)
    : portName(nullptr), maxAddr(maxAddrIn < 1 ? 1 : maxAddrIn), paramSet(paramSetIn),
      pasynUserSelf(nullptr), pasynStdInterfaces(nullptr),
      asynStdInterfaces((state_ = std::make_unique<portDriverState>(*this))->interfaces_)
{
    pasynStdInterfaces = &state_->interfaces_;
    state_->lists_.resize(static_cast<size_t>(maxAddr));
    if (maxAddr > 1)
        asynFlags |= ASYN_MULTIDEVICE;
    fillInterfaces(state_->interfaces_, interfaceMask | asynCommonMask | asynDrvUserMask,
                   interruptMask);
    const std::string name(portNameIn ? portNameIn : "");
    if (pasynManager->registerPort(name.c_str(), asynFlags, autoConnect,
                                   static_cast<unsigned>(priority),
                                   static_cast<unsigned>(stackSize)) != asynSuccess)
        throw std::runtime_error("port " + (name.empty() ? "(no name)" : name) +
                                 " cannot be registered: " +
                                 (name.empty() ? "a port needs a name" : "the name is taken"));
    pasynUserSelf = pasynManager->createAsynUser(nullptr, nullptr);
    pasynUserSelf->userPvt = this;
    pasynManager->connectDevice(pasynUserSelf, name.c_str(), -1);
    if (pasynStandardInterfacesBase->initialize(name.c_str(), pasynStdInterfaces, pasynUserSelf,
                                                this) != asynSuccess)
        throw std::runtime_error(pasynUserSelf->errorMessage);
    portName = new char[name.size() + 1];
    name.copy(portName, name.size());
    portName[name.size()] = '\0';
    if (asynFlags & ASYN_DESTRUCTIBLE) {
        state_->needsShutdown_ = true;
        pasynManager->exceptionCallbackAdd(pasynUserSelf, onException);
    }
    epicsTimeStamp now;
    epicsTimeGetCurrent(&now);
    pasynManager->setTimeStamp(pasynUserSelf, &now);
    rememberForStart(*this);
    createParams();
}

asynPortDriver::asynPortDriver(const char *portNameIn, int maxAddrIn, int interfaceMask,
                               int interruptMask, int asynFlags, int autoConnect, int priority,
                               int stackSize)
    : asynPortDriver(nullptr, portNameIn, maxAddrIn, interfaceMask, interruptMask, asynFlags,
                     autoConnect, priority, stackSize)
{
}

asynPortDriver::asynPortDriver(const char *portNameIn, int maxAddrIn, int, int interfaceMask,
                               int interruptMask, int asynFlags, int autoConnect, int priority,
                               int stackSize)
    : asynPortDriver(nullptr, portNameIn, maxAddrIn, interfaceMask, interruptMask, asynFlags,
                     autoConnect, priority, stackSize)
{
}

asynPortDriver::~asynPortDriver()
{
    forgetForStart(*this);
    if (pasynUserSelf) {
        pasynManager->disconnect(pasynUserSelf);
        pasynManager->freeAsynUser(pasynUserSelf);
    }
    delete[] portName;
}

asynStatus asynPortDriver::lock()
{
    state_->mutex_.lock();
    return asynSuccess;
}

asynStatus asynPortDriver::unlock()
{
    state_->mutex_.unlock();
    return asynSuccess;
}

void asynPortDriver::shutdownPortDriver()
{
    state_->needsShutdown_ = false;
}

bool asynPortDriver::needsShutdown()
{
    return state_->needsShutdown_;
}

asynStandardInterfaces *asynPortDriver::getAsynStdInterfaces()
{
    return pasynStdInterfaces;
}

asynStatus asynPortDriver::getAddress(asynUser *user, int *address)
{
    pasynManager->getAddr(user, address);
    if (*address == -1)
        *address = 0;
    if (*address >= 0 && *address < maxAddr)
        return asynSuccess;
    epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                  "port %s: address %d is not one of 0 to %d", portName, *address, maxAddr - 1);
    return asynError;
}

asynStatus asynPortDriver::parseAsynUser(asynUser *user, int *reason, int *address,
                                         const char **paramName)
{
    *reason = user->reason;
    const asynStatus status = getAddress(user, address);
    if (status != asynSuccess)
        return status;
    return getParamName(*address, *reason, paramName);
}

asynStatus asynPortDriver::drvUserCreate(asynUser *user, const char *drvInfo, const char **,
                                         size_t *)
{
    int address = 0, index = 0;
    const asynStatus status = getAddress(user, &address);
    if (status != asynSuccess)
        return status;
    if (findParam(address, drvInfo, &index) != asynSuccess) {
        epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                      "port %s has no parameter %s", portName, drvInfo);
        return asynError;
    }
    user->reason = index;
    return asynSuccess;
}

asynStatus asynPortDriver::drvUserGetType(asynUser *, const char **, size_t *)
{
    return asynSuccess;
}

asynStatus asynPortDriver::drvUserDestroy(asynUser *)
{
    return asynSuccess;
}

asynStatus asynPortDriver::connect(asynUser *user)
{
    int address = 0;
    const asynStatus status = getAddress(user, &address);
    return status == asynSuccess ? pasynManager->exceptionConnect(user) : status;
}

asynStatus asynPortDriver::disconnect(asynUser *user)
{
    int address = 0;
    const asynStatus status = getAddress(user, &address);
    return status == asynSuccess ? pasynManager->exceptionDisconnect(user) : status;
}

void asynPortDriver::callbackTask() {}

ASYN_API void *findAsynPortDriver(const char *portName)
{
    if (!portName)
        return nullptr;
    asynUser *user = pasynManager->createAsynUser(nullptr, nullptr);
    asynInterface *common = nullptr;
    if (pasynManager->connectDevice(user, portName, -1) == asynSuccess) {
        common = pasynManager->findInterface(user, asynCommonType, 0);
        pasynManager->disconnect(user);
    }
    pasynManager->freeAsynUser(user);
    asynStandardInterfaces standard{};
    fillInterfaces(standard, asynCommonMask, 0);
    // Only a port whose asynCommon is ours is an asynPortDriver.
    if (!common || common->pinterface != standard.common.pinterface)
        return nullptr;
    return common->drvPvt;
}
