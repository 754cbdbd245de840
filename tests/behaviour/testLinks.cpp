// Links of records: their forms and defaults, masks, and what becomes of a record whose link is
// wrong.
#include <stdexcept>
#include <vector>

#include <asynDriver.h>
#include <asynDrvUser.h>
#include <asynInt32.h>
#include <dbScan.h>

#include "liveDatabase.h"
#include "simpleDriver.h"

namespace
{

// Notes which address and which timeout a request came with.
class Multi : public asynPortDriver
{
  public:
    explicit Multi(const char *name)
        : asynPortDriver(name, 3, allInterfaces, allInterfaces, 0, 1, 0, 0)
    {
        createParam("VALUE", asynParamInt32, &value);
    }
    asynStatus writeInt32(asynUser *user, epicsInt32 newValue) override
    {
        timeout = user->timeout;
        pasynManager->getAddr(user, &address);
        return asynPortDriver::writeInt32(user, newValue);
    }
    int value, address = -7;
    double timeout = -1;
};

struct Form {
    const char *link;
    int address;
    double timeout;
};
const Form forms[] = {{"@asyn(M)VALUE", 0, 1},
                      {"@asyn(M,1)VALUE", 1, 1},
                      {"@asyn(M,2,2.5)VALUE", 2, 2.5},
                      {"@asyn(M 1 3)VALUE", 1, 3},
                      {"@asyn( M , 2 , 4 ) VALUE", 2, 4},
                      {"@asyn(M,1,0)value", 1, 0},
                      {"@asyn(M,0x2,1e-1)Value", 2, 0.1}};

struct Wrong {
    const char *name, *type, *dtyp, *link, *more, *reason;
};
const Wrong wrong[] = {
    {"noport", "longin", "asynInt32", "@asyn(NOWHERE)I32", "", "NOWHERE"},
    {"nodrv", "longin", "asynInt32", "@asyn(P)NOTHING", "", "NOTHING"},
    {"nodrvout", "ao", "asynFloat64", "@asyn(P)NOTHING", "", "NOTHING"},
    {"notext", "stringin", "asynOctetRead", "@asyn(P)NOTHING", "", "NOTHING"},
    {"noaverage", "ai", "asynInt32Average", "@asyn(P)NOTHING", "", "NOTHING"},
    {"noarray", "waveform", "asynInt32ArrayIn", "@asyn(P)NOTHING", "field(FTVL, LONG)", "NOTHING"},
    {"malformed", "longin", "asynInt32", "@asyn(P", "", "parentheses"},
    {"masked64", "longin", "asynInt64", "@asynMask(P,0,8)I64", "", "mask"},
    {"unmasked", "longin", "asynUInt32Digital", "@asyn(P)BITS", "", "asynMask"},
    {"width", "waveform", "asynInt16ArrayIn", "@asyn(P)WAVE", "field(FTVL, LONG)", "FTVL"},
    {"interface", "longin", "asynInt32", "@asyn(O)TEXT", "", "asynInt32"}};

std::string database()
{
    std::string all;
    int count = 0;
    for (const Form &form : forms)
        all += record("longout", "form" + std::to_string(count++), "asynInt32", form.link);
    for (const Wrong &each : wrong)
        all += record(each.type, each.name, each.dtyp, each.link, each.more);
    if (bundled)
        all += record("longin", "thrower", "asynInt32", "@asyn(T)ANY", ioIntr) +
               record("longout", "throwerout", "asynInt32", "@asyn(T)ANY",
                      "info(asyn:READBACK, \"1\")");
    all += record("waveform", "widthintr", "asynFloat64ArrayIn", "@asyn(P)WAVE",
                  ioIntr + std::string("field(FTVL, FLOAT)")) +
           record("waveform", "textintr", "asynOctetRead", "@asyn(P)TEXT",
                  ioIntr + std::string("field(FTVL, LONG)"));
    return all + record("ai", "eight", "asynInt32", "@asynMask(P,0,8)I32") +
           record("ai", "bipolar", "asynInt32", "@asynMask(P,0,-8)I32") +
           record("ao", "bipolarout", "asynInt32", "@asynMask(P,0,-8)I32") +
           record("longin", "longmask", "asynInt32", "@asynMask(P,0,8)I32") +
           record("longin", "least", "asynInt32", "@asynMask(P,0,-2147483648)I32") +
           record("ai", "leastbits", "asynInt32", "@asynMask(P,0,0x80000000)I32") +
           record("longin", "longbipolar", "asynInt32", "@asynMask(P,0,-8)I32") +
           record("longin", "longintr", "asynInt32", "@asynMask(P,0,-8)I32", ioIntr) +
           record("longout", "longstart", "asynInt32", "@asynMask(P,0,-8)START") +
           record("longout", "longback", "asynInt32", "@asynMask(P,0,-8)I32",
                  "info(asyn:READBACK, \"1\")") +
           record("longout", "longmaskout", "asynInt32", "@asynMask(P,0,8)I32") +
           record("longout", "longbipolarout", "asynInt32", "@asynMask(P,0,-8)I32") +
           record("ao", "eightout", "asynInt32", "@asynMask(P,0,8)I32") +
           record("ai", "linear", "asynInt32", "@asynMask(P,0,12)I32",
                  "field(LINR, LINEAR) field(EGUL, 0) field(EGUF, 4095)") +
           record("longin", "anyaddress", "asynInt32", "@asyn(P,42)I32", ioIntr);
}

void accepted(Multi &driver)
{
    testDiag("forms");
    int count = 0;
    for (const Form &form : forms) {
        const std::string name = "form" + std::to_string(count);
        testdbPutFieldOk(name.c_str(), DBR_LONG, ++count);
        testOk(driver.address == form.address && driver.timeout == form.timeout,
               "the link %s is address %d, timeout %g s", form.link, driver.address,
               driver.timeout);
        int value = -1;
        driver.getIntegerParam(form.address, driver.value, &value);
        testOk(value == count, "and its drvInfo is found, whatever its case: %s", form.link);
    }
}

void masks(SimpleDriver &driver)
{
    testDiag("the mask of an asynInt32 link is a number of bits");
    driver.publish([&] { driver.setIntegerParam(driver.i32, 0x1FF); });
    for (const char *name : {"eight", "bipolar", "longmask"})
        process(name);
    testOk(number("eight") == 0xFF, "8 bits: %g", number("eight"));
    testOk(number("bipolar") == -1, "negative is bipolar: %g", number("bipolar"));
    testOk(number("longmask") == 0xFF, "of a longin, too: %g", number("longmask"));
    process("longbipolar");
    testOk(number("longbipolar") == -1 && becomes("longintr", -1), "and bipolar: %g, %g",
           number("longbipolar"), number("longintr"));
    for (const char *name : {"least", "leastbits"}) {
        process(name);
        testOk(number(name) == 0x1FF, "more bits than there are take none away: %s, %g", name,
               number(name));
    }
    testOk(number("longstart") == 0x2A && becomes("longback", -1), "of a longout: %g, %g",
           number("longstart"), number("longback"));
    for (const char *name : {"longmaskout", "longbipolarout", "eightout", "bipolarout"})
        for (const int wanted : {300, -300}) {
            put(name, wanted);
            int written = 0;
            driver.getIntegerParam(driver.i32, &written);
            testOk(written == wanted, "a mask does not limit what is written: %s, %d", name,
                   written);
        }
    driver.publish([&] { driver.setIntegerParam(driver.i32, 0x17F); });
    process("bipolar");
    testOk(number("bipolar") == 127, "bipolar and positive: %g", number("bipolar"));
    process("linear");
    testOk(number("linear") == 0x17F, "LINR LINEAR takes the range from the mask: %g",
           number("linear"));
    put("bipolarout", -5);
    int value = 0;
    driver.getIntegerParam(driver.i32, &value);
    testOk(value == -5, "a bipolar output writes what it is told: %d", value);
    testOk(becomes("anyaddress", -5), "a single-device port takes any address");
}

std::vector<std::string> messages;
void listen(void *, const char *message)
{
    messages.emplace_back(message);
}

size_t about(const Wrong &each)
{
    const std::string start = "record " + std::string(each.name) + ",";
    size_t count = 0;
    for (const std::string &message : messages)
        count += message.find(start) == 0 && message.find(each.link) != std::string::npos &&
                 message.find(each.reason) != std::string::npos &&
                 message.find('\n') == message.size() - 1;
    return count;
}

void refused()
{
    testDiag("links that are wrong");
    errlogFlush();
    for (const Wrong &each : wrong) {
        const std::string name = each.name;
        testOk(number((name + ".PACT").c_str()) == 1,
               "a record whose link is wrong never processes: %s", each.link);
        testOk(number((name + ".SEVR").c_str()) == INVALID_ALARM, "clients see INVALID: %s",
               each.link);
        process(name);
        put((name + ".SCAN").c_str(), SCAN_IO_EVENT);
        testOk(number((name + ".SCAN").c_str()) == SCAN_PASSIVE || !bundled,
               "its SCAN is not I/O Intr: %s", each.link);
        if (!bundled)
            continue; // asyn leaves STAT UDF, and spreads its messages
        testOk(number((name + ".STAT").c_str()) == LINK_ALARM, "and LINK: %s", each.link);
        testOk(about(each) == 1, "one message names record, link and reason: %s", each.link);
    }
}

// A port without asynPortDriver, whose drvUser throws.
asynStatus refuse(void *, asynUser *, const char *, const char **, size_t *)
{
    throw std::runtime_error("the driver knows nothing");
}

void makeThrower()
{
    static asynDrvUser table = {refuse, nullptr, nullptr};
    static asynInt32 values{};
    static asynInterface drvUser = {asynDrvUserType, &table, &table},
                         int32 = {asynInt32Type, &values, &values};
    pasynManager->registerPort("T", 0, 1, 0, 0);
    pasynManager->registerInterface("T", &drvUser);
    pasynInt32Base->initialize("T", &int32);
}

// A record that could not be initialised meets neither callbacks nor requests.
void untouched(SimpleDriver &driver)
{
    testDiag("callbacks pass by a record whose link is wrong");
    double data[] = {1, 2, 3};
    driver.doCallbacksFloat64Array(data, 3, driver.wave, 0);
    driver.publish([&] { driver.setStringParam(driver.text, "new"); });
    driver.publish([&] { driver.setIntegerParam(driver.i32, 17); });
    testOk1(becomes("anyaddress", 17)); // one that is right, and later
    for (const char *name : {"widthintr", "textintr"})
        testOk(number((std::string(name) + ".LCNT").c_str()) == 0,
               "%s is not asked to process while it is out of action", name);
    for (const char *name : {"thrower", "throwerout"}) {
        process(name);
        testOk(number((std::string(name) + ".PACT").c_str()) == 1 &&
                   number((std::string(name) + ".STAT").c_str()) == LINK_ALARM,
               "a driver's exception in record initialisation puts %s out of action", name);
    }
}

// Strings only.
class Octets : public asynPortDriver
{
  public:
    explicit Octets(const char *name)
        : asynPortDriver(name, 1, asynDrvUserMask | asynOctetMask, asynOctetMask, 0, 1, 0, 0)
    {
        int index;
        createParam("TEXT", asynParamOctet, &index);
    }
};

} // namespace

int main()
{
    testPlan(bundled ? 102 : 75);
    errlogInit2(1 << 16, 1024); // room for all messages, however slow the log is
    auto *driver = new SimpleDriver("P");
    auto *multi = new Multi("M");
    new Octets("O");
    if (bundled)
        makeThrower();
    errlogAddListener(listen, nullptr);
    return live(database(), [=] {
        accepted(*multi);
        masks(*driver);
        refused();
        if (bundled)
            untouched(*driver);
    });
}
