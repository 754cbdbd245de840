#include "../../../asynPortApp/src/common/dbEntry.h"
#include "host/host.h"

#include <atomic>

#include <callback.h>
#include <dbAccess.h>
#include <dbScan.h>
#include <dbStaticLib.h>
#include <epicsThread.h>
#include <iocInit.h>
#include <rsrv.h>

namespace
{

double countRecords()
{
    DbEntry entry;
    long count = 0;
    for (long end = dbFirstRecordType(entry.get()); !end; end = dbNextRecordType(entry.get()))
        count += dbGetNRecords(entry.get());
    return static_cast<double>(count);
}

std::atomic<int> suspended{0};

void countSuspended(epicsThreadId thread)
{
    if (epicsThreadIsSuspended(thread))
        ++suspended;
}

} // namespace

std::map<std::string, double> statistics()
{
    if (getIocState() != iocRunning) // servers and queues are not there, records still come
        return {};
    unsigned channels = 0, clients = 0;
    casStatsFetch(&channels, &clients);
    suspended = 0;
    epicsThreadMap(countSuspended);
    std::map<std::string, double> counts{
        {"RECORD_CNT", countRecords()},
        {"CA_CLNT_CNT", clients},
        {"CA_CONN_CNT", channels},
        {"SUSP_TASK_CNT", suspended.load()},
    };

    scanOnceQueueStats once{};
    if (!scanOnceQueueStatus(0, &once)) {
        counts["SCANONCE_Q_SIZE"] = once.size;
        counts["SCANONCE_Q_USED"] = once.numUsed;
        counts["SCANONCE_Q_HIGH"] = once.maxUsed;
        counts["SCANONCE_Q_OVERRUNS"] = once.numOverflow;
    }
    callbackQueueStats callbacks{};
    if (!callbackQueueStatus(0, &callbacks)) {
        static const char *const names[NUM_CALLBACK_PRIORITIES] = {"CBLOW", "CBMEDIUM", "CBHIGH"};
        counts["CB_Q_SIZE"] = callbacks.size;
        for (int i = 0; i < NUM_CALLBACK_PRIORITIES; ++i) {
            const std::string name = names[i];
            counts[name + "_Q_USED"] = callbacks.numUsed[i];
            counts[name + "_Q_HIGH"] = callbacks.maxUsed[i];
            counts[name + "_Q_OVERRUNS"] = callbacks.numOverflow[i];
        }
    }
    return counts;
}
