// asynPortDriver: making a port, its lock, its connection and its end.
#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <mutex>
#include <stdexcept>

#include "driver/driverState.h"
#include "manager/portManager.h"

#include <epicsString.h>
#include <errlog.h>

namespace
{

void onException(asynUser *user, asynException exception) noexcept
{
    auto *driver = static_cast<asynPortDriver *>(user->userPvt);
    if (exception != asynExceptionShutdown || !driver->needsShutdown())
        return;
    const std::string name(driver->portName);
    try {
        driver->shutdownPortDriver();
        delete driver;
    } catch (const std::exception &error) {
        errlogPrintf("port %s: its shutdown ended by a C++ exception: %s\n", name.c_str(),
                     error.what());
    } catch (...) {
        errlogPrintf("port %s: its shutdown ended by a C++ exception\n", name.c_str());
    }
}

// Clients may hold on to a port's interfaces when its driver is gone: they are never freed.
void keepForEver(asynStandardInterfaces *interfaces)
{
    static std::mutex mutex; // guards kept
    static auto *kept = new std::vector<asynStandardInterfaces *>;
    std::lock_guard<std::mutex> guard(mutex);
    kept->push_back(interfaces);
}

} // namespace

void portDriverState::open(int interfaceMask, int interruptMask, int asynFlags, int autoConnect,
                           int priority, int stackSize)
{
    const char *name = driver_.portName;
    if (!*name)
        throw std::runtime_error("a port cannot be registered without a name");
    if (driver_.maxAddr > 1)
        asynFlags |= ASYN_MULTIDEVICE;
    // Without asynDrvUser a record's drvInfo would be ignored: it would silently be parameter 0.
    fillInterfaces(driver_.asynStdInterfaces, interfaceMask | asynCommonMask | asynDrvUserMask,
                   interruptMask);
    if (pasynManager->registerPort(name, asynFlags, autoConnect, static_cast<unsigned>(priority),
                                   static_cast<unsigned>(stackSize)) != asynSuccess)
        throw std::runtime_error(std::string("port ") + name +
                                 " cannot be registered: the name is taken");
    registered_ = true;
    asynUser *self = driver_.pasynUserSelf = pasynManager->createAsynUser(nullptr, nullptr);
    self->userPvt = &driver_;
    asynUser *watcher = exceptionUser_ = pasynManager->createAsynUser(nullptr, nullptr);
    watcher->userPvt = &driver_;
    if (pasynManager->connectDevice(self, name, 0) != asynSuccess)
        throw std::runtime_error(self->errorMessage);
    if (pasynManager->connectDevice(watcher, name, -1) != asynSuccess)
        throw std::runtime_error(watcher->errorMessage);
    portManager::setDriverLock(watcher, &mutex_);
    epicsTimeStamp now;
    epicsTimeGetCurrent(&now); // time of day
    pasynManager->setTimeStamp(self, &now);
    if (asynFlags & ASYN_DESTRUCTIBLE) {
        needsShutdown_ = true;
        pasynManager->exceptionCallbackAdd(watcher, onException);
    }
    if (pasynStandardInterfacesBase->initialize(name, driver_.pasynStdInterfaces, self, &driver_) !=
        asynSuccess)
        throw std::runtime_error(self->errorMessage);
}

void portDriverState::detach()
{
    asynStandardInterfaces &all = driver_.asynStdInterfaces;
    asynInterface *const interfaces[] = {
        &all.common,       &all.drvUser,      &all.option,         &all.octet,
        &all.int32,        &all.int64,        &all.uInt32Digital,  &all.float64,
        &all.int8Array,    &all.int16Array,   &all.int32Array,     &all.int64Array,
        &all.float32Array, &all.float64Array, &all.genericPointer, &all.Enum};
    portManager::detachDriver(exceptionUser_, interfaces, std::size(interfaces));
}

void portDriverState::close()
{
    forgetForStart(driver_);
    if (exceptionUser_) {
        portManager::setDriverLock(exceptionUser_, nullptr);
        detach(); // a request or an attempt to connect that runs now ends first
        // Only a destructible port has the callback; for others this does nothing.
        pasynManager->exceptionCallbackRemove(exceptionUser_);
        pasynManager->freeAsynUser(exceptionUser_);
    }
    if (driver_.pasynUserSelf)
        pasynManager->freeAsynUser(driver_.pasynUserSelf);
    if (registered_)
        keepForEver(driver_.pasynStdInterfaces);
    else
        delete driver_.pasynStdInterfaces;
    std::free(driver_.portName);
}

asynPortDriver::asynPortDriver(asynParamSet *paramSetIn, const char *portNameIn, int maxAddrIn,
                               int interfaceMask, int interruptMask, int asynFlags, int autoConnect,
                               int priority, int stackSize)
    : portName(epicsStrDup(portNameIn ? portNameIn : "")), maxAddr(std::max(maxAddrIn, 1)),
      paramSet(paramSetIn), pasynUserSelf(nullptr),
      pasynStdInterfaces(new asynStandardInterfaces{}), asynStdInterfaces(*pasynStdInterfaces),
      state_(new portDriverState(*this))
{
    try {
        state_->open(interfaceMask, interruptMask, asynFlags, autoConnect, priority, stackSize);
        asynPortDriver::createParams();
        rememberForStart(*this);
    } catch (...) {
        asynPortDriver::shutdownPortDriver();
        state_->close();
        delete state_;
        throw;
    }
}

asynPortDriver::asynPortDriver(const char *portNameIn, int maxAddrIn, int interfaceMask,
                               int interruptMask, int asynFlags, int autoConnect, int priority,
                               int stackSize)
    : asynPortDriver(nullptr, portNameIn, maxAddrIn, interfaceMask, interruptMask, asynFlags,
                     autoConnect, priority, stackSize)
{
}

// Of the time when a parameter table had a fixed size.
asynPortDriver::asynPortDriver(const char *portNameIn, int maxAddrIn, int, int interfaceMask,
                               int interruptMask, int asynFlags, int autoConnect, int priority,
                               int stackSize)
    : asynPortDriver(nullptr, portNameIn, maxAddrIn, interfaceMask, interruptMask, asynFlags,
                     autoConnect, priority, stackSize)
{
}

asynPortDriver::~asynPortDriver()
{
    if (needsShutdown()) {
        // A constructor of a derived class that throws cannot have shut the port down.
        if (std::uncaught_exceptions() == 0)
            asynPrint(pasynUserSelf, ASYN_TRACE_ERROR,
                      "port %s: the driver is deleted without shutdownPortDriver() first\n",
                      portName);
        asynPortDriver::shutdownPortDriver();
    }
    state_->close();
    delete state_;
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

bool asynPortDriver::needsShutdown()
{
    return state_->needsShutdown_;
}

void asynPortDriver::shutdownPortDriver()
{
    // First the flag: the manager's exception comes back to this driver, which must not be deleted
    // by it when it is somebody else who does so.
    if (!state_->needsShutdown_.exchange(false))
        return;
    // Detaches it from its interfaces, too.
    if (portManager::closePort(state_->exceptionUser_) != asynSuccess)
        errlogPrintf("port %s: %s\n", portName, state_->exceptionUser_->errorMessage);
}

asynStandardInterfaces *asynPortDriver::getAsynStdInterfaces()
{
    return pasynStdInterfaces;
}

asynStatus asynPortDriver::connect(asynUser *pasynUser)
{
    int address;
    const asynStatus status = getAddress(pasynUser, &address);
    if (status != asynSuccess)
        return status;
    pasynManager->exceptionConnect(pasynUser); // an error when connected already, which is fine
    asynPrint(pasynUser, ASYN_TRACE_FLOW, "port %s: connect address %d\n", portName, address);
    return asynSuccess;
}

asynStatus asynPortDriver::disconnect(asynUser *pasynUser)
{
    int address;
    const asynStatus status = getAddress(pasynUser, &address);
    if (status != asynSuccess)
        return status;
    pasynManager->exceptionDisconnect(pasynUser);
    asynPrint(pasynUser, ASYN_TRACE_FLOW, "port %s: disconnect address %d\n", portName, address);
    return asynSuccess;
}

void asynPortDriver::callbackTask() {}
