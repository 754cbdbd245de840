// mbbi and mbbo on asynInt32: NOBT and SHFT say which bits of the driver's value are theirs.
#include "liveDatabase.h"
#include "simpleDriver.h"

namespace
{

const std::string twoBits = "field(NOBT, 2) ", readsBack = "info(asyn:READBACK, \"1\") ";

const std::string database =
    record("mbbi", "in", "asynInt32", "@asyn(P)I32", twoBits) +
    record("mbbi", "intr", "asynInt32", "@asyn(P)I32", twoBits + ioIntr) +
    record("mbbi", "shifted", "asynInt32", "@asyn(P)I32", twoBits + "field(SHFT, 2) ") +
    record("mbbi", "all", "asynInt32", "@asyn(P)I32") +
    record("mbbi", "named", "asynInt32", "@asyn(P)I32",
           twoBits + "field(ONVL, 1) field(ONST, one) field(TWVL, 13) field(TWST, thirteen) ") +
    record("mbbo", "out", "asynInt32", "@asyn(P)I32", twoBits + readsBack) +
    record("mbbo", "start", "asynInt32", "@asyn(P)NEVER", twoBits) + // 42 is 0b101010
    record("mbbo", "startshifted", "asynInt32", "@asyn(P)NEVER", twoBits + "field(SHFT, 2) ") +
    record("mbbo", "startall", "asynInt32", "@asyn(P)NEVER");

void masked(SimpleDriver &driver)
{
    driver.publish([&] { driver.setIntegerParam(driver.i32, 13); }); // 0b1101
    for (const char *name : {"in", "shifted", "all", "named"})
        process(name);
    testOk(number("in") == 1, "two bits of 13 are 1: %g", number("in"));
    testOk(becomes("intr", 1), "of a callback, too: %g", number("intr"));
    testOk(number("shifted") == 3, "from SHFT on: %g", number("shifted"));
    testOk(number("all") == 13, "without NOBT it is all: %g", number("all"));
    testOk(text("named") == "one", "states go by what is left: %s", text("named").c_str());
    testOk(becomes("out", 1) && number("out.RVAL") == 1, "asyn:READBACK: %g, RVAL %g",
           number("out"), number("out.RVAL"));
}

void started()
{
    testOk(number("start") == 2, "a start value: %g", number("start"));
    testOk(number("startshifted") == 2, "from SHFT on: %g", number("startshifted"));
    testOk(number("startall") == 42, "without NOBT it is all: %g", number("startall"));
}

void written(SimpleDriver &driver)
{
    put("startshifted", 3);
    int value = 0;
    driver.getIntegerParam(driver.never, &value);
    testOk(value == 12, "an output's value is shifted: %d", value);
}

} // namespace

int main()
{
    testPlan(12);
    auto *driver = new SimpleDriver("P");
    driver->publish([&] { driver->setIntegerParam(driver->never, 42); });
    return live(database, [=] {
        masked(*driver);
        started();
        written(*driver);
    });
}
