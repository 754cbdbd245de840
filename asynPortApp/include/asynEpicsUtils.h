/* Helpers for device support: link parsing and the conversion of an asynStatus to an alarm. */
#pragma once

#include <alarm.h>
#include <asynDriver.h>
#include <epicsTypes.h>
#include <link.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct asynEpicsUtils {
    asynStatus (*parseLink)(asynUser *pasynUser, DBLINK *plink, char **port, int *addr,
                            char **userParam);
    asynStatus (*parseLinkMask)(asynUser *pasynUser, DBLINK *plink, char **port, int *addr,
                                epicsUInt32 *mask, char **userParam);
    asynStatus (*parseLinkFree)(asynUser *pasynUser, char **port, char **userParam);
    void (*asynStatusToEpicsAlarm)(asynStatus status, epicsAlarmCondition defaultStat,
                                   epicsAlarmCondition *pStat, epicsAlarmSeverity defaultSevr,
                                   epicsAlarmSeverity *pSevr);
} asynEpicsUtils;
ASYN_API extern asynEpicsUtils *pasynEpicsUtils ASYN_LINK_NAME(pasynEpicsUtils);

#ifdef __cplusplus
}
#endif
