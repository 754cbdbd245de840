// The parameter API of asynPortDriver: each call with a list, and the same for address 0.
#include "portDriverState.h"

#include <epicsStdio.h>

namespace {

constexpr int reportedErrors = ASYN_TRACE_ERROR;

} // namespace

asynStatus asynPortDriver::createParam(int list, const char *name, asynParamType type, int *index)
{
    ParamList *params = state_->list(list);
    if (!params)
        return asynParamInvalidList;
    const asynStatus status = params->create(name, type, index);
    if (status == asynParamAlreadyExists)
        asynPrint(pasynUserSelf, reportedErrors, "port %s: parameter %s exists already in list %d\n",
                  portName, name, list);
    return status;
}

asynStatus asynPortDriver::createParam(const char *name, asynParamType type, int *index)
{
    // In every list, so that a parameter has the same index at every address.
    asynStatus status = asynSuccess;
    for (int list = 0; list < maxAddr && status == asynSuccess; ++list)
        status = createParam(list, name, type, index);
    return status;
}

asynStatus asynPortDriver::createParams()
{
    if (!paramSet)
        return asynSuccess;
    for (const asynParam &each : paramSet->getParamDefinitions()) {
        const asynStatus status = createParam(each.name, each.type, each.index);
        if (status != asynSuccess)
            return status;
    }
    return asynSuccess;
}

asynStatus asynPortDriver::getNumParams(int list, int *numParams)
{
    ParamList *params = state_->list(list);
    if (!params)
        return asynParamInvalidList;
    *numParams = static_cast<int>(params->size());
    return asynSuccess;
}

asynStatus asynPortDriver::findParam(int list, const char *name, int *index)
{
    ParamList *params = state_->list(list);
    return params ? params->find(name, index) : asynParamInvalidList;
}

asynStatus asynPortDriver::getParamName(int list, int index, const char **name)
{
    ParamList *params = state_->list(list);
    if (!params)
        return asynParamInvalidList;
    Parameter *parameter = params->at(index);
    if (!parameter)
        return asynParamBadIndex;
    *name = parameter->name.c_str();
    return asynSuccess;
}

asynStatus asynPortDriver::getParamType(int list, int index, asynParamType *type)
{
    ParamList *params = state_->list(list);
    if (!params)
        return asynParamInvalidList;
    Parameter *parameter = params->at(index);
    if (!parameter)
        return asynParamBadIndex;
    *type = parameter->type;
    return asynSuccess;
}

asynStatus asynPortDriver::getParamStatus(int list, int index, asynStatus *status)
{
    ParamList *params = state_->list(list);
    if (!params)
        return asynParamInvalidList;
    Parameter *parameter = params->at(index);
    if (!parameter)
        return asynParamBadIndex;
    *status = parameter->status;
    return asynSuccess;
}

asynStatus asynPortDriver::getParamAlarmStatus(int list, int index, int *status)
{
    ParamList *params = state_->list(list);
    if (!params)
        return asynParamInvalidList;
    Parameter *parameter = params->at(index);
    if (!parameter)
        return asynParamBadIndex;
    *status = parameter->alarmStatus;
    return asynSuccess;
}

asynStatus asynPortDriver::getParamAlarmSeverity(int list, int index, int *severity)
{
    ParamList *params = state_->list(list);
    if (!params)
        return asynParamInvalidList;
    Parameter *parameter = params->at(index);
    if (!parameter)
        return asynParamBadIndex;
    *severity = parameter->alarmSeverity;
    return asynSuccess;
}

void asynPortDriver::reportSetParamErrors(asynStatus status, int index, int list,
                                          const char *functionName)
{
    const char *name = "?";
    getParamName(list, index, &name);
    asynPrint(pasynUserSelf, reportedErrors, "port %s: %s of parameter %s (index %d, list %d): %s\n",
              portName, functionName, name, index, list, pasynManager->strStatus(status));
}

void asynPortDriver::reportGetParamErrors(asynStatus status, int index, int list,
                                          const char *functionName)
{
    // A parameter without a value is no fault of the driver's.
    if (status != asynParamUndefined)
        reportSetParamErrors(status, index, list, functionName);
}

// Each setter reports what goes wrong; the value types differ only in the list's method.
#define SETTER(NAME, PARAMETERS, CALL)                                                          \
    asynStatus asynPortDriver::NAME PARAMETERS                                                  \
    {                                                                                           \
        ParamList *params = state_->list(list);                                                 \
        const asynStatus status = params ? params->CALL : asynParamInvalidList;                 \
        if (status != asynSuccess)                                                              \
            reportSetParamErrors(status, index, list, #NAME);                                   \
        return status;                                                                          \
    }

SETTER(setIntegerParam, (int list, int index, int value), set<epicsInt32>(index, value))
SETTER(setInteger64Param, (int list, int index, epicsInt64 value), set<epicsInt64>(index, value))
SETTER(setDoubleParam, (int list, int index, double value), set<epicsFloat64>(index, value))
SETTER(setStringParam, (int list, int index, const std::string &value),
       set<std::string>(index, value))
SETTER(setUIntDigitalParam,
       (int list, int index, epicsUInt32 value, epicsUInt32 valueMask, epicsUInt32 interruptMask),
       setDigital(index, value, valueMask, interruptMask))
SETTER(setParamStatus, (int list, int index, asynStatus newStatus), setStatus(index, newStatus))
SETTER(setParamAlarmStatus, (int list, int index, int alarm),
       setAlarm(index, &Parameter::alarmStatus, alarm))
SETTER(setParamAlarmSeverity, (int list, int index, int severity),
       setAlarm(index, &Parameter::alarmSeverity, severity))
SETTER(setUInt32DigitalInterrupt,
       (int list, int index, epicsUInt32 mask, interruptReason reason),
       setInterrupt(index, mask, reason))
SETTER(clearUInt32DigitalInterrupt, (int list, int index, epicsUInt32 mask),
       clearInterrupt(index, mask))
SETTER(getUInt32DigitalInterrupt,
       (int list, int index, epicsUInt32 *mask, interruptReason reason),
       getInterrupt(index, *mask, reason))
#undef SETTER

#define GETTER(NAME, PARAMETERS, CALL)                                                          \
    asynStatus asynPortDriver::NAME PARAMETERS                                                  \
    {                                                                                           \
        ParamList *params = state_->list(list);                                                 \
        const asynStatus status = params ? params->CALL : asynParamInvalidList;                 \
        if (status != asynSuccess)                                                              \
            reportGetParamErrors(status, index, list, #NAME);                                   \
        return status;                                                                          \
    }

GETTER(getIntegerParam, (int list, int index, epicsInt32 *value), get(index, *value))
GETTER(getInteger64Param, (int list, int index, epicsInt64 *value), get(index, *value))
GETTER(getDoubleParam, (int list, int index, double *value), get(index, *value))
GETTER(getStringParam, (int list, int index, std::string &value), get(index, value))
GETTER(getUIntDigitalParam, (int list, int index, epicsUInt32 *value, epicsUInt32 mask),
       getDigital(index, *value, mask))
#undef GETTER

asynStatus asynPortDriver::setStringParam(int list, int index, const char *value)
{
    return setStringParam(list, index, std::string(value ? value : ""));
}

asynStatus asynPortDriver::setUIntDigitalParam(int list, int index, epicsUInt32 value,
                                               epicsUInt32 valueMask)
{
    return setUIntDigitalParam(list, index, value, valueMask, 0);
}

asynStatus asynPortDriver::getStringParam(int list, int index, int maxChars, char *value)
{
    std::string text;
    const asynStatus status = getStringParam(list, index, text);
    if (maxChars > 0) {
        const size_t count = text.copy(value, static_cast<size_t>(maxChars) - 1);
        value[count] = '\0';
    }
    return status;
}

// Address 0.
#define AT_ZERO(NAME, PARAMETERS, ...)                                                          \
    asynStatus asynPortDriver::NAME PARAMETERS                                                  \
    {                                                                                           \
        return NAME(0, __VA_ARGS__);                                                            \
    }

AT_ZERO(getNumParams, (int *numParams), numParams)
AT_ZERO(findParam, (const char *name, int *index), name, index)
AT_ZERO(getParamName, (int index, const char **name), index, name)
AT_ZERO(getParamType, (int index, asynParamType *type), index, type)
AT_ZERO(setParamStatus, (int index, asynStatus status), index, status)
AT_ZERO(getParamStatus, (int index, asynStatus *status), index, status)
AT_ZERO(setParamAlarmStatus, (int index, int status), index, status)
AT_ZERO(getParamAlarmStatus, (int index, int *status), index, status)
AT_ZERO(setParamAlarmSeverity, (int index, int severity), index, severity)
AT_ZERO(getParamAlarmSeverity, (int index, int *severity), index, severity)
AT_ZERO(setIntegerParam, (int index, int value), index, value)
AT_ZERO(setInteger64Param, (int index, epicsInt64 value), index, value)
AT_ZERO(setDoubleParam, (int index, double value), index, value)
AT_ZERO(setStringParam, (int index, const char *value), index, value)
AT_ZERO(setStringParam, (int index, const std::string &value), index, value)
AT_ZERO(getIntegerParam, (int index, epicsInt32 *value), index, value)
AT_ZERO(getInteger64Param, (int index, epicsInt64 *value), index, value)
AT_ZERO(getDoubleParam, (int index, double *value), index, value)
AT_ZERO(getStringParam, (int index, std::string &value), index, value)
AT_ZERO(getStringParam, (int index, int maxChars, char *value), index, maxChars, value)
AT_ZERO(getUIntDigitalParam, (int index, epicsUInt32 *value, epicsUInt32 mask), index, value, mask)
AT_ZERO(clearUInt32DigitalInterrupt, (int index, epicsUInt32 mask), index, mask)
AT_ZERO(setUInt32DigitalInterrupt, (int index, epicsUInt32 mask, interruptReason reason), index,
        mask, reason)
AT_ZERO(getUInt32DigitalInterrupt, (int index, epicsUInt32 *mask, interruptReason reason), index,
        mask, reason)
#undef AT_ZERO

asynStatus asynPortDriver::setUIntDigitalParam(int index, epicsUInt32 value, epicsUInt32 valueMask)
{
    return setUIntDigitalParam(0, index, value, valueMask, 0u);
}

asynStatus asynPortDriver::setUIntDigitalParam(int index, epicsUInt32 value, epicsUInt32 valueMask,
                                               epicsUInt32 interruptMask)
{
    return setUIntDigitalParam(0, index, value, valueMask, interruptMask);
}

asynStatus asynPortDriver::updateTimeStamp()
{
    return pasynManager->updateTimeStamp(pasynUserSelf);
}

asynStatus asynPortDriver::updateTimeStamp(epicsTimeStamp *timeStamp)
{
    const asynStatus status = updateTimeStamp();
    return status == asynSuccess ? getTimeStamp(timeStamp) : status;
}

asynStatus asynPortDriver::getTimeStamp(epicsTimeStamp *timeStamp)
{
    return pasynManager->getTimeStamp(pasynUserSelf, timeStamp);
}

asynStatus asynPortDriver::setTimeStamp(const epicsTimeStamp *timeStamp)
{
    return pasynManager->setTimeStamp(pasynUserSelf, timeStamp);
}
