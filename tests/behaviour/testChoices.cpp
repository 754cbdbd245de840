// Enumerations: states, values and severities at start, and by callback with DBE_PROPERTY.
#include <memory>
#include <vector>

#include <caeventmask.h>

#include "liveDatabase.h"
#include "simpleDriver.h"

namespace
{

const std::string database =
    record("bi", "bi", "asynInt32", "@asyn(P)START", std::string(ioIntr) + "field(ZNAM, old)") +
    record("bo", "bo", "asynInt32", "@asyn(P)START", "field(ZNAM, old) field(ONAM, old)") +
    record("mbbi", "mbbi", "asynInt32", "@asyn(P)START", std::string(ioIntr) + "field(TWST, old)") +
    record("mbbo", "mbbo", "asynInt32", "@asyn(P)START", "field(TWST, old) field(FFVL, 99)") +
    record("mbbi", "bits", "asynUInt32Digital", "@asynMask(P,0,0xFF)BITS",
           std::string(ioIntr) + "field(ZRST, old)") +
    record("mbbi", "none", "asynUInt32Digital", "@asynMask(P,0,0xFF)BITS", ioIntr) +
    record("mbbi", "own", "asynInt32", "@asyn(P)I32", "field(ZRST, own) field(ONVL, 7)");

const char *const twos[] = {"bi", "bo"}, *const sixteens[] = {"mbbi", "mbbo"},
                  *const all[] = {"bi", "bo", "mbbi", "mbbo"};

std::string field(const std::string &record, const char *name)
{
    return text((record + "." + name).c_str());
}

double value(const std::string &record, const char *name)
{
    return number((record + "." + name).c_str());
}

void atStart()
{
    testDiag("at start");
    for (const std::string name : twos) {
        testOk(field(name, "ZNAM") == "one" && field(name, "ONAM") == "forty-two",
               "ZNAM and ONAM are read at initialisation: %s", name.c_str());
        testOk(value(name, "ZSV") == NO_ALARM && value(name, "OSV") == MINOR_ALARM,
               "ZSV and OSV are read at initialisation: %s", name.c_str());
    }
    for (const std::string name : sixteens) {
        testOk(field(name, "ZRST") == "one" && field(name, "ONST") == "forty-two",
               "ZRST and the like are read at initialisation: %s", name.c_str());
        testOk(value(name, "ZRVL") == 1 && value(name, "ONVL") == 42,
               "ZRVL and the like are read at initialisation: %s", name.c_str());
        testOk(value(name, "ZRSV") == NO_ALARM && value(name, "ONSV") == MINOR_ALARM,
               "ZRSV and the like are read at initialisation: %s", name.c_str());
        testOk(field(name, "TWST").empty() && value(name, "FFVL") == 0,
               "states that are not used are cleared: %s", name.c_str());
    }
    testOk(becomes("mbbi", 1) && text("mbbi") == "forty-two", "a value is found among the states");
    testOk(value("mbbi", "STAT") == STATE_ALARM && value("mbbi", "SEVR") == MINOR_ALARM,
           "and alarms with its state's severity");
    testOk(number("mbbo") == 1, "an output's start value, too");
    testOk(field("own", "ZRST") == "own" && value("own", "ONVL") == 7,
           "without a driver's enumeration a record keeps its own");
}

// What clients of DBE_PROPERTY are told of.
class Properties
{
  public:
    Properties()
    {
        for (size_t i = 0; i < 4; ++i)
            monitors_[i] = testMonitorCreate(all[i], DBE_PROPERTY, 0);
    }
    ~Properties()
    {
        for (testMonitor *monitor : monitors_)
            testMonitorDestroy(monitor);
    }
    Properties(const Properties &) = delete;
    Properties &operator=(const Properties &) = delete;

    bool posted(size_t i)
    {
        return eventually([=] { return testMonitorCount(monitors_[i], 0) > 0; }) &&
               testMonitorCount(monitors_[i], 1) == 1;
    }
    unsigned pending(size_t i) { return testMonitorCount(monitors_[i], 0); }

  private:
    testMonitor *monitors_[4];
};

template <size_t Count>
void announce(SimpleDriver &driver, int reason, const char *const (&names)[Count], int firstValue)
{
    char *strings[Count];
    int values[Count], severities[Count];
    for (size_t i = 0; i < Count; ++i) {
        strings[i] = const_cast<char *>(names[i]);
        values[i] = firstValue + static_cast<int>(i);
        severities[i] = i ? MAJOR_ALARM : MINOR_ALARM;
    }
    driver.doCallbacksEnum(strings, values, severities, Count, reason, 0);
}

void byCallback(SimpleDriver &driver)
{
    testDiag("by callback");
    Properties properties;
    driver.publish([&] { driver.setIntegerParam(driver.start, 1); });
    testOk(becomes("mbbi", 0), "a value before");
    for (size_t i = 0; i < 4; ++i)
        testOk(properties.pending(i) == 0, "a value posts no DBE_PROPERTY: %s", all[i]);
    const char *const longNames[] = {"abcdefghijklmnopqrstuvwxyz", "second"};
    announce(driver, driver.start, longNames, 5);
    for (size_t i = 0; i < 4; ++i)
        testOk(properties.posted(i), "an enum callback posts DBE_PROPERTY: %s", all[i]);
    for (const std::string name : twos) {
        testOk(field(name, "ZNAM") == "abcdefghijklmnopqrstuvwxy" &&
                   field(name, "ONAM") == "second",
               "strings by callback, of 25 characters at most: %s", name.c_str());
        testOk(value(name, "ZSV") == MINOR_ALARM && value(name, "OSV") == MAJOR_ALARM,
               "severities by callback: %s", name.c_str());
    }
    for (const std::string name : sixteens) {
        testOk(field(name, "ZRST") == "abcdefghijklmnopqrstuvwxy" &&
                   field(name, "ONST") == "second",
               "strings by callback, of 25 characters at most: %s", name.c_str());
        testOk(value(name, "ZRVL") == 5 && value(name, "ONVL") == 6, "values by callback: %s",
               name.c_str());
        testOk(value(name, "ZRSV") == MINOR_ALARM && value(name, "ONSV") == MAJOR_ALARM,
               "severities by callback: %s", name.c_str());
    }
    driver.publish([&] { driver.setIntegerParam(driver.start, 6); });
    testOk(becomes("mbbi", 1) && becomes("mbbi.SEVR", MAJOR_ALARM), "values go by the new states");
    testdbPutFieldOk("mbbo", DBR_STRING, "abcdefghijklmnopqrstuvwxy");
    int written = 0;
    driver.getIntegerParam(driver.start, &written);
    testOk(written == 5, "and so does what a client writes by name");

    const char *const few[] = {"only"};
    announce(driver, driver.start, few, 3);
    for (const std::string name : sixteens)
        testOk(eventually([=] { return field(name, "ZRST") == "only"; }) &&
                   field(name, "ONST").empty() && value(name, "ONVL") == 0 &&
                   value(name, "ONSV") == NO_ALARM,
               "fewer states: those that are left are cleared: %s", name.c_str());
    for (const std::string name : twos)
        testOk(eventually([=] { return field(name, "ZNAM") == "only"; }) &&
                   field(name, "ONAM").empty() && value(name, "OSV") == NO_ALARM,
               "fewer states: those that are left are cleared: %s", name.c_str());

    const char *const many[] = {"0", "1",  "2",  "3",  "4",  "5",  "6",  "7",  "8",
                                "9", "10", "11", "12", "13", "14", "15", "16", "17"};
    announce(driver, driver.start, many, 0);
    for (const std::string name : sixteens)
        testOk(eventually([=] { return field(name, "FFST") == "15"; }) && value(name, "FFVL") == 15,
               "sixteen states at most: %s", name.c_str());
    announce(driver, driver.bits, few, 4);
    driver.publish([&] { driver.setUIntDigitalParam(driver.bits, 4, 0xFF); });
    testOk(becomes("bits.RVAL", 4) && reads("bits", "only"), "enumerations of UInt32Digital");
    // An mbbi looks for states when it is initialised. asyn does not tell it of later ones.
    testOk(becomes("none.RVAL", 4) && becomes("none", bundled ? 0 : 4),
           "the first states by callback");
}

// The second comes when a scan thread is about to take the first.
void twoInARow(SimpleDriver &driver)
{
    testDiag("two callbacks in a row");
    const char *const first[] = {"first", "1st"}, *const second[] = {"second", "2nd"};
    bool kept = true;
    for (int round = 0; round < 10; ++round) {
        {
            std::vector<std::unique_ptr<Held>> held; // what has the thread stay on its way
            for (const char *name : all)
                held.push_back(std::make_unique<Held>(name));
            announce(driver, driver.start, first, 0);
            epicsThreadSleep(0.05); // it comes to wait for a record meanwhile, mostly
            announce(driver, driver.start, second, 0);
        }
        // Served with the second, or behind it.
        driver.publish([&] { driver.setIntegerParam(driver.start, 10 + round); });
        testOk(becomes("mbbi.RVAL", 10 + round), "a value behind them");
        for (const std::string name : sixteens)
            kept = kept && eventually([=] { return field(name, "ONST") == "2nd"; }, 1);
        for (const std::string name : twos)
            kept = kept && eventually([=] { return field(name, "ONAM") == "2nd"; }, 1);
    }
    testOk(kept, "the newest choices stay");
}

} // namespace

int main()
{
    testPlan(59);
    auto *driver = new SimpleDriver("P");
    driver->publish([=] { driver->setIntegerParam(driver->start, 42); });
    return live(database, [=] {
        atStart();
        byCallback(*driver);
        twoInARow(*driver);
    });
}
