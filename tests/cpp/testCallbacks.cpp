// callParamCallbacks: who is told what, when, in which order.
#include <memory>

#include <initHooks.h>

#include "portClient.h"

namespace
{

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

template <typename... Arguments> asynStatus callLocked(Driver &driver, Arguments... arguments)
{
    Locked lock(driver);
    return driver.callParamCallbacks(arguments...);
}

void beforeInterruptAccept()
{
    testDiag("nothing before interrupts are accepted");
    const std::string name = freshName("early");
    Driver driver(name);
    const int i = driver.make("I", asynParamInt32);
    Client<asynInt32> client(name, 0, "I");
    driver.setIntegerParam(i, 1);
    testOk1(callLocked(driver) == asynSuccess && client.values.empty());
    driver.setIntegerParam(i, 2);

    const std::string several = freshName("early");
    Driver other(several, 3);
    const int k = other.make("K", asynParamInt32);
    Client<asynInt32> two(several, 2, "K"), one(several, 1, "K");
    other.setIntegerParam(2, k, 5);
    { // One that is gone again by then.
        Driver gone(freshName("early"));
        gone.setIntegerParam(gone.make("G", asynParamInt32), 1);
    }
    initHookAnnounce(initHookAfterInitDatabase);
    testOk1(client.values.empty() && two.values.empty());
    interruptAccept = 1;
    initHookAnnounce(initHookAfterInterruptAccept);
    testOk(client.values == std::vector<epicsInt32>{2}, "then the newest value");
    testOk(two.values == std::vector<epicsInt32>{5} && one.values.empty(), "of every list");
    initHookAnnounce(initHookAfterInterruptAccept);
    testOk1(client.values.size() == 1);
}

void changes()
{
    testDiag("only what changed");
    const std::string name = freshName("changes");
    Driver driver(name);
    const int i = driver.make("I", asynParamInt32), f = driver.make("F", asynParamFloat64);
    Client<asynInt32> integer(name, 0, "I");
    Client<asynFloat64> real(name, 0, "f");
    callLocked(driver);
    testOk1(integer.values.empty() && real.values.empty());
    driver.setIntegerParam(i, 0);
    driver.setIntegerParam(i, 0);
    callLocked(driver);
    testOk(integer.values.size() == 1, "a first value is a change, also when it is 0");
    driver.setIntegerParam(i, 0);
    callLocked(driver);
    testOk1(integer.values.size() == 1);
    driver.setParamStatus(i, asynTimeout);
    callLocked(driver);
    testOk1(integer.values.size() == 2 && integer.last.auxStatus == asynTimeout);
    driver.setParamAlarmStatus(i, 5);
    callLocked(driver);
    testOk1(integer.values.size() == 3 && integer.last.alarmStatus == 5);
    driver.setParamAlarmSeverity(i, 2);
    callLocked(driver);
    testOk1(integer.values.size() == 4 && integer.last.alarmSeverity == 2);
    driver.setDoubleParam(f, nan);
    callLocked(driver);
    driver.setDoubleParam(f, nan);
    callLocked(driver);
    testOk(real.values.size() == 2 && integer.values.size() == 4, "NaN is always a change");
    epicsTimeStamp when{1000, 500};
    driver.setTimeStamp(&when);
    driver.setDoubleParam(f, 1);
    callLocked(driver);
    testOk1(epicsTimeEqual(&real.last.timestamp, &when));
}

void undefined()
{
    testDiag("a status without a value");
    const std::string name = freshName("undefined");
    Driver driver(name);
    const int d = driver.make("D", asynParamUInt32Digital), i = driver.make("I", asynParamInt32);
    Client<asynInt32> client(name, 0, "I");
    DigitalClient digital(name, 0, "D", 0x1);
    driver.setParamStatus(i, asynDisconnected);
    driver.setParamStatus(d, asynDisconnected);
    callLocked(driver);
    testOk1(client.values.empty() && digital.values.empty());
    driver.setUIntDigitalParam(d, 0, 0xFF);
    callLocked(driver);
    testOk(digital.values == std::vector<epicsUInt32>{0}, "the status change is not forgotten");
}

void addresses()
{
    testDiag("addresses");
    const std::string name = freshName("addresses");
    Driver driver(name, 3);
    const int i = driver.make("I", asynParamInt32);
    Client<asynInt32> zero(name, 0, "I"), two(name, 2, "I"), port(name, -1, "I");
    for (int addr = 0; addr < 3; ++addr)
        driver.setIntegerParam(addr, i, 10 + addr);
    callLocked(driver);
    testOk1(zero.values == std::vector<epicsInt32>{10} && two.values.empty());
    testOk(port.values == std::vector<epicsInt32>{10}, "a client of the port is one of address 0");
    callLocked(driver, 2);
    testOk1(two.values == std::vector<epicsInt32>{12} && zero.values.size() == 1);
    driver.setIntegerParam(1, i, 77);
    callLocked(driver, 1, 2);
    testOk(two.values.back() == 77, "list 1 to the clients of address 2");
    testOk1(callLocked(driver, 3) == asynParamInvalidList);

    const std::string single = freshName("addresses");
    Driver one(single);
    const int k = one.make("K", asynParamInt32);
    Client<asynInt32> five(single, 5, "K");
    one.setIntegerParam(k, 3);
    callLocked(one);
    testOk(five.values == std::vector<epicsInt32>{3}, "a single-device port takes any address");
}

void digital()
{
    testDiag("UInt32Digital");
    const std::string name = freshName("digital");
    Driver driver(name);
    const int d = driver.make("D", asynParamUInt32Digital);
    DigitalClient low(name, 0, "D", 0x0F), high(name, 0, "D", 0xF0);
    driver.setUIntDigitalParam(d, 0, 0xFF);
    callLocked(driver);
    testOk(low.values.empty() && high.values.empty(), "a first value of 0 changes no bit");
    driver.setUIntDigitalParam(d, 0x1, 0xFF);
    callLocked(driver);
    testOk1(low.values == std::vector<epicsUInt32>{0x1} && high.values.empty());
    driver.setUIntDigitalParam(d, 0x31, 0xFF);
    driver.setUIntDigitalParam(d, 0x32, 0x0F);
    callLocked(driver);
    testOk1(low.values.back() == 0x2 && high.values == std::vector<epicsUInt32>{0x30});
    driver.setUIntDigitalParam(d, 0x32u, 0xFFu, 0x10u); // with int this is list, index, …
    callLocked(driver);
    testOk(low.values.size() == 2 && high.values.size() == 2, "the interrupt mask forces");
    driver.setParamAlarmSeverity(d, 1);
    callLocked(driver);
    testOk(low.values.size() == 3 && high.values.size() == 3, "an alarm reaches every mask");
    driver.setUIntDigitalParam(d, 0x33, 0xFF);
    callLocked(driver);
    testOk(low.values.size() == 4 && high.values.size() == 3, "and once only");
}

void octet()
{
    testDiag("octet");
    const std::string name = freshName("octet");
    Driver driver(name);
    const int s = driver.make("S", asynParamOctet);
    OctetClient client(name, 0, "S"), other(name, 0, "S");
    driver.setStringParam(s, "hello");
    callLocked(driver);
    testOk1(client.values == std::vector<std::string>{"hello"});
    testOk1(client.count == 6 && client.eomReason == ASYN_EOM_END);
    client.hook = [&] { driver.setStringParam(s, std::string(1000, 'x')); };
    driver.setStringParam(s, "short");
    callLocked(driver);
    testOk(client.values.back() == "short", "a client may set the string it is told of");
    client.hook = nullptr;
    callLocked(driver);
    testOk1(other.values.back().size() == 1000);
}

void order()
{
    testDiag("the order of changes");
    const std::string name = freshName("order");
    Driver driver(name);
    const int i = driver.make("I", asynParamInt32), f = driver.make("F", asynParamFloat64);
    const int k = driver.make("K", asynParamInt32);
    std::string seen;
    Client<asynInt32> integer(name, 0, "I"), last(name, 0, "K"), again(name, 0, "I");
    Client<asynFloat64> real(name, 0, "F");
    integer.hook = [&](epicsInt32) { seen += 'i'; };
    again.hook = [&](epicsInt32) { seen += 'I'; };
    last.hook = [&](epicsInt32) { seen += 'k'; };
    real.hook = [&](double) { seen += 'f'; };
    driver.setIntegerParam(k, 1);
    driver.setDoubleParam(f, 1);
    driver.setIntegerParam(i, 1);
    callLocked(driver);
    testOk(seen == "kfiI", "called in the order %s", seen.c_str());
}

void recursion()
{
    testDiag("callbacks within callbacks");
    const std::string name = freshName("recursion");
    Driver driver(name);
    const int i = driver.make("I", asynParamInt32), k = driver.make("K", asynParamInt32);
    Client<asynInt32> first(name, 0, "I"), second(name, 0, "I"), other(name, 0, "K");
    first.hook = [&](epicsInt32 value) {
        if (value >= 5)
            return;
        driver.make(("NEW" + std::to_string(value)).c_str(), asynParamInt32);
        driver.setIntegerParam(i, value + 1);
        driver.callParamCallbacks();
    };
    driver.setIntegerParam(i, 1);
    driver.setIntegerParam(k, 1);
    callLocked(driver);
    testOk1(first.values == (std::vector<epicsInt32>{1, 2, 3, 4, 5}));
    testOk(second.values.back() == 5, "the last word is the newest value");
    testOk1(other.values == std::vector<epicsInt32>{1});

    testDiag("clients that leave and come within a callback");
    Client<asynInt32> leaving(name, 0, "K");
    std::unique_ptr<Client<asynInt32>> coming;
    other.hook = [&](epicsInt32) {
        other.cancel();
        coming = std::make_unique<Client<asynInt32>>(name, 0, "K");
    };
    driver.setIntegerParam(k, 2);
    callLocked(driver);
    driver.setIntegerParam(k, 3);
    callLocked(driver);
    testOk1(other.values == (std::vector<epicsInt32>{1, 2}));
    testOk1(leaving.values == (std::vector<epicsInt32>{2, 3}));
    testOk1(coming && coming->values == std::vector<epicsInt32>{3});
}

std::vector<double> seenArray;
void arrayCalled(void *pvt, asynUser *user, epicsFloat64 *value, size_t count)
{
    seenArray.assign(value, value + count);
    *static_cast<int *>(pvt) = user->auxStatus;
}

void enumCalled(void *pvt, asynUser *, char *strings[], int values[], int severities[],
                size_t count)
{
    auto *seen = static_cast<std::string *>(pvt);
    for (size_t i = 0; i < count; ++i)
        *seen += std::string(strings[i]) + std::to_string(values[i]) +
                 std::to_string(severities[i]) + ";";
}

void pointerCalled(void *pvt, asynUser *, void *pointer)
{
    *static_cast<void **>(pvt) = pointer;
}

void others()
{
    testDiag("arrays, enums, pointers");
    const std::string name = freshName("arrays");
    Driver driver(name, 2);
    const int a = driver.make("A", asynParamFloat64Array);
    User user(name, 1, "A");
    int status = -1;
    void *registrar;
    auto *arrays = user.table<asynFloat64Array>(asynFloat64ArrayType);
    arrays->registerInterruptUser(nullptr, user.get(), arrayCalled, &status, &registrar);
    double data[] = {1, 2, 3};
    driver.setParamStatus(1, a, asynOverflow);
    driver.doCallbacksFloat64Array(data, 3, a, 0);
    testOk1(seenArray.empty());
    testOk1(driver.doCallbacksFloat64Array(data, 3, a, 1) == asynSuccess);
    testOk1(seenArray == std::vector<double>({1, 2, 3}) && status == asynOverflow);
    driver.doCallbacksFloat64Array(data, 2, a, 1);
    testOk(seenArray.size() == 2, "no change detection");
    arrays->cancelInterruptUser(nullptr, user.get(), registrar);

    std::string seen;
    auto *enums = user.table<asynEnum>(asynEnumType);
    enums->registerInterruptUser(nullptr, user.get(), enumCalled, &seen, &registrar);
    char off[] = "off", on[] = "on";
    char *strings[] = {off, on};
    int values[] = {0, 1}, severities[] = {0, 2};
    testOk1(driver.doCallbacksEnum(strings, values, severities, 2, a, 1) == asynSuccess);
    testOk1(seen == "off00;on12;");
    enums->cancelInterruptUser(nullptr, user.get(), registrar);

    void *pointer = nullptr;
    auto *pointers = user.table<asynGenericPointer>(asynGenericPointerType);
    pointers->registerInterruptUser(nullptr, user.get(), pointerCalled, &pointer, &registrar);
    driver.doCallbacksGenericPointer(data, a, 1);
    testOk1(pointer == data);
    pointers->cancelInterruptUser(nullptr, user.get(), registrar);
}

void newParameterInCallback()
{
    testDiag("a callback that cancels the next client, makes a parameter and calls on");
    const std::string name = freshName("grown");
    Driver driver(name);
    const int i = driver.make("I", asynParamInt32);
    Client<asynInt32> first(name, 0, "I"), second(name, 0, "I"), third(name, 0, "I");
    first.hook = [&](epicsInt32) {
        if (first.values.size() > 1)
            return;
        second.cancel();
        driver.setIntegerParam(driver.make("NEW", asynParamInt32), 7);
        driver.callParamCallbacks();
    };
    driver.setIntegerParam(i, 1);
    callLocked(driver);
    testOk(second.values.empty() && third.values == std::vector<epicsInt32>{1},
           "the clients behind are told");
    Client<asynInt32> late(name, 0, "NEW");
    driver.setIntegerParam(i + 1, 8);
    callLocked(driver);
    testOk1(late.values == std::vector<epicsInt32>{8});
}

void withoutClients()
{
    asynPortDriver driver(freshName("none").c_str(), 1, asynDrvUserMask | asynInt32Mask, 0, 0, 0, 0,
                          0);
    int index;
    double data[1] = {};
    driver.createParam("I", asynParamInt32, &index);
    driver.setIntegerParam(index, 1);
    testOk(driver.callParamCallbacks() == asynSuccess, "an interface without interrupts");
    testOk1(driver.doCallbacksFloat64Array(data, 1, index, 0) == asynSuccess);
    testOk1(driver.doCallbacksEnum(nullptr, nullptr, nullptr, 0, index, 0) == asynSuccess);
}

} // namespace

int main()
{
    testPlan(50);
    beforeInterruptAccept();
    changes();
    undefined();
    addresses();
    digital();
    octet();
    order();
    recursion();
    others();
    newParameterInCallback();
    withoutClients();
    return testDone();
}
