// Threads that put to the records of ports and process them, and one that goes to a port by itself.
//   stressStart PORTS THREADS SECONDS    records S<port>:SET, :WAVE, :ASK of the ports S0, S1, ...
//   stressWait                           until the threads have ended; tells how much each has done
#include <atomic>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include <asynDriver.h>
#include <asynInt32SyncIO.h>

#define USE_TYPED_RSET // that of records, without a warning
#include <dbAccess.h>
#include <epicsStdio.h>
#include <epicsThread.h>
#include <epicsTime.h>
#include <iocsh.h>

namespace
{

constexpr int longest = 1000; // NELM of WAVE

struct Records {
    DBADDR set, wave, ask;
};

struct Worker {
    unsigned seed;
    bool direct; // goes to the port REMADE, without a record
    epicsTime until;
    std::atomic<unsigned long> done{0}, failed{0};
    std::atomic<bool> running{true};
};

std::vector<Records> records;
std::deque<Worker> workers; // by the shell's thread; each worker knows its own

void use(const Records &of, std::mt19937 &random, Worker &worker)
{
    epicsInt32 value = static_cast<epicsInt32>(random() % 1000);
    long status = 0;
    switch (random() % 4) {
    case 0: {
        DBADDR set = of.set;
        status = dbPutField(&set, DBR_LONG, &value, 1);
        break;
    }
    case 1: {
        DBADDR wave = of.wave;
        const std::vector<epicsFloat64> values(random() % longest + 1, value);
        status = dbPutField(&wave, DBR_DOUBLE, values.data(), static_cast<long>(values.size()));
        break;
    }
    default: {
        dbCommon *record = of.ask.precord;
        dbScanLock(record);
        status = dbProcess(record);
        dbScanUnlock(record);
    }
    }
    if (status)
        ++worker.failed;
}

// The port comes and goes meanwhile.
void useDirectly(std::mt19937 &random, Worker &worker)
{
    asynUser *user = nullptr;
    if (pasynInt32SyncIO->connect("REMADE", 0, &user, "SET") == asynSuccess) {
        for (int i = 0; i < 20; ++i) {
            epicsInt32 value = static_cast<epicsInt32>(random() % 1000);
            if (pasynInt32SyncIO->write(user, value, 1.0) != asynSuccess)
                ++worker.failed;
        }
    } else {
        ++worker.failed;
        epicsThreadSleep(0.001);
    }
    if (user)
        pasynInt32SyncIO->disconnect(user);
}

void run(void *argument)
{
    Worker &worker = *static_cast<Worker *>(argument);
    std::mt19937 random(worker.seed);
    while (epicsTime::getCurrent() < worker.until) {
        if (worker.direct)
            useDirectly(random, worker);
        else
            use(records[random() % records.size()], random, worker);
        ++worker.done;
    }
    worker.running = false;
}

bool find(int port)
{
    const std::string prefix = "S" + std::to_string(port) + ":";
    Records found;
    const bool there = dbNameToAddr((prefix + "SET").c_str(), &found.set) == 0 &&
                       dbNameToAddr((prefix + "WAVE").c_str(), &found.wave) == 0 &&
                       dbNameToAddr((prefix + "ASK").c_str(), &found.ask) == 0;
    if (there)
        records.push_back(found);
    return there;
}

void start(const iocshArgBuf *arguments)
{
    records.clear();
    for (int port = 0; port < arguments[0].ival; ++port)
        if (!find(port)) {
            fprintf(stderr, "stressStart: there are no records of port S%d\n", port);
            return;
        }
    for (int number = 0; number < arguments[1].ival; ++number) {
        Worker &worker = workers.emplace_back();
        worker.seed = static_cast<unsigned>(number);
        worker.direct = number == 0;
        worker.until = epicsTime::getCurrent() + arguments[2].dval;
        epicsThreadCreate("stress", epicsThreadPriorityMedium,
                          epicsThreadGetStackSize(epicsThreadStackMedium), run, &worker);
    }
}

void wait(const iocshArgBuf *)
{
    for (const Worker &worker : workers) {
        while (worker.running)
            epicsThreadSleep(0.01);
        fprintf(epicsGetStdout(), "stress: %lu done, %lu failed\n", worker.done.load(),
                worker.failed.load());
    }
    fprintf(epicsGetStdout(), "stress: over\n");
    workers.clear();
}

const iocshArg portsArg = {"ports", iocshArgInt};
const iocshArg threadsArg = {"threads", iocshArgInt};
const iocshArg secondsArg = {"seconds", iocshArgDouble};
const iocshArg *const startArgs[] = {&portsArg, &threadsArg, &secondsArg};
const iocshFuncDef startDefinition = {"stressStart", 3, startArgs, "Starts the threads.\n"};
const iocshFuncDef waitDefinition = {"stressWait", 0, nullptr, "Waits for their end.\n"};

// At dlload, without a dbd file.
const bool registered = [] {
    iocshRegister(&startDefinition, start);
    iocshRegister(&waitDefinition, wait);
    return true;
}();

} // namespace
