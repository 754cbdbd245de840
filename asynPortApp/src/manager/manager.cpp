// The table pasynManager, and the names of statuses and exceptions.
#include "manager/port.h"

#include "manager/interrupt.h"

namespace portManager
{

Port::Port(const char *portName, int portAttributes)
    : name(portName), attributes(portAttributes), maker(std::this_thread::get_id()),
      unfinished((portAttributes & ASYN_UNFINISHED) != 0), self(*this, -1)
{
}

Port::~Port() = default;

std::string placeOf(const Device &device)
{
    const std::string name = "port " + device.port->name;
    return device.address < 0 ? name : name + ", address " + std::to_string(device.address);
}

const char *strStatus(asynStatus status)
{
    static const char *const names[] = {"asynSuccess",
                                        "asynTimeout",
                                        "asynOverflow",
                                        "asynError",
                                        "asynDisconnected",
                                        "asynDisabled",
                                        "asynParamAlreadyExists",
                                        "asynParamNotFound",
                                        "asynParamWrongType",
                                        "asynParamBadIndex",
                                        "asynParamUndefined",
                                        "asynParamInvalidList"};
    const auto index = static_cast<size_t>(status);
    return index < sizeof names / sizeof *names ? names[index] : "asynStatus out of range";
}

} // namespace portManager

using namespace portManager;

static asynManager table = {
    report,
    createAsynUser,
    duplicateAsynUser,
    freeAsynUser,
    memMalloc,
    memFree,
    isMultiDevice,
    connectDevice,
    disconnect,
    exceptionCallbackAdd,
    exceptionCallbackRemove,
    findInterface,
    queueRequest,
    cancelRequest,
    blockProcessCallback,
    unblockProcessCallback,
    lockPort,
    unlockPort,
    queueLockPort,
    queueUnlockPort,
    setQueueLockPortTimeout,
    canBlock,
    getAddr,
    getPortName,
    registerPort,
    registerInterface,
    exceptionConnect,
    exceptionDisconnect,
    interposeInterface,
    enable,
    shutdownPort,
    autoConnect,
    isConnected,
    isEnabled,
    isAutoConnect,
    setAutoConnectTimeout,
    getAutoConnectTimeout,
    waitConnect,
    registerInterruptSource,
    getInterruptPvt,
    createInterruptNode,
    freeInterruptNode,
    addInterruptUser,
    removeInterruptUser,
    interruptStart,
    interruptEnd,
    registerTimeStampSource,
    unregisterTimeStampSource,
    updateTimeStamp,
    getTimeStamp,
    setTimeStamp,
    strStatus,
};

extern "C" {
ASYN_API asynManager *pasynManager = &table;

ASYN_API const char *asynExceptionToString(asynException e)
{
    static const char *const names[] = {ASYN_EXCEPTION_STRINGS};
    const auto index = static_cast<size_t>(e);
    return index < sizeof names / sizeof *names ? names[index] : "asynException out of range";
}
}
