// pasynEpicsUtils: link parsing and alarms for device support of others, too.
#include <cstdlib>

#include <asynEpicsUtils.h>
#include <epicsStdio.h>
#include <epicsString.h>

#include "records/link.h"

namespace
{

asynStatus parse(asynUser *user, DBLINK *plink, char **port, int *addr, epicsUInt32 *mask,
                 char **userParam)
{
    AsynLink link;
    std::string error;
    const char *text = plink->type == INST_IO ? plink->value.instio.string : "";
    bool good = parseAsynLink(text ? text : "", link, error);
    if (good && link.hasMask != (mask != nullptr)) {
        good = false;
        error = mask ? "expected @asynMask(...)" : "expected @asyn(...)";
    }
    if (!good) {
        epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                      "link \"@%s\": %s", text ? text : "", error.c_str());
        return asynError;
    }
    user->timeout = link.timeout;
    *port = epicsStrDup(link.port.c_str());
    *addr = link.addr;
    if (mask)
        *mask = static_cast<epicsUInt32>(link.mask);
    if (userParam)
        *userParam = link.drvInfo.empty() ? nullptr : epicsStrDup(link.drvInfo.c_str());
    return asynSuccess;
}

asynStatus parseLink(asynUser *user, DBLINK *plink, char **port, int *addr, char **userParam)
{
    return parse(user, plink, port, addr, nullptr, userParam);
}

asynStatus parseLinkFree(asynUser *, char **port, char **userParam)
{
    std::free(*port);
    *port = nullptr;
    if (userParam) {
        std::free(*userParam);
        *userParam = nullptr;
    }
    return asynSuccess;
}

// What the driver said itself, in *stat and *sevr, wins over what the status means.
void statusToAlarm(asynStatus status, epicsAlarmCondition defaultStat, epicsAlarmCondition *stat,
                   epicsAlarmSeverity defaultSevr, epicsAlarmSeverity *sevr)
{
    if (status == asynSuccess)
        return;
    if (*stat == epicsAlarmNone) {
        switch (status) {
        case asynTimeout:
            *stat = epicsAlarmTimeout;
            break;
        case asynOverflow:
            *stat = epicsAlarmHwLimit;
            break;
        case asynDisconnected:
            *stat = epicsAlarmComm;
            break;
        case asynDisabled:
            *stat = epicsAlarmDisable;
            break;
        default:
            *stat = defaultStat;
        }
    }
    if (*sevr == epicsSevNone)
        *sevr = defaultSevr;
}

asynEpicsUtils table = {parseLink, parse, parseLinkFree, statusToAlarm};

} // namespace

extern "C" {
ASYN_API asynEpicsUtils *pasynEpicsUtils = &table;
}
