// UInt32Digital: masks of records, what makes a callback, interrupt masks.
#include <asynUInt32Digital.h> // first: the next one needs it in some versions of asyn

#include <asynUInt32DigitalSyncIO.h>

#include "liveDatabase.h"
#include "simpleDriver.h"

namespace
{

std::string masked(const char *name, const char *mask)
{
    return record("longin", name, "asynUInt32Digital",
                  "@asynMask(P,0," + std::string(mask) + ")BITS",
                  std::string(ioIntr) + "field(FLNK, \"" + name + ":count\")") +
           "record(calc, \"" + name + ":count\") { field(CALC, \"VAL+1\") }\n";
}

const std::string database =
    masked("low", "0x0F") + masked("high", "0xF0") + masked("top", "0x80000000") +
    record("longout", "lowout", "asynUInt32Digital", "@asynMask(P,0,0x0F)BITS") +
    record("bi", "bit", "asynUInt32Digital", "@asynMask(P,0,0x20)BITS", ioIntr) +
    record("mbbi", "two", "asynUInt32Digital", "@asynMask(P,0,0x30)BITS", ioIntr) +
    record("mbbiDirect", "direct", "asynUInt32Digital", "@asynMask(P,0,0xF0)BITS", ioIntr) +
    record("mbboDirect", "directout", "asynUInt32Digital", "@asynMask(P,0,0xF0)BITS") +
    record("longin", "nomask", "asynUInt32Digital", "@asyn(P)BITS");

bool processed(const std::string &name, int times)
{
    return becomes((name + ":count").c_str(), times);
}

// Value under mask, and bits that make a callback though they did not change.
void set(SimpleDriver &driver, epicsUInt32 value, epicsUInt32 mask, epicsUInt32 interruptMask = 0)
{
    driver.publish([&] { driver.setUIntDigitalParam(driver.bits, value, mask, interruptMask); });
}

// Another value through the same thread, so that what was to come before has come.
void pass(SimpleDriver &driver)
{
    static epicsUInt32 toggled = 0;
    toggled ^= 0x80000000;
    set(driver, toggled, 0x80000000);
    testOk(becomes("top", static_cast<epicsInt32>(toggled)), "the highest bit: 0x%x", toggled);
}

void callbacks(SimpleDriver &driver)
{
    testDiag("what makes a callback");
    set(driver, 0, 0xFFFFFFFF);
    pass(driver);
    testOk(number("low:count") == 0 && number("high:count") == 0,
           "a first value of 0 makes no callback");
    set(driver, 0x1, 0xFF);
    testOk(processed("low", 1) && number("low") == 1, "a changed bit within the mask does");
    pass(driver);
    testOk(number("high:count") == 0, "one outside does not");
    set(driver, 0x1, 0xFF);
    pass(driver);
    testOk(number("low:count") == 1, "nor does the same value again");
    set(driver, 0x32, 0xFF);
    testOk(processed("low", 2) && processed("high", 1) && number("low") == 2 &&
               number("high") == 0x30,
           "a record sees the bits of its mask only");
    testOk(becomes("bit", 1) && becomes("two", 3) && becomes("direct", 3),
           "bi, and mbbi and mbbiDirect shifted");
    set(driver, 0x32, 0xFF, 0x01);
    testOk(processed("low", 3), "the interrupt mask of setUIntDigitalParam makes a callback");
    pass(driver);
    testOk(number("high:count") == 1, "of its bits only");
    driver.publish([&] { driver.setParamStatus(driver.bits, asynTimeout); });
    testOk(processed("low", 4) && processed("high", 2), "a status change reaches every mask");
    driver.publish([&] { driver.setParamStatus(driver.bits, asynSuccess); });
    testOk(processed("low", 5) && processed("high", 3), "and so does its end");
    driver.publish([&] { driver.setParamAlarmSeverity(driver.bits, MINOR_ALARM); });
    testOk(processed("low", 6) && processed("high", 4), "an alarm reaches every mask");
    driver.publish([&] { driver.setParamAlarmSeverity(driver.bits, NO_ALARM); });
    testOk(processed("low", 7) && processed("high", 5), "and so does its end");
}

void writing(SimpleDriver &driver)
{
    testDiag("writing under a mask");
    set(driver, 0xFF, 0xFF);
    testdbPutFieldOk("lowout", DBR_LONG, 0x123);
    epicsUInt32 value = 0;
    driver.getUIntDigitalParam(driver.bits, &value, 0xFFFF);
    testOk(value == 0xF3, "a write reaches the bits of its mask only: 0x%x", value);
    testdbPutFieldOk("directout", DBR_LONG, 0x5);
    driver.getUIntDigitalParam(driver.bits, &value, 0xFFFF);
    testOk(value == 0x53, "mbboDirect is shifted: 0x%x", value);
    testOk(number("nomask.PACT") == 1, "a link without a mask never processes");
}

void interruptMasks()
{
    testDiag("interrupt masks");
    asynUser *user = nullptr;
    epicsUInt32 mask = 0;
    asynUInt32DigitalSyncIO &io = *pasynUInt32DigitalSyncIO;
    testOk(io.connect("P", 0, &user, "BITS") == asynSuccess, "a client");
    io.setInterrupt(user, 0x3, interruptOnZeroToOne, 1);
    io.setInterrupt(user, 0x6, interruptOnOneToZero, 1);
    testOk(io.getInterrupt(user, &mask, interruptOnZeroToOne, 1) == asynSuccess && mask == 0x3,
           "the mask of rising bits");
    testOk(io.getInterrupt(user, &mask, interruptOnOneToZero, 1) == asynSuccess && mask == 0x6,
           "the mask of falling bits");
    testOk(io.getInterrupt(user, &mask, interruptOnBoth, 1) == asynSuccess && mask == 0x7,
           "the mask of both is that of either");
    testOk(io.clearInterrupt(user, 0x2, 1) == asynSuccess &&
               io.getInterrupt(user, &mask, interruptOnBoth, 1) == asynSuccess && mask == 0x5,
           "clearInterrupt clears both");
    io.setInterrupt(user, 0x8, interruptOnBoth, 1);
    testOk(io.getInterrupt(user, &mask, interruptOnOneToZero, 1) == asynSuccess && mask == 0x8,
           "interruptOnBoth sets both");
    io.disconnect(user);
}

} // namespace

int main()
{
    testPlan(29);
    auto *driver = new SimpleDriver("P");
    return live(database, [=] {
        callbacks(*driver);
        writing(*driver);
        interruptMasks();
    });
}
