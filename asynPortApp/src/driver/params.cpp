// The parameter API of asynPortDriver: each call with a list, and the same for address 0.
#include "driver/driverState.h"

asynStatus asynPortDriver::createParam(int list, const char *name, asynParamType type, int *index)
{
    ParamList *params = state_->list(list);
    if (!params)
        return asynParamInvalidList;
    if (!name || params->create(name, type, index) != asynSuccess) {
        asynPrint(pasynUserSelf, ASYN_TRACE_ERROR, "port %s: createParam %s in list %d: %s\n",
                  portName, name ? name : "(NULL)", list,
                  name ? "there is one already" : "a parameter needs a name");
        return asynError;
    }
    return asynSuccess;
}

asynStatus asynPortDriver::createParam(const char *name, asynParamType type, int *index)
{
    // In every list, so that a parameter has the same index at every address.
    for (int list = 0; list < maxAddr; ++list)
        if (createParam(list, name, type, index) != asynSuccess)
            return asynError;
    return asynSuccess;
}

asynStatus asynPortDriver::createParams()
{
    if (!paramSet)
        return asynSuccess;
    for (const asynParam &each : paramSet->getParamDefinitions())
        if (createParam(each.name, each.type, each.index) != asynSuccess)
            return asynError;
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
    *index = -1;
    ParamList *params = state_->list(list);
    return params ? params->find(name, index) : asynParamInvalidList;
}

void asynPortDriver::reportSetParamErrors(asynStatus status, int index, int list,
                                          const char *functionName)
{
    if (status != asynParamBadIndex && status != asynParamWrongType &&
        status != asynParamInvalidList)
        return; // a status of the parameter's own
    const char *name = "?";
    getParamName(list, index, &name);
    asynPrint(pasynUserSelf, ASYN_TRACE_ERROR,
              "port %s: %s of parameter %s (index %d, list %d): %s\n", portName, functionName, name,
              index, list, pasynManager->strStatus(status));
}

void asynPortDriver::reportGetParamErrors(asynStatus status, int index, int list,
                                          const char *functionName)
{
    reportSetParamErrors(status, index, list, functionName);
    if (status != asynParamUndefined)
        return;
    const char *name = "?";
    getParamName(list, index, &name);
    asynPrint(pasynUserSelf, ASYN_TRACE_FLOW,
              "port %s: %s of parameter %s (index %d, list %d): it has no value yet\n", portName,
              functionName, name, index, list);
}

namespace
{

// Hands a member of a parameter to the caller.
template <typename Value, typename From>
asynStatus look(portDriverState &state, int list, int index, Value *value, From from)
{
    ParamList *params = state.list(list);
    if (!params)
        return asynParamInvalidList;
    const Parameter *parameter = params->at(index);
    if (!parameter)
        return asynParamBadIndex;
    *value = from(*parameter);
    return asynSuccess;
}

} // namespace

asynStatus asynPortDriver::getParamName(int list, int index, const char **name)
{
    return look(*state_, list, index, name, [](const Parameter &p) { return p.name.c_str(); });
}

asynStatus asynPortDriver::getParamType(int list, int index, asynParamType *type)
{
    return look(*state_, list, index, type, [](const Parameter &p) { return p.type; });
}

#define STATE_GETTER(NAME, TYPE, MEMBER)                                                           \
    asynStatus asynPortDriver::NAME(int list, int index, TYPE *value)                              \
    {                                                                                              \
        const asynStatus status =                                                                  \
            look(*state_, list, index, value, [](const Parameter &p) { return p.MEMBER; });        \
        if (status != asynSuccess)                                                                 \
            reportGetParamErrors(status, index, list, #NAME);                                      \
        return status;                                                                             \
    }

STATE_GETTER(getParamStatus, asynStatus, status)
STATE_GETTER(getParamAlarmStatus, int, alarmStatus)
STATE_GETTER(getParamAlarmSeverity, int, alarmSeverity)
#undef STATE_GETTER

// Each setter reports what goes wrong; the value types differ only in the list's method.
#define SETTER(NAME, PARAMETERS, CALL)                                                             \
    asynStatus asynPortDriver::NAME PARAMETERS                                                     \
    {                                                                                              \
        ParamList *params = state_->list(list);                                                    \
        const asynStatus status = params ? params->CALL : asynParamInvalidList;                    \
        if (status != asynSuccess)                                                                 \
            reportSetParamErrors(status, index, list, #NAME);                                      \
        return status;                                                                             \
    }

SETTER(setIntegerParam, (int list, int index, int value), set<epicsInt32>(index, value))
SETTER(setInteger64Param, (int list, int index, epicsInt64 value), set<epicsInt64>(index, value))
SETTER(setDoubleParam, (int list, int index, double value), set<epicsFloat64>(index, value))
SETTER(setStringParam, (int list, int index, const std::string &value), setText(index, value))
SETTER(setStringParam, (int list, int index, const char *value), setText(index, value ? value : ""))
SETTER(setUIntDigitalParam,
       (int list, int index, epicsUInt32 value, epicsUInt32 valueMask, epicsUInt32 interruptMask),
       setDigital(index, value, valueMask, interruptMask))
SETTER(setParamStatus, (int list, int index, asynStatus newStatus),
       setState(index, &Parameter::status, newStatus))
SETTER(setParamAlarmStatus, (int list, int index, int alarm),
       setState(index, &Parameter::alarmStatus, alarm))
SETTER(setParamAlarmSeverity, (int list, int index, int severity),
       setState(index, &Parameter::alarmSeverity, severity))
SETTER(setUInt32DigitalInterrupt, (int list, int index, epicsUInt32 mask, interruptReason reason),
       setInterrupt(index, mask, reason))
SETTER(clearUInt32DigitalInterrupt, (int list, int index, epicsUInt32 mask),
       clearInterrupt(index, mask))
#undef SETTER

// Each getter leaves something defined even where there is no such list.
#define GETTER(NAME, PARAMETERS, CLEAR, CALL)                                                      \
    asynStatus asynPortDriver::NAME PARAMETERS                                                     \
    {                                                                                              \
        CLEAR;                                                                                     \
        ParamList *params = state_->list(list);                                                    \
        const asynStatus status = params ? params->CALL : asynParamInvalidList;                    \
        if (status != asynSuccess)                                                                 \
            reportGetParamErrors(status, index, list, #NAME);                                      \
        return status;                                                                             \
    }

GETTER(getIntegerParam, (int list, int index, epicsInt32 *value), *value = 0, get(index, *value))
GETTER(getInteger64Param, (int list, int index, epicsInt64 *value), *value = 0, get(index, *value))
GETTER(getDoubleParam, (int list, int index, double *value), *value = 0, get(index, *value))
GETTER(getStringParam, (int list, int index, std::string &value), value.clear(),
       getText(index, value))
GETTER(getStringParam, (int list, int index, int maxChars, char *value),
       if (maxChars > 0) *value = '\0',
       getText(index, value, maxChars > 0 ? static_cast<size_t>(maxChars) : 0))
GETTER(getUIntDigitalParam, (int list, int index, epicsUInt32 *value, epicsUInt32 mask), *value = 0,
       getDigital(index, *value, mask))
GETTER(getUInt32DigitalInterrupt, (int list, int index, epicsUInt32 *mask, interruptReason reason),
       *mask = 0, getInterrupt(index, *mask, reason))
#undef GETTER

asynStatus asynPortDriver::setUIntDigitalParam(int list, int index, epicsUInt32 value,
                                               epicsUInt32 valueMask)
{
    return setUIntDigitalParam(list, index, value, valueMask, 0);
}

// Address 0.
#define AT_ZERO(NAME, PARAMETERS, ...)                                                             \
    asynStatus asynPortDriver::NAME PARAMETERS                                                     \
    {                                                                                              \
        return NAME(0, __VA_ARGS__);                                                               \
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
