// A live database in a test program: the records of a text, the asyn that the program is linked
// with, and polling for what comes asynchronously.
#pragma once

#include <cmath>
#include <cstring>
#include <functional>
#include <string>

#include <dbAccess.h>
#include <dbLock.h>
#include <dbStaticLib.h>
#include <dbUnitTest.h>
#include <epicsThread.h>
#include <epicsTime.h>
#include <errlog.h>

// Whether the program runs on the bundled library: it does better than asyn in a few places, which
// docs/explanations/compatibility.md lists.
constexpr bool bundled = ASYN_BUNDLED;

extern "C" int registerAllRecordDeviceDrivers(struct dbBase *pdbbase);

// True as soon as check() is, false after so many seconds.
template <typename Check> bool eventually(Check check, double seconds = 30)
{
    const epicsTime end = epicsTime::getCurrent() + seconds;
    while (epicsTime::getCurrent() < end) {
        if (check())
            return true;
        epicsThreadSleep(0.002);
    }
    return check();
}

// NaN, too, where there is nothing yet: an empty array has no element to read.
inline double number(const char *pv)
{
    DBADDR address;
    double value = 0;
    if (dbNameToAddr(pv, &address))
        testAbort("there is no %s", pv);
    return dbGetField(&address, DBR_DOUBLE, &value, 0, 0, 0) == 0 ? value : std::nan("");
}

// Empty, too, where there is nothing yet: an lsi of some Bases then refuses.
inline std::string text(const char *pv)
{
    DBADDR address;
    char value[MAX_STRING_SIZE] = "";
    if (dbNameToAddr(pv, &address))
        testAbort("there is no %s", pv);
    return dbGetField(&address, DBR_STRING, value, 0, 0, 0) == 0 ? value : "";
}

// Poll until a field has a value.
inline bool becomes(const char *pv, double expected)
{
    return eventually([=] { return number(pv) == expected; });
}

inline bool reads(const char *pv, const char *expected)
{
    return eventually([=] { return text(pv) == expected; });
}

// A record with its link; more is fields and info items. Output types have OUT.
inline std::string record(const std::string &type, const std::string &name, const std::string &dtyp,
                          const std::string &link, const std::string &more = "")
{
    const bool output = type == "ao" || type == "bo" || type == "mbbo" || type == "mbboDirect" ||
                        type == "longout" || type == "int64out" || type == "stringout" ||
                        type == "lso" || type == "printf" || type == "aao";
    return "record(" + type + ", \"" + name + "\") { field(DTYP, \"" + dtyp + "\") field(" +
           (output ? "OUT" : "INP") + ", \"" + link + "\") " + more + " }\n";
}

constexpr const char *ioIntr = "field(SCAN, \"I/O Intr\") ";

inline void process(const std::string &name)
{
    DBADDR address;
    epicsInt32 one = 1;
    if (dbNameToAddr((name + ".PROC").c_str(), &address))
        testAbort("there is no record %s", name.c_str());
    dbPutField(&address, DBR_LONG, &one, 1); // its status is the record's alarm, which tests read
}

inline bool put(const char *pv, double value)
{
    DBADDR address;
    return dbNameToAddr(pv, &address) == 0 && dbPutField(&address, DBR_DOUBLE, &value, 1) == 0;
}

inline dbCommon &recordOf(const std::string &name)
{
    DBADDR address;
    if (dbNameToAddr(name.c_str(), &address))
        testAbort("there is no record %s", name.c_str());
    return *address.precord;
}

// Holds a record, and all that it forwards to.
class Held
{
  public:
    [[nodiscard]] explicit Held(const std::string &name) : record_(recordOf(name))
    {
        dbScanLock(&record_);
    }
    ~Held() { dbScanUnlock(&record_); }
    Held(const Held &) = delete;
    Held &operator=(const Held &) = delete;

  private:
    dbCommon &record_;
};

// Loads and starts; rules() tests; stops. Drivers are made before. The program's exit code.
inline int live(const std::string &database, const std::function<void()> &rules)
{
    testdbPrepare();
    testdbReadDatabase("base.dbd", DBD_PATH, nullptr);
    testdbReadDatabase("asyn.dbd", DBD_PATH, nullptr);
    testOk1(registerAllRecordDeviceDrivers(pdbbase) == 0);
    FILE *file = fmemopen(const_cast<char *>(database.data()), database.size(), "r");
    testOk1(dbReadDatabaseFP(&pdbbase, file, nullptr, nullptr) == 0);
    eltc(0);
    testIocInitOk();
    rules();
    testIocShutdownOk();
    // The database stays: records own their device support, which Base tells nothing when they go.
    return testDone();
}
