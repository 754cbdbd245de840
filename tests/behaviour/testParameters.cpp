// The parameter list of a C++ driver, and which callbacks it makes.
#include <limits>
#include <vector>

#include "liveDatabase.h"
#include "simpleDriver.h"

namespace
{

// An interrupt client of one interface; addr -1 is the port.
template <typename Table, typename Value> class Client
{
  public:
    Client(const char *port, int addr, int reason, const char *type)
        : user_(pasynManager->createAsynUser(nullptr, nullptr))
    {
        pasynManager->connectDevice(user_, port, addr);
        user_->reason = reason;
        interface_ = pasynManager->findInterface(user_, type, 1);
        table().registerInterruptUser(interface_->drvPvt, user_, called, this, &registrar_);
    }
    ~Client()
    {
        table().cancelInterruptUser(interface_->drvPvt, user_, registrar_);
        pasynManager->freeAsynUser(user_);
    }
    Client(const Client &) = delete;
    Client &operator=(const Client &) = delete;

    std::vector<Value> values;
    asynStatus status = asynSuccess;

  private:
    static void called(void *pvt, asynUser *user, Value value)
    {
        auto *self = static_cast<Client *>(pvt);
        self->values.push_back(value);
        self->status = static_cast<asynStatus>(user->auxStatus);
    }
    Table &table() { return *static_cast<Table *>(interface_->pinterface); }

    asynUser *user_;
    asynInterface *interface_;
    void *registrar_ = nullptr;
};
using IntClient = Client<asynInt32, epicsInt32>;
using RealClient = Client<asynFloat64, epicsFloat64>;

using Ints = std::vector<epicsInt32>;

class Multi : public asynPortDriver
{
  public:
    explicit Multi(const char *name)
        : asynPortDriver(name, 3, allInterfaces, allInterfaces, 0, 1, 0, 0)
    {
        createParam("VALUE", asynParamInt32, &value);
    }
    int value;
};

const std::string database = record("longin", "li", "asynInt32", "@asyn(P)I32", ioIntr);

void names(SimpleDriver &driver)
{
    testDiag("names");
    int index = -1, again = -1;
    testOk(driver.findParam("i32", &index) == asynSuccess && index == driver.i32,
           "a parameter is found whatever the case of its name");
    testOk(driver.findParam("NOTHING", &index) == asynParamNotFound,
           "one that is not there is not");
    testOk(driver.createParam("i32", asynParamFloat64, &again) == asynError,
           "a name is taken whatever its case");
    const char *name = nullptr;
    testOk(driver.getParamName(driver.i64, &name) == asynSuccess && std::string(name) == "I64",
           "its name is as it was created");
}

void undefined(SimpleDriver &driver)
{
    testDiag("parameters without a value");
    int number = 7;
    double real = 7;
    epicsInt64 large = 7;
    epicsUInt32 bits = 7;
    char text[10];
    testOk(driver.getIntegerParam(driver.never, &number) == asynParamUndefined,
           "a get gives asynParamUndefined: Int32");
    testOk(driver.getInteger64Param(driver.i64, &large) == asynParamUndefined,
           "a get gives asynParamUndefined: Int64");
    testOk(driver.getDoubleParam(driver.f64, &real) == asynParamUndefined,
           "a get gives asynParamUndefined: Float64");
    testOk(driver.getUIntDigitalParam(driver.bits, &bits, 0xFF) == asynParamUndefined,
           "a get gives asynParamUndefined: UInt32Digital");
    testOk(driver.getStringParam(driver.text, sizeof text, text) == asynParamUndefined,
           "a get gives asynParamUndefined: Octet");
    IntClient client("P", 0, driver.never, asynInt32Type);
    driver.publish([&] { driver.setParamStatus(driver.never, asynTimeout); });
    testOk(client.values.empty(), "callbacks skip a parameter without a value");
    driver.publish([&] { driver.setParamStatus(driver.never, asynSuccess); });
    testOk(driver.setDoubleParam(driver.i32, 1) == asynParamWrongType, "a set of another type");
    testOk(driver.setIntegerParam(99, 1) == asynParamBadIndex, "a set of an index that is none");
}

void changes(SimpleDriver &driver)
{
    testDiag("only what changed");
    IntClient ints("P", 0, driver.i32, asynInt32Type);
    RealClient reals("P", 0, driver.f64, asynFloat64Type);
    driver.publish([&] { driver.setIntegerParam(driver.i32, 0); });
    testOk(ints.values == Ints{0}, "a first value is a change, also when it is 0");
    driver.publish([&] { driver.setIntegerParam(driver.i32, 0); });
    testOk(ints.values.size() == 1, "the same value again makes no callback");
    driver.publish([&] {
        driver.setIntegerParam(driver.i32, 1);
        driver.setIntegerParam(driver.i32, 2);
    });
    testOk(ints.values == (Ints{0, 2}), "one callback for two changes, with the last value");
    driver.publish([&] { driver.setParamStatus(driver.i32, asynTimeout); });
    testOk(ints.values.size() == 3 && ints.status == asynTimeout,
           "a changed status makes a callback");
    driver.publish([&] { driver.setParamAlarmStatus(driver.i32, LOLO_ALARM); });
    testOk(ints.values.size() == 4, "a changed alarm status makes a callback");
    driver.publish([&] { driver.setParamAlarmSeverity(driver.i32, MAJOR_ALARM); });
    testOk(ints.values.size() == 5, "a changed alarm severity makes a callback");
    driver.publish([&] {
        driver.setParamStatus(driver.i32, asynTimeout);
        driver.setParamAlarmStatus(driver.i32, LOLO_ALARM);
        driver.setParamAlarmSeverity(driver.i32, MAJOR_ALARM);
    });
    testOk(ints.values.size() == 5, "the same status and alarm again do not");
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (int i = 0; i < 3; ++i)
        driver.publish([&] { driver.setDoubleParam(driver.f64, nan); });
    testOk(reals.values.size() == 3, "NaN always counts as changed");
    testOk(ints.values.size() == 5, "and nothing else comes with it");
    double data[] = {1};
    Client<asynFloat64, epicsFloat64> other("P", 0, driver.i64, asynFloat64Type);
    driver.doCallbacksFloat64Array(data, 1, driver.wave, 0);
    testOk(other.values.empty(), "a client hears of its own parameter only");
    driver.publish([&] {
        driver.setParamStatus(driver.i32, asynSuccess);
        driver.setParamAlarmStatus(driver.i32, 0);
        driver.setParamAlarmSeverity(driver.i32, 0);
    });
}

void addresses(Multi &driver)
{
    testDiag("addresses");
    IntClient zero("M", 0, driver.value, asynInt32Type), one("M", 1, driver.value, asynInt32Type);
    driver.lock();
    for (int addr = 0; addr < 3; ++addr)
        driver.setIntegerParam(addr, driver.value, 10 + addr);
    driver.callParamCallbacks();
    testOk(zero.values == Ints{10} && one.values.empty(), "callParamCallbacks is for one address");
    driver.callParamCallbacks(1);
    testOk(one.values == Ints{11} && zero.values.size() == 1, "each address has a list of its own");
    int value = 0;
    testOk(driver.getIntegerParam(2, driver.value, &value) == asynSuccess && value == 12,
           "with its own value");
    driver.unlock();
}

} // namespace

int main()
{
    testPlan(27);
    auto *driver = new SimpleDriver("P");
    auto *multi = new Multi("M");
    return live(database, [=] {
        names(*driver);
        undefined(*driver);
        changes(*driver);
        addresses(*multi);
    });
}
