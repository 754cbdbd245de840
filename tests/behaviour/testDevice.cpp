// Device support on a live database and a small driver: one test for each rule.
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include <asynShellCommands.h>

#include "liveDatabase.h"
#include "simpleDriver.h"

namespace
{

const char database[] =
    "record(longin, li) { field(DTYP, asynInt32) field(INP, \"@asyn(P,0,1)I32\") field(SCAN, \"I/O "
    "Intr\") }\n"
    "record(longin, passive) { field(DTYP, asynInt32) field(INP, \"@asyn(P)i32\") }\n"
    "record(longin, fifo) { field(DTYP, asynInt32) field(INP, \"@asyn(P)I32\") field(SCAN, \"I/O "
    "Intr\")\n"
    "                       field(FLNK, count) info(asyn:FIFO, \"1\") }\n"
    "record(calc, count) { field(CALC, \"VAL+1\") }\n"
    "record(longout, lo) { field(DTYP, asynInt32) field(OUT, \"@asyn(P)I32\") }\n"
    "record(longout, started) { field(DTYP, asynInt32) field(OUT, \"@asyn(P)START\") }\n"
    "record(longout, back) { field(DTYP, asynInt32) field(OUT, \"@asyn(P)I32\") "
    "info(asyn:READBACK, \"1\") }\n"
    "record(longin, never) { field(DTYP, asynInt32) field(INP, \"@asyn(P)NEVER\") }\n"
    "record(int64in, i64) { field(DTYP, asynInt64) field(INP, \"@asyn(P)I64\") field(SCAN, \"I/O "
    "Intr\") }\n"
    "record(int64out, i64o) { field(DTYP, asynInt64) field(OUT, \"@asyn(P)I64\") }\n"
    "record(ai, f64) { field(DTYP, asynFloat64) field(INP, \"@asyn(P)F64\") field(SCAN, \"I/O "
    "Intr\") field(ASLO, 2) field(AOFF, 1) }\n"
    "record(ao, f64o) { field(DTYP, asynFloat64) field(OUT, \"@asyn(P)F64\") }\n"
    "record(ai, raw) { field(DTYP, asynInt32) field(INP, \"@asynMask(P,0,-12)I32\") field(LINR, "
    "LINEAR) field(EGUL, -10) field(EGUF, 10) }\n"
    "record(bi, bit) { field(DTYP, asynUInt32Digital) field(INP, \"@asynMask(P,0,0x4)BITS\") "
    "field(SCAN, \"I/O Intr\") }\n"
    "record(mbbi, nibble) { field(DTYP, asynUInt32Digital) field(INP, \"@asynMask(P,0,0xF0)BITS\") "
    "field(SCAN, \"I/O Intr\") }\n"
    "record(longout, bitso) { field(DTYP, asynUInt32Digital) field(OUT, "
    "\"@asynMask(P,0,0xFF)BITS\") }\n"
    "record(stringin, si) { field(DTYP, asynOctetRead) field(INP, \"@asyn(P)TEXT\") field(SCAN, "
    "\"I/O Intr\") }\n"
    "record(stringout, so) { field(DTYP, asynOctetWrite) field(OUT, \"@asyn(P)TEXT\") }\n"
    "record(waveform, wfs) { field(DTYP, asynOctetRead) field(INP, \"@asyn(P)TEXT\") field(FTVL, "
    "CHAR) field(NELM, 8) }\n"
    "record(waveform, wave) { field(DTYP, asynFloat64ArrayIn) field(INP, \"@asyn(P)WAVE\") "
    "field(FTVL, DOUBLE) field(NELM, 4) field(SCAN, \"I/O Intr\") }\n"
    "record(aao, aao) { field(DTYP, asynFloat64ArrayOut) field(OUT, \"@asyn(P)WAVE\") field(FTVL, "
    "DOUBLE) field(NELM, 4) }\n"
    "record(aai, aai) { field(DTYP, asynFloat64ArrayIn) field(INP, \"@asyn(P)WAVE\") field(FTVL, "
    "DOUBLE) field(NELM, 4) }\n"
    "record(waveform, width) { field(DTYP, asynFloat64ArrayIn) field(INP, \"@asyn(P)WAVE\") "
    "field(FTVL, FLOAT) field(NELM, 4) }\n"
    "record(mbbo, \"choice\") { field(DTYP, asynInt32) field(OUT, \"@asyn(P)START\") field(ZRST, "
    "old) field(TWST, old) }\n"
    "record(longin, noport) { field(DTYP, asynInt32) field(INP, \"@asyn(Q)I32\") }\n"
    "record(longin, nodrv) { field(DTYP, asynInt32) field(INP, \"@asyn(P)XXX\") }\n"
    "record(longin, nolink) { field(DTYP, asynInt32) field(INP, \"@asyn(P,0,1,2)I32\") }\n"
    "record(longout, slow) { field(DTYP, asynInt32) field(OUT, \"@asyn(B)I32\") }\n"
    "record(longin, slowin) { field(DTYP, asynInt32) field(INP, \"@asyn(B)I32\") field(SCAN, \"I/O "
    "Intr\") }\n";

void scalars(SimpleDriver &driver)
{
    testDiag("scalars");
    driver.publish([&] { driver.setIntegerParam(driver.i32, 7); });
    testOk(becomes("li", 7), "a callback processes an I/O Intr record");
    testdbPutFieldOk("passive.PROC", DBR_LONG, 1);
    testdbGetFieldEqual("passive", DBR_LONG, 7);
    testdbPutFieldOk("lo", DBR_LONG, 9);
    testOk(becomes("li", 9), "a write reaches the readback");
    testOk(becomes("back", 9), "asyn:READBACK processes an output record");
    const int writes = driver.writes;
    driver.publish([&] { driver.setIntegerParam(driver.i32, 11); });
    testOk(becomes("back", 11), "again");
    testOk(driver.writes == writes, "and does not write into the driver");
    testdbGetFieldEqual("started", DBR_LONG, 42);
    testdbGetFieldEqual("started.UDF", DBR_LONG, 0);
    driver.publish([&] { driver.setInteger64Param(driver.i64, 1LL << 60); });
    testOk(becomes("i64", std::pow(2, 60)), "int64in");
    testdbPutFieldOk("f64o", DBR_DOUBLE, 1.5);
    testOk(becomes("f64", 4.0), "ai applies ASLO and AOFF");
    driver.publish([&] { driver.setIntegerParam(driver.i32, 0x7FF); });
    testdbPutFieldOk("raw.PROC", DBR_LONG, 1);
    testdbGetFieldEqual("raw", DBR_DOUBLE, 10.0);
    driver.publish([&] { driver.setIntegerParam(driver.i32, 0x800); });
    testdbPutFieldOk("raw.PROC", DBR_LONG, 1);
    testOk(std::fabs(number("raw") + 10.0 + 20.0 / 4094) < 1e-9, "bipolar: %g", number("raw"));
    testdbPutFieldOk("bitso", DBR_LONG, 0x34);
    testOk(becomes("bit", 1), "bi under its mask");
    testOk(becomes("nibble", 3), "mbbi is shifted");
}

void alarms(SimpleDriver &driver)
{
    testDiag("alarms");
    driver.failWith = asynTimeout;
    testdbPutFieldFail(-1, "lo", DBR_LONG, 1);
    testdbGetFieldEqual("lo.STAT", DBR_LONG, TIMEOUT_ALARM);
    testdbGetFieldEqual("lo.SEVR", DBR_LONG, INVALID_ALARM);
    driver.failWith = asynError;
    testdbPutFieldFail(-1, "lo", DBR_LONG, 1);
    testdbGetFieldEqual("lo.STAT", DBR_LONG, WRITE_ALARM);
    driver.failWith = asynSuccess;
    testdbPutFieldOk("lo", DBR_LONG, 1);
    testdbGetFieldEqual("lo.SEVR", DBR_LONG, NO_ALARM);
    driver.publish([&] { driver.setParamStatus(driver.i32, asynDisconnected); });
    testOk(becomes("li.STAT", COMM_ALARM), "a parameter's status alarms an I/O Intr record");
    driver.publish([&] {
        driver.setParamStatus(driver.i32, asynSuccess);
        driver.setParamAlarmStatus(driver.i32, HIHI_ALARM);
        driver.setParamAlarmSeverity(driver.i32, MAJOR_ALARM);
    });
    testOk(becomes("li.STAT", HIHI_ALARM) && becomes("li.SEVR", MAJOR_ALARM), "so does its alarm");
    driver.publish([&] {
        driver.setParamAlarmStatus(driver.i32, 0);
        driver.setParamAlarmSeverity(driver.i32, 0);
    });
    testOk(becomes("li.SEVR", NO_ALARM), "and it goes");
    testdbPutFieldFail(-1, "never.PROC", DBR_LONG, 1);
    testdbGetFieldEqual("never.STAT", DBR_LONG, READ_ALARM);
    asynEnable("P", 0, 0);
    testdbPutFieldFail(-1, "passive.PROC", DBR_LONG, 1);
    testdbGetFieldEqual("passive.STAT", DBR_LONG, DISABLE_ALARM);
    process("aai");
    testOk(number("aai.STAT") == DISABLE_ALARM || !bundled, "of arrays, too");
    asynEnable("P", 0, 1);
    for (const char *pv : {"noport", "nodrv", "nolink", "width"}) {
        const std::string name(pv);
        testdbGetFieldEqual((name + ".STAT").c_str(), DBR_LONG, bundled ? LINK_ALARM : UDF_ALARM);
        testdbGetFieldEqual((name + ".SEVR").c_str(), DBR_LONG, INVALID_ALARM);
        testdbGetFieldEqual((name + ".PACT").c_str(), DBR_LONG, 1);
    }
}

void stringsAndArrays(SimpleDriver &driver)
{
    testDiag("strings and arrays");
    testdbPutFieldOk("so", DBR_STRING, "hello world");
    testOk(becomes("si.UDF", 0), "stringin was processed");
    testdbGetFieldEqual("si", DBR_STRING, "hello world");
    testdbPutFieldOk("wfs.PROC", DBR_LONG, 1);
    testdbGetFieldEqual("wfs.NORD", DBR_LONG, 7);
    const double values[] = {1, 2, 3, 4, 5, 6};
    driver.doCallbacksFloat64Array(const_cast<double *>(values), 6, driver.wave, 0);
    testOk(becomes("wave.NORD", 4), "an array is cut at NELM");
    testdbGetArrFieldEqual("wave", DBR_DOUBLE, 4, 4, values);
    testdbPutArrFieldOk("aao", DBR_DOUBLE, 3, values);
    testdbPutFieldOk("aai.PROC", DBR_LONG, 1);
    testdbGetArrFieldEqual("aai", DBR_DOUBLE, 4, 3, values);
}

void choices(SimpleDriver &driver)
{
    testDiag("choices");
    testdbGetFieldEqual("choice.ZRST", DBR_STRING, "one");
    testdbGetFieldEqual("choice.ONST", DBR_STRING, "forty-two");
    testdbGetFieldEqual("choice.TWST", DBR_STRING, "");
    testdbGetFieldEqual("choice.ONSV", DBR_LONG, MINOR_ALARM);
    testdbGetFieldEqual("choice", DBR_LONG, 1);
    char first[] = "seven";
    char *strings[] = {first};
    int values[] = {7}, severities[] = {NO_ALARM};
    driver.doCallbacksEnum(strings, values, severities, 1, driver.start, 0);
    testOk(becomes("choice.ZRVL", 7) && becomes("choice.ONVL", 0), "new choices by callback");
    testdbGetFieldEqual("choice.ZRST", DBR_STRING, "seven");
    testdbGetFieldEqual("choice.ONST", DBR_STRING, "");
}

void bursts(SimpleDriver &driver)
{
    testDiag("bursts");
    for (int i = 1; i <= 1000000; ++i)
        driver.publish([&] { driver.setIntegerParam(driver.i32, i); });
    testOk(becomes("li", 1000000), "the last of a million values arrives");
    testOk(becomes("fifo", 1000000), "with a FIFO of 1, too");
    testdbPutFieldOk("li.SCAN", DBR_STRING, "Passive");
    driver.publish([&] { driver.setIntegerParam(driver.i32, 5); });
    testOk(becomes("fifo", 5), "the other record follows");
    testdbGetFieldEqual("li", DBR_LONG, 1000000);
    testdbPutFieldOk("li.SCAN", DBR_STRING, "I/O Intr");
    driver.publish([&] { driver.setIntegerParam(driver.i32, 6); });
    testOk(becomes("li", 6), "SCAN switched back");
}

void blocking(SimpleDriver &driver)
{
    testDiag("a blocking port");
    testdbPutFieldOk("slow", DBR_LONG, 3);
    testOk(becomes("slowin", 3), "the port thread has written");
    testOk(becomes("slow.PACT", 0), "and the record completes");
    driver.failWith = asynError;
    testdbPutFieldOk("slow", DBR_LONG, 4);
    testOk(becomes("slow.STAT", WRITE_ALARM), "a failure alarms at the completion");
}

} // namespace

int main()
{
    testPlan(79);
    auto *driver = new SimpleDriver("P");
    auto *blocker = new SimpleDriver("B", ASYN_CANBLOCK);
    return live(database, [=] {
        scalars(*driver);
        alarms(*driver);
        stringsAndArrays(*driver);
        choices(*driver);
        bursts(*driver);
        blocking(*blocker);
    });
}
