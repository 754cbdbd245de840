// Measures a port library by asyn's public API alone: the same source is built with each library.
//
//     bench DBD_PATH live            an IOC with ports A (plain), B (blocking) and C (plain, many
//                                    records); then a line on standard input names a measurement, a
//                                    line on standard output answers: nanoseconds for each of its
//                                    quantities
//     bench DBD_PATH start N         an IOC with N I/O Intr records, each of a parameter of its
//     own:
//                                    CPU time of iocInit, bytes for each parameter and each record
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <map>
#include <memory>
#include <sched.h>
#include <string>
#include <time.h>
#include <vector>

#include <malloc.h>

#include <asynFloat64SyncIO.h>
#include <asynInt32SyncIO.h>
#include <asynOctetSyncIO.h>
#include <asynPortDriver.h>
#include <calcRecord.h>
#include <dbAccess.h>
#include <dbCommon.h>
#include <dbLock.h>
#include <dbStaticLib.h>
#include <epicsExit.h>
#include <iocInit.h>
#include <longinRecord.h>
#include <longoutRecord.h>

#include "copyCount.h"

namespace
{

constexpr int interfaces =
    asynInt32Mask | asynUInt32DigitalMask | asynFloat64Mask | asynOctetMask | asynFloat64ArrayMask;
constexpr int scalars = 100;
constexpr int many = 10000;
constexpr size_t lengths[] = {1000, 10000, 100000, 1000000};
constexpr double leastTime = 0.03; // s for one answer

class Driver : public asynPortDriver
{
  public:
    Driver(const char *name, int flags)
        : asynPortDriver(name, 1, interfaces | asynDrvUserMask, interfaces, flags, 1, 0, 0)
    {
    }
    int make(const std::string &name, asynParamType type)
    {
        int index = -1;
        createParam(name.c_str(), type, &index);
        return index;
    }
    asynStatus readFloat64Array(asynUser *, epicsFloat64 *value, size_t length,
                                size_t *count) override
    {
        *count = std::min(length, values_.size());
        std::copy_n(values_.begin(), *count, value);
        return asynSuccess;
    }

  private:
    std::vector<epicsFloat64> values_ = std::vector<epicsFloat64>(lengths[0], 1.5);
};

double now()
{
    using namespace std::chrono;
    return duration<double>(steady_clock::now().time_since_epoch()).count();
}

void check(bool good, const char *what, const std::string &name = "")
{
    if (good)
        return;
    std::fprintf(stderr, "bench: %s%s\n", what, name.c_str());
    std::exit(1);
}

// Seconds for one call.
template <typename Work> double each(Work work)
{
    for (long count = 1;; count *= 2) {
        const double begin = now();
        for (long i = 0; i < count; ++i)
            work();
        const double taken = now() - begin;
        if (taken > leastTime)
            return taken / static_cast<double>(count);
    }
}

template <typename Record> Record *recordOf(const std::string &name)
{
    DBADDR address;
    check(dbNameToAddr(name.c_str(), &address) == 0, "no record ", name);
    return reinterpret_cast<Record *>(address.precord);
}

template <typename Value> Value look(const Value &field)
{
    return *static_cast<const volatile Value *>(&field);
}

// So that the library's threads are at rest when the next round begins.
void pause()
{
    for (const double end = now() + 3e-5; now() < end;)
        continue;
}

template <typename Check> void waitFor(const char *what, Check done)
{
    const double deadline = now() + 10;
    while (!done()) {
        if (now() > deadline)
            check(false, "waited too long for ", what);
        sched_yield();
    }
}

void load(const std::string &records)
{
    FILE *file = fmemopen(const_cast<char *>(records.data()), records.size(), "r");
    check(dbReadDatabaseFP(&pdbbase, file, nullptr, nullptr) == 0, "records cannot be loaded");
}

std::string record(const std::string &type, const std::string &name, const char *dtyp,
                   const std::string &link, const std::string &more = "")
{
    const bool output =
        type == "ao" || type == "bo" || type == "mbbo" || type == "longout" || type == "stringout";
    return "record(" + type + ", \"" + name + "\") { field(DTYP, " + dtyp + ") field(" +
           (output ? "OUT" : "INP") + ", \"" + link + "\") " + more + " }\n";
}

using Answer = std::vector<double>;

class Live
{
  public:
    Live() : plain_("A", 0), blocking_("B", ASYN_CANBLOCK), crowded_("C", 0)
    {
        for (int i = 0; i < many; ++i)
            crowd_.push_back(crowded_.make("M" + std::to_string(i), asynParamInt32));
        for (int i = 0; i < scalars; ++i)
            indices_.push_back(plain_.make("V" + std::to_string(i), asynParamInt32));
        for (Driver *driver : {&plain_, &blocking_}) {
            driver->make("I", asynParamInt32);
            driver->make("F", asynParamFloat64);
            driver->make("D", asynParamUInt32Digital);
            driver->make("S", asynParamOctet);
        }
        plain_.findParam("I", &integer_);
        for (size_t length : lengths)
            arrays_.push_back(plain_.make("W" + std::to_string(length), asynParamFloat64Array));
        plain_.make("R", asynParamFloat64Array);
        values_.resize(lengths[3], 1.5);
        load(database());
        check(iocBuildIsolated() == 0 && iocRun() == 0, "iocInit failed");
        for (int i = 0; i < scalars; ++i)
            monitored_.push_back(recordOf<longinRecord>("v" + std::to_string(i)));
        for (Driver *driver : {&plain_, &blocking_}) {
            asynUser *user = nullptr;
            check(pasynInt32SyncIO->connect(driver->portName, 0, &user, "I") == asynSuccess, "I");
            pasynInt32SyncIO->write(user, 1, 1.0);
            users_[driver->portName] = user;
            pasynOctetSyncIO->connect(driver->portName, 0, &texts_[driver->portName], "S");
            size_t sent;
            pasynOctetSyncIO->write(texts_[driver->portName], "hello", 5, 1.0, &sent);
        }
        check(pasynFloat64SyncIO->connect("A", 0, &float_, "F") == asynSuccess, "F");
        epicsUInt32 on = 1;
        put("ao", DBR_LONG, &on);
        put("bod", DBR_LONG, &on);
    }

    Answer measure(const std::string &name)
    {
        if (name == "callbacks100")
            return callbacks(scalars);
        if (name == "callbacks1")
            return callbacks(1);
        if (name == "callbackscrowd")
            return crowdCallback();
        if (name == "callbacks0")
            return {each([this] { plain_.callParamCallbacks(); })};
        if (name == "set")
            return {each([this] { plain_.setIntegerParam(integer_, ++count_); })};
        if (name == "get")
            return {each([this] { plain_.getIntegerParam(integer_, &count_); })};
        if (name.compare(0, 4, "sync") == 0)
            return {synchronous(name.substr(4, 4), name.substr(name.size() - 1))};
        if (name == "octetread") {
            char text[64];
            size_t got;
            int end;
            return {each(
                [&] { pasynOctetSyncIO->read(texts_["A"], text, sizeof text, 1.0, &got, &end); })};
        }
        if (name == "octetwrite") {
            size_t sent;
            return {each([&] {
                const char *text = ++count_ & 1 ? "hello" : "world";
                pasynOctetSyncIO->write(texts_["A"], text, 5, 1.0, &sent);
            })};
        }
        if (name == "floatread") {
            epicsFloat64 value;
            return {each([&] { pasynFloat64SyncIO->read(float_, &value, 1.0); })};
        }
        if (name == "floatwrite")
            return {each([&] { pasynFloat64SyncIO->write(float_, ++count_, 1.0); })};
        if (name.compare(0, 3, "put") == 0)
            return {putting(name.substr(3))};
        if (name.compare(0, 7, "process") == 0)
            return {processing(name.substr(7))};
        if (name.compare(0, 5, "array") == 0)
            return array(std::stoul(name.substr(5)));
        if (name == "blockingput")
            return {blockingPut()};
        check(false, "no measurement ", name);
        return {};
    }

  private:
    static std::string database()
    {
        const std::string scan = "field(SCAN, \"I/O Intr\")";
        const std::string states = "field(ZRVL, 0) field(ONVL, 1) field(TWVL, 2) field(ZRST, a) "
                                   "field(ONST, b) field(TWST, c)";
        std::string all;
        for (int i = 0; i < scalars; ++i)
            all += record("longin", "v" + std::to_string(i), "asynInt32",
                          "@asyn(A)V" + std::to_string(i), scan);
        for (size_t length : lengths)
            all += record("waveform", "w" + std::to_string(length), "asynFloat64ArrayIn",
                          "@asyn(A)W" + std::to_string(length),
                          scan + " field(FTVL, DOUBLE) field(NELM, " + std::to_string(length) +
                              ") field(FLNK, \"c" + std::to_string(length) + "\")") +
                   "record(calc, \"c" + std::to_string(length) + "\") { field(CALC, \"VAL+1\") }\n";
        for (const char *type : {"ai", "ao"}) {
            all += record(type, type, "asynFloat64", "@asyn(A)F");
            all += record(type, type + std::string("i"), "asynInt32", "@asyn(A)I");
        }
        for (const char *type : {"longin", "longout"})
            all += record(type, type, "asynInt32", "@asyn(A)I");
        for (const char *type : {"bi", "bo"}) {
            all += record(type, type, "asynInt32", "@asyn(A)I", "field(ZNAM, a) field(ONAM, b)");
            all += record(type, type + std::string("d"), "asynUInt32Digital", "@asynMask(A,0,1)D",
                          "field(ZNAM, a) field(ONAM, b)");
        }
        for (const char *type : {"mbbi", "mbbo"})
            all += record(type, type, "asynInt32", "@asyn(A)I", states);
        all += record("longout", "blocking", "asynInt32", "@asyn(B)I");
        all += record("stringin", "stringin", "asynOctetRead", "@asyn(A)S");
        all += record("stringout", "stringout", "asynOctetWrite", "@asyn(A)S");
        all += record("waveform", "wave", "asynFloat64ArrayIn", "@asyn(A)R",
                      "field(FTVL, DOUBLE) field(NELM, " + std::to_string(lengths[0]) + ")");
        for (int i = 0; i < many; ++i)
            all += record("longin", "m" + std::to_string(i), "asynInt32",
                          "@asyn(C)M" + std::to_string(i), scan);
        return all;
    }

    static void put(const std::string &name, short type, const void *value)
    {
        DBADDR address;
        check(dbNameToAddr(name.c_str(), &address) == 0, "no record ", name);
        check(dbPutField(&address, type, value, 1) == 0, "a put failed: ", name);
    }

    // Seconds of callParamCallbacks with so many parameters changed, and until the records have
    // processed. Each round waits for them, so that no queue fills up.
    Answer callbacks(int changed)
    {
        double calling = 0, whole = 0;
        long rounds = 0;
        const double begin = now();
        do {
            const int value = ++count_;
            const double start = now();
            plain_.lock();
            for (int i = 0; i < changed; ++i)
                plain_.setIntegerParam(indices_[static_cast<size_t>(i)], value);
            const double called = now();
            plain_.callParamCallbacks();
            calling += now() - called;
            plain_.unlock();
            for (int i = 0; i < changed; ++i)
                waitFor("records",
                        [&] { return look(monitored_[static_cast<size_t>(i)]->val) == value; });
            whole += now() - start;
            ++rounds;
            pause();
        } while (now() - begin < leastTime);
        return {calling / double(rounds), whole / double(rounds)};
    }

    // One parameter of a port with many records.
    Answer crowdCallback()
    {
        const int which = many / 2;
        const auto *record = recordOf<longinRecord>("m" + std::to_string(which));
        double calling = 0, whole = 0;
        long rounds = 0;
        const double begin = now();
        do {
            const int value = ++count_;
            const double start = now();
            crowded_.lock();
            crowded_.setIntegerParam(crowd_[static_cast<size_t>(which)], value);
            crowded_.callParamCallbacks();
            crowded_.unlock();
            calling += now() - start;
            waitFor("the record", [&] { return look(record->val) == value; });
            whole += now() - start;
            ++rounds;
            pause();
        } while (now() - begin < leastTime);
        return {calling / double(rounds), whole / double(rounds)};
    }

    double synchronous(const std::string &what, const std::string &port)
    {
        asynUser *user = users_[port];
        epicsInt32 value;
        if (what == "read")
            return each([&] { pasynInt32SyncIO->read(user, &value, 1.0); });
        return each([&] { pasynInt32SyncIO->write(user, ++count_, 1.0); });
    }

    // Of a changing value: 0 and 1.
    double putting(const std::string &name)
    {
        DBADDR address;
        check(dbNameToAddr(name.c_str(), &address) == 0, "no record ", name);
        return each([&] {
            epicsInt32 value = ++count_ & 1;
            dbPutField(&address, DBR_LONG, &value, 1);
        });
    }

    double processing(const std::string &name)
    {
        auto *common = recordOf<dbCommon>(name);
        return each([&] {
            dbScanLock(common);
            dbProcess(common);
            dbScanUnlock(common);
        });
    }

    // From the put until the record is idle again.
    double blockingPut()
    {
        DBADDR address;
        dbNameToAddr("blocking", &address);
        return each([&] {
            epicsInt32 value = ++count_;
            dbPutField(&address, DBR_LONG, &value, 1);
            waitFor("the port thread", [&] { return !look(address.precord->pact); });
        });
    }

    // Seconds of doCallbacksFloat64Array, until the record has processed it, and how often the
    // library and EPICS copied it (0 where copies are not counted).
    Answer array(size_t length)
    {
        const auto *processed = recordOf<calcRecord>("c" + std::to_string(length));
        size_t which = 0;
        while (lengths[which] != length)
            ++which;
        double calling = 0, whole = 0;
        long rounds = 0;
        const double copied = copyCountBytes ? double(copyCountBytes()) : 0;
        const double begin = now();
        do {
            const double before = look(processed->val);
            const double start = now();
            plain_.doCallbacksFloat64Array(values_.data(), length, arrays_[which], 0);
            calling += now() - start;
            waitFor("the waveform", [&] { return look(processed->val) > before; });
            whole += now() - start;
            ++rounds;
            pause();
        } while (now() - begin < leastTime);
        const double bytes = copyCountBytes ? double(copyCountBytes()) - copied : 0;
        const double times = bytes / double(length * sizeof(double)) / double(rounds);
        return {calling / double(rounds), whole / double(rounds), times};
    }

    Driver plain_, blocking_, crowded_;
    std::vector<int> indices_, arrays_, crowd_;
    int integer_ = -1;
    int count_ = 0;
    std::vector<double> values_;
    std::vector<longinRecord *> monitored_;
    std::map<std::string, asynUser *> users_, texts_;
    asynUser *float_ = nullptr;
};

void serve()
{
    Live live;
    std::printf("ready\n");
    std::fflush(stdout);
    std::string name;
    while (std::getline(std::cin, name)) {
        std::string line;
        for (double value : live.measure(name))
            line += std::to_string(value * 1e9) + " ";
        std::printf("%s\n", line.c_str());
        std::fflush(stdout);
    }
}

double processorTime()
{
    timespec time;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return double(time.tv_sec) + 1e-9 * double(time.tv_nsec);
}

double heap()
{
    const struct mallinfo2 info = mallinfo2();
    return double(info.uordblks + info.hblkhd);
}

void start(int count)
{
    const double empty = heap();
    Driver driver("A", 0);
    for (int i = 0; i < count; ++i)
        driver.make("PARAMETER" + std::to_string(i), asynParamInt32);
    const double parameters = heap();
    std::string all;
    for (int i = 0; i < count; ++i)
        all += record("longin", "r" + std::to_string(i), "asynInt32",
                      "@asyn(A)PARAMETER" + std::to_string(i), "field(SCAN, \"I/O Intr\")");
    load(all);
    const double loaded = heap();
    const double begin = processorTime(); // iocInit also sleeps
    check(iocBuildIsolated() == 0 && iocRun() == 0, "iocInit failed");
    const double taken = processorTime() - begin;
    const double records = count;
    std::printf("%g %g %g\n", taken * 1e9, (parameters - empty) / records,
                (heap() - loaded) / records);
    std::fflush(stdout);
}

} // namespace

extern "C" int registerAllRecordDeviceDrivers(struct dbBase *pdbbase);

int main(int argc, char **argv)
{
    check(argc >= 3, "usage: bench DBD_PATH live | start N");
    for (const char *dbd : {"base.dbd", "asyn.dbd"})
        check(dbReadDatabase(&pdbbase, dbd, argv[1], nullptr) == 0, "no ", dbd);
    check(registerAllRecordDeviceDrivers(pdbbase) == 0, "registration failed");
    if (argc > 3 && !std::strcmp(argv[2], "start"))
        start(std::atoi(argv[3]));
    else
        serve();
    std::_Exit(0); // not the end of ports and threads, which is not measured
}
