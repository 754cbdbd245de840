// callParamCallbacks and the time stamps that go with it.
#include "driver/driverState.h"

#include <dbAccess.h>

asynStatus asynPortDriver::callParamCallbacks(int list, int addr)
{
    ParamList *params = state_->list(list);
    if (!params)
        return asynParamInvalidList;
    if (!interruptAccept)
        return asynSuccess; // what changed stays marked until the IOC accepts interrupts
    if (!params->anyChanged())
        return asynSuccess;
    epicsTimeStamp when{};
    getTimeStamp(&when);
    state_->callbacks_.call(*params, addr, when);
    return asynSuccess;
}

asynStatus asynPortDriver::callParamCallbacks(int addr)
{
    return callParamCallbacks(addr, addr);
}

asynStatus asynPortDriver::callParamCallbacks()
{
    return callParamCallbacks(0, 0);
}

asynStatus asynPortDriver::updateTimeStamp()
{
    return pasynManager->updateTimeStamp(pasynUserSelf);
}

asynStatus asynPortDriver::updateTimeStamp(epicsTimeStamp *pTimeStamp)
{
    const asynStatus status = updateTimeStamp();
    return status == asynSuccess ? getTimeStamp(pTimeStamp) : status;
}

asynStatus asynPortDriver::getTimeStamp(epicsTimeStamp *pTimeStamp)
{
    return pasynManager->getTimeStamp(pasynUserSelf, pTimeStamp);
}

asynStatus asynPortDriver::setTimeStamp(const epicsTimeStamp *pTimeStamp)
{
    return pasynManager->setTimeStamp(pasynUserSelf, pTimeStamp);
}
