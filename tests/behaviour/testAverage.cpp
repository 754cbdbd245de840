// asynInt32Average and asynFloat64Average.
#include "liveDatabase.h"
#include "simpleDriver.h"

namespace
{

const std::string database =
    record("ai", "i", "asynInt32Average", "@asyn(P)I32") +
    record("ai", "f", "asynFloat64Average", "@asyn(P)F64", "field(ASLO, 2) field(AOFF, 1)") +
    record("ai", "intr", "asynFloat64Average", "@asyn(P)F64",
           std::string(ioIntr) + "field(SVAL, 3)") +
    record("ai", "masked", "asynInt32Average", "@asynMask(P,0,-4)I32");

void give(SimpleDriver &driver, std::initializer_list<int> values)
{
    for (int value : values)
        driver.publish([&] {
            driver.setIntegerParam(driver.i32, value);
            driver.setDoubleParam(driver.f64, value + 0.25);
        });
}

void rules(SimpleDriver &driver)
{
    testDiag("a scanned record takes the mean since it last processed");
    process("i");
    testOk(number("i.STAT") == UDF_ALARM && number("i.SEVR") == INVALID_ALARM,
           "without a value it is UDF, INVALID");
    give(driver, {1, 2, 4, 8});
    process("i");
    testOk(number("i") == 4, "integers are rounded: %g", number("i"));
    testOk(number("i.SEVR") == NO_ALARM, "and the alarm goes");
    process("f");
    testOk(number("f") == (3.75 + 0.25) * 2 + 1, "ASLO and AOFF apply: %g", number("f"));
    give(driver, {-1, -2});
    process("i");
    testOk(number("i") == -2, "halves go away from zero: %g", number("i"));
    give(driver, {7, 8});
    process("masked");
    // 1, 2, 4, 8, -1, -2, 7, 8 as four bits with a sign: 1, 2, 4, -8, -1, -2, 7, -8
    testOk(number("masked") == -1, "a mask applies before: %g", number("masked"));

    testDiag("with I/O Intr a record processes after every SVAL values");
    // So far came 1, 2, 4, 8, -1, -2, 7 and 8.
    testOk(becomes("intr", (8 - 1 - 2) / 3.0 + 0.25), "two rounds of three");
    give(driver, {1});
    testOk(becomes("intr", (7 + 8 + 1) / 3.0 + 0.25), "a third: %g", number("intr"));
    testdbPutFieldOk("intr.SVAL", DBR_DOUBLE, 2.0);
    give(driver, {10, 20});
    testOk(becomes("intr", 15.25), "SVAL may change: %g", number("intr"));

    testDiag("alarms");
    driver.publish([&] { driver.setParamStatus(driver.i32, asynTimeout); });
    process("i");
    testOk(number("i.STAT") == TIMEOUT_ALARM, "a status in between alarms");
    driver.publish([&] { driver.setParamStatus(driver.i32, asynSuccess); });
    give(driver, {5});
    process("i");
    testOk(number("i.SEVR") == NO_ALARM, "once");
}

} // namespace

int main()
{
    testPlan(14);
    auto *driver = new SimpleDriver("P");
    return live(database, [=] { rules(*driver); });
}
