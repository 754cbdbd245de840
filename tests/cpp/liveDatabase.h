// A live database in a test program: the records of a text, the asyn that the program is linked
// with, and polling for what comes asynchronously.
#pragma once

#include <cstring>
#include <functional>
#include <string>

#include <dbAccess.h>
#include <dbStaticLib.h>
#include <dbUnitTest.h>
#include <epicsThread.h>
#include <errlog.h>

extern "C" int registerAllRecordDeviceDrivers(struct dbBase *pdbbase);

// True as soon as check() is, false after ten seconds.
template <typename Check> bool eventually(Check check)
{
    for (int i = 0; i < 1000; ++i) {
        if (check())
            return true;
        epicsThreadSleep(0.01);
    }
    return false;
}

inline double number(const char *pv)
{
    DBADDR address;
    double value = 0;
    if (dbNameToAddr(pv, &address) || dbGetField(&address, DBR_DOUBLE, &value, 0, 0, 0))
        testAbort("%s cannot be read", pv);
    return value;
}

inline std::string text(const char *pv)
{
    DBADDR address;
    char value[MAX_STRING_SIZE] = "";
    if (dbNameToAddr(pv, &address) || dbGetField(&address, DBR_STRING, value, 0, 0, 0))
        testAbort("%s cannot be read", pv);
    return value;
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
    testdbCleanup();
    return testDone();
}
