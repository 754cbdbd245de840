// asynInt32TimeSeries, asynInt64TimeSeries, asynFloat64TimeSeries: RARM 1 erases and starts, 2
// stops, 3 goes on.
#include "liveDatabase.h"
#include "simpleDriver.h"

namespace
{

std::string series(const char *name, const char *dtyp, const char *drvInfo, const char *ftvl)
{
    return record("waveform", name, dtyp, "@asyn(P)" + std::string(drvInfo),
                  "field(NELM, 5) field(FTVL, " + std::string(ftvl) + ")");
}

const std::string database = series("i32", "asynInt32TimeSeries", "I32", "LONG") +
                             series("u32", "asynInt32TimeSeries", "I32", "ULONG") +
                             series("i64", "asynInt64TimeSeries", "I64", "INT64") +
                             series("f64", "asynFloat64TimeSeries", "F64", "DOUBLE") +
                             series("wrong", "asynFloat64TimeSeries", "F64", "FLOAT") +
                             series("nodrv", "asynInt32TimeSeries", "NOTHING", "LONG");

void give(SimpleDriver &driver, std::initializer_list<int> values)
{
    for (int value : values)
        driver.publish([&] {
            driver.setIntegerParam(driver.i32, value);
            driver.setInteger64Param(driver.i64, value);
            driver.setDoubleParam(driver.f64, value);
        });
}

void arm(const std::string &name, int command)
{
    testdbPutFieldOk((name + ".RARM").c_str(), DBR_LONG, command);
}

void rules(SimpleDriver &driver, const std::string &name)
{
    testDiag("%s", name.c_str());
    const std::string busy = name + ".BUSY", nord = name + ".NORD";
    give(driver, {100});
    arm(name, 1);
    testOk(number(busy.c_str()) == 1 && number(nord.c_str()) == 0, "RARM 1 erases and starts");
    testOk(number((name + ".RARM").c_str()) == 0, "RARM is reset");
    give(driver, {1, 2});
    process(name);
    const double two[] = {1, 2};
    testdbGetArrFieldEqual(name.c_str(), DBR_DOUBLE, 5, 2, two);
    arm(name, 2);
    testOk(number(busy.c_str()) == 0, "RARM 2 stops");
    give(driver, {3});
    process(name);
    testOk(number(nord.c_str()) == 2, "and nothing comes any more");
    arm(name, 3);
    testOk(number(busy.c_str()) == 1 && number(nord.c_str()) == 2, "RARM 3 goes on");
    give(driver, {4, 5, 6, 7});
    testOk(becomes(busy.c_str(), 0), "full, it stops by itself");
    const double all[] = {1, 2, 4, 5, 6};
    testdbGetArrFieldEqual(name.c_str(), DBR_DOUBLE, 5, 5, all);
    arm(name, 1);
    testOk(number(nord.c_str()) == 0, "RARM 1 again");
    driver.publish([&] {
        for (int each : {driver.i32, driver.i64, driver.f64})
            driver.setParamStatus(each, asynDisconnected);
    });
    process(name);
    // asyn shows an alarm, but one that it has not set.
    testOk(number((name + ".STAT").c_str()) == COMM_ALARM || !bundled,
           "a callback's status alarms");
    driver.publish([&] {
        for (int each : {driver.i32, driver.i64, driver.f64})
            driver.setParamStatus(each, asynSuccess);
    });
    process(name);
    testOk(number((name + ".SEVR").c_str()) == NO_ALARM, "once");
    arm(name, 2);
}

} // namespace

int main()
{
    testPlan(72);
    auto *driver = new SimpleDriver("P");
    return live(database, [=] {
        for (const char *name : {"i32", "u32", "i64", "f64"})
            rules(*driver, name);
        for (const char *name : {"wrong", "nodrv"}) {
            const std::string record = name;
            testOk(number((record + ".PACT").c_str()) == 1, "%s never processes", name);
            testOk(number((record + ".STAT").c_str()) == LINK_ALARM || !bundled, "LINK alarm");
        }
        testdbPutFieldOk("i32.SCAN", DBR_STRING, "I/O Intr");
        testOk(text("i32.SCAN") == "Passive", "there is no I/O Intr");
    });
}
