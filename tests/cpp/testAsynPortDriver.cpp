// asynPortDriver: registration, the default methods, errors, and a port's end.
#include <atomic>
#include <cstring>
#include <thread>

#include <asynInt32SyncIO.h>
#include <asynShellCommands.h>
#include <errlog.h>

#include "../../asynPythonApp/src/port/unfinishedPort.h"
#include "portClient.h"

namespace
{

bool contains(const char *text, const std::string &part)
{
    if (std::strstr(text, part.c_str()))
        return true;
    testDiag("\"%s\" is not in \"%s\"", part.c_str(), text);
    return false;
}

template <typename Call> std::string thrownBy(Call call)
{
    try {
        call();
    } catch (const std::runtime_error &error) {
        return error.what();
    }
    return "";
}

bool known(const std::string &port)
{
    asynUser *user = pasynManager->createAsynUser(nullptr, nullptr);
    const bool found = pasynManager->connectDevice(user, port.c_str(), -1) == asynSuccess;
    pasynManager->freeAsynUser(user);
    return found;
}

struct Throwing : Driver {
    explicit Throwing(const std::string &name, int flags) : Driver(name, 1, flags)
    {
        throw std::runtime_error("half made");
    }
};

void registration()
{
    testDiag("registration");
    const std::string name = freshName("port");
    Driver driver(name, 2);
    int yesNo = 0;
    testOk1(pasynManager->isMultiDevice(driver.pasynUserSelf, name.c_str(), &yesNo) ==
                asynSuccess &&
            yesNo == 1);
    testOk1(name == driver.portName && driver.maxAddr == 2);
    testOk1(contains(thrownBy([&] { Driver again(name); }).c_str(), name));
    testOk1(contains(thrownBy([] { Driver nameless(""); }).c_str(), "name"));
    testOk(findAsynPortDriver(name.c_str()) == static_cast<asynPortDriver *>(&driver),
           "the driver of the first stays");
    testOk1(findDerivedAsynPortDriver<Driver>(name.c_str()) == &driver);
    testOk1(!findDerivedAsynPortDriver<Throwing>(name.c_str()));
    testOk1(!findAsynPortDriver("there is none") && !findAsynPortDriver(nullptr));

    const std::string half = freshName("port");
    testOk1(thrownBy([&] { Throwing driver(half, ASYN_DESTRUCTIBLE); }) == "half made");
    testOk(!known(half), "nothing is left of a driver whose constructor threw");
    Driver second(half, 1, ASYN_DESTRUCTIBLE);
    testOk(findAsynPortDriver(half.c_str()) == static_cast<asynPortDriver *>(&second),
           "and its name is free");
    second.shutdownPortDriver();
}

template <typename Call> bool onAnotherThread(Call call)
{
    bool result = false;
    std::thread([&] { result = call(); }).join();
    return result;
}

static_assert(unfinishedPort == ASYN_UNFINISHED, "the Python driver has it from no asyn's header");

struct Finishing : Driver {
    explicit Finishing(const std::string &name, int autoConnect)
        : Driver(name, 1, ASYN_DESTRUCTIBLE | ASYN_UNFINISHED)
    {
        hidden = !onAnotherThread([&] { return known(name); });
        ownFinds = known(name);
        nameIsTaken = onAnotherThread(
            [&] { return contains(thrownBy([&] { Driver other(name); }).c_str(), name); });
        pasynManager->autoConnect(pasynUserSelf, autoConnect);
    }
    bool hidden, ownFinds, nameIsTaken;
};

struct HalfMade : Driver {
    explicit HalfMade(const std::string &name) : Driver(name, 1, ASYN_UNFINISHED)
    {
        throw std::runtime_error("no driver");
    }
};

// Clients of its own do not make it complete.
struct Reconnecting : asynPortDriver {
    explicit Reconnecting(const std::string &name, int flags)
        : asynPortDriver(name.c_str(), 1, allInterfaces, allInterfaces, flags | ASYN_UNFINISHED, 1,
                         0, 0)
    {
        const User client(name, 0);
        pasynManager->exceptionDisconnect(pasynUserSelf);
        epicsThreadSleep(0.2); // time enough to be asked
        askedEarly = asked;
        pasynManager->autoConnect(pasynUserSelf, 1);
    }
    asynStatus connect(asynUser *user) override
    {
        ++asked;
        return asynPortDriver::connect(user);
    }
    std::atomic<int> asked{0};
    int askedEarly = 0;
};

void unfinishedEnds()
{
    const std::string name = freshName("port");
    testOk1(onAnotherThread([&] { return !thrownBy([&] { HalfMade driver(name); }).empty(); }));
    testOk(thrownBy([&] { new Driver(name); }).empty(),
           "a name is free when another thread's constructor has thrown");
    for (const int flags : {0, ASYN_CANBLOCK}) {
        const std::string other = freshName("port");
        auto *driver = new Reconnecting(other, flags);
        testOk(driver->askedEarly == 0, "a driver is not asked to connect while it is made");
        testOk(asynWaitConnect(other.c_str(), 20) == 0 && driver->asked == 1, "but then");
    }
}

void unfinished()
{
    testDiag("a port whose constructor runs");
    for (const int autoConnect : {1, 0}) {
        const std::string name = freshName("port");
        Finishing driver(name, autoConnect);
        testOk(driver.hidden, "other threads do not find it");
        testOk(driver.ownFinds, "its own does");
        testOk(driver.nameIsTaken, "its name is taken");
        testOk(onAnotherThread([&] { return known(name); }), "autoConnect %d shows it",
               autoConnect);
        driver.shutdownPortDriver();
    }
}

void commonReport(void *, FILE *, int) {}
asynStatus commonConnect(void *, asynUser *user)
{
    return pasynManager->exceptionConnect(user);
}

void otherDrivers()
{
    static asynCommon common = {commonReport, commonConnect, commonConnect};
    static int own;
    static asynInterface interface = {asynCommonType, &common, &own};
    const std::string name = freshName("plain");
    pasynManager->registerPort(name.c_str(), 0, 0, 0, 0);
    pasynManager->registerInterface(name.c_str(), &interface);
    testOk(!findAsynPortDriver(name.c_str()), "a C driver's port is no asynPortDriver");
}

void users()
{
    testDiag("drvInfo and addresses");
    const std::string name = freshName("port");
    Driver driver(name, 2);
    const int i = driver.make("Value", asynParamInt32);
    User user(name, 1, "VALUE");
    int reason, addr;
    const char *text = nullptr;
    size_t size = 5;
    testOk1(user->reason == i);
    testOk1(driver.parseAsynUser(user.get(), &reason, &addr, &text) == asynSuccess);
    testOk1(reason == i && addr == 1 && std::string(text) == "Value");
    auto *table = user.table<asynDrvUser>(asynDrvUserType);
    testOk1(table->create(user.pvt(asynDrvUserType), user.get(), "nonsense", nullptr, nullptr) ==
            asynError);
    testOk1(contains(user.message(), name) && contains(user.message(), "nonsense"));
    testOk1(table->getType(user.pvt(asynDrvUserType), user.get(), &text, &size) == asynError &&
            !text && size == 0);
    testOk1(table->destroy(user.pvt(asynDrvUserType), user.get()) == asynSuccess);
    User far(name, 7);
    testOk1(driver.getAddress(far.get(), &addr) == asynError);
    testOk1(contains(far.message(), name) && contains(far.message(), "7"));
    user->reason = 99;
    epicsInt32 value;
    testOk1(driver.readInt32(user.get(), &value) == asynParamBadIndex);
    testOk1(contains(user.message(), "99"));
}

template <typename Table>
void number(const char *drvInfo, asynParamType type, typename Traits<Table>::Value some)
{
    const std::string name = freshName("port");
    interruptAccept = 1;
    Driver driver(name);
    const int index = driver.make(drvInfo, type);
    Client<Table> client(name, 0, drvInfo);
    typename Traits<Table>::Value value = 9;
    testOk(client.read(value) == asynParamUndefined && value == 0, "%s: no value yet", drvInfo);
    testOk1(contains(client.user.message(), name) && contains(client.user.message(), drvInfo));
    testOk1(client.write(some) == asynSuccess);
    testOk1(client.values.size() == 1 && client.values.back() == some);
    testOk1(client.read(value) == asynSuccess && value == some);
    epicsTimeStamp when{12345, 6};
    driver.setTimeStamp(&when);
    driver.setParamStatus(index, asynDisconnected);
    driver.setParamAlarmStatus(index, 4);
    driver.setParamAlarmSeverity(index, 2);
    testOk1(client.read(value) == asynDisconnected && value == some);
    testOk1(client.user->auxStatus == asynDisconnected && client.user->alarmStatus == 4 &&
            client.user->alarmSeverity == 2 && epicsTimeEqual(&client.user->timestamp, &when));
}

void digital()
{
    const std::string name = freshName("port");
    Driver driver(name);
    driver.make("D", asynParamUInt32Digital);
    User user(name, 0, "D");
    auto *table = user.table<asynUInt32Digital>(asynUInt32DigitalType);
    void *pvt = user.pvt(asynUInt32DigitalType);
    epicsUInt32 value = 9;
    testOk1(table->read(pvt, user.get(), &value, 0xFF) == asynParamUndefined && value == 0);
    testOk1(table->write(pvt, user.get(), 0xAA, 0x0F) == asynSuccess);
    testOk1(table->read(pvt, user.get(), &value, 0xFF) == asynSuccess && value == 0x0A);
    testOk1(table->setInterrupt(pvt, user.get(), 0x3, interruptOnBoth) == asynSuccess);
    testOk1(table->clearInterrupt(pvt, user.get(), 0x1) == asynSuccess);
    testOk1(table->getInterrupt(pvt, user.get(), &value, interruptOnZeroToOne) == asynSuccess &&
            value == 0x2);
}

void octet()
{
    testDiag("octet");
    const std::string name = freshName("port");
    Driver driver(name);
    driver.make("S", asynParamOctet);
    User user(name, 0, "S");
    auto *table = user.table<asynOctet>(asynOctetType);
    void *pvt = user.pvt(asynOctetType);
    char text[8] = "garbage";
    size_t count = 99;
    int why = 0, length = 0;
    testOk1(table->read(pvt, user.get(), text, sizeof text, &count, &why) == asynParamUndefined);
    testOk1(!*text);
    const char unterminated[] = {'a', 'b', 'c', 'd'};
    testOk1(table->write(pvt, user.get(), unterminated, 3, &count) == asynSuccess && count == 3);
    testOk1(table->read(pvt, user.get(), text, sizeof text, &count, &why) == asynSuccess);
    testOk1(std::string(text) == "abc" && count == 4 && why == ASYN_EOM_END);
    table->write(pvt, user.get(), "much too long", 13, &count);
    testOk1(table->read(pvt, user.get(), text, 5, &count, nullptr) == asynSuccess);
    testOk1(std::string(text) == "much" && count == 5);
    testOk1(table->read(pvt, user.get(), text, 0, &count, &why) == asynSuccess && count == 0);
    testOk(table->flush(pvt, user.get()) == asynSuccess, "flush ends");
    testOk1(table->setInputEos(pvt, user.get(), "\r\n", 2) == asynSuccess);
    testOk1(table->getInputEos(pvt, user.get(), text, sizeof text, &length) == asynSuccess);
    testOk1(length == 2 && std::string(text) == "\r\n");
    testOk1(table->getInputEos(pvt, user.get(), text, 1, &length) == asynOverflow);
    testOk1(table->setOutputEos(pvt, user.get(), nullptr, 0) == asynSuccess);
    testOk1(table->getOutputEos(pvt, user.get(), text, sizeof text, &length) == asynSuccess &&
            length == 0);
}

// A device that has some bytes waiting, or that never stops.
struct Talker : Driver {
    explicit Talker(const std::string &name) : Driver(name) {}
    asynStatus readOctet(asynUser *, char *, size_t maxChars, size_t *nActual, int *) override
    {
        *nActual = endless ? maxChars : std::min(waiting, maxChars);
        waiting -= std::min(waiting, maxChars);
        return *nActual ? asynSuccess : asynTimeout;
    }
    size_t waiting = 1000;
    bool endless = false;
};

void flushing()
{
    const std::string name = freshName("port");
    Talker driver(name);
    User user(name, 0);
    user->timeout = 3;
    driver.flushOctet(user.get());
    testOk(driver.waiting == 0 && user->timeout == 3, "flush empties a device");
    driver.endless = true;
    testOk(driver.flushOctet(user.get()) == asynSuccess, "and gives up on one that never stops");
}

void unsupported()
{
    testDiag("what the base class does not do");
    const std::string name = freshName("port");
    Driver driver(name);
    driver.make("A", asynParamInt32Array);
    User user(name, 0, "A");
    epicsInt32 data[2];
    size_t count = 9;
    testOk1(driver.readInt32Array(user.get(), data, 2, &count) == asynError && count == 0);
    testOk1(contains(user.message(), name) && contains(user.message(), "parameter A"));
    testOk1(driver.writeInt32Array(user.get(), data, 2) == asynError);
    testOk1(driver.readEnum(user.get(), nullptr, nullptr, nullptr, 0, &count) == asynError);
    testOk1(driver.writeEnum(user.get(), nullptr, nullptr, nullptr, 0) == asynError);
    testOk1(driver.readGenericPointer(user.get(), nullptr) == asynError);
    testOk1(driver.writeOption(user.get(), "key", "value") == asynError);
    epicsInt32 low, high;
    testOk1(driver.getBounds(user.get(), &low, &high) == asynSuccess && low == 0 && high == 65535);
}

struct Faulty : Driver {
    explicit Faulty(const std::string &name) : Driver(name) {}
    asynStatus readInt32(asynUser *, epicsInt32 *) override { throw std::out_of_range("oh dear"); }
    asynStatus writeInt32(asynUser *, epicsInt32) override { throw 5; }
    asynStatus lock() override { return refuse ? asynDisabled : asynPortDriver::lock(); }
    bool refuse = false;
};

// A listener of the error log; counts lines with a driver's exception.
void countExceptions(void *count, const char *message)
{
    if (contains(message, "oh dear"))
        ++*static_cast<int *>(count);
}

void exceptions()
{
    testDiag("exceptions and refused locks");
    const std::string name = freshName("port");
    Faulty driver(name);
    driver.make("I", asynParamInt32);
    Client<asynInt32> client(name, 0, "I");
    epicsInt32 value;
    testOk1(client.read(value) == asynError && contains(client.user.message(), "oh dear"));
    testOk1(client.write(1) == asynError && contains(client.user.message(), name));
    int lines = 0;
    const epicsTime start = epicsTime::getCurrent();
    errlogFlush();
    errlogAddListener(countExceptions, &lines);
    const int other = driver.make("OTHER", asynParamInt32);
    client.user.get()->reason = other;
    for (int i = 0; i < 20; ++i)
        client.read(value);
    errlogFlush();
    errlogRemoveListeners(countExceptions, &lines);
    const double seconds = epicsTime::getCurrent() - start;
    testOk(lines >= 1 && lines <= 1 + seconds / 10,
           "a driver that always throws is traced every 10 s: %d in %g s", lines, seconds);
    driver.refuse = true;
    testOk1(client.read(value) == asynDisabled && contains(client.user.message(), name));
    driver.refuse = false;
    Locked lock(driver);
    testOk(client.write(1) == asynError, "the lock was given back each time");
}

struct Noting : Driver {
    Noting(const std::string &name, std::string &notes)
        : Driver(name, 2, ASYN_DESTRUCTIBLE), notes_(notes)
    {
    }
    ~Noting() override { notes_ += "deleted"; }
    void shutdownPortDriver() override
    {
        notes_ += "shutdown,";
        Driver::shutdownPortDriver();
    }
    std::string &notes_;
};

void ending()
{
    testDiag("the end of a destructible port");
    std::string notes;
    const std::string name = freshName("port");
    auto *driver = new Noting(name, notes);
    driver->make("I", asynParamInt32);
    Client<asynInt32> client(name, 0, "I");
    asynInterface *interface = client.user.interface(asynInt32Type);
    asynInterface *common = client.user.interface(asynCommonType);
    auto *table = static_cast<asynInt32 *>(interface->pinterface);
    testOk1(driver->needsShutdown());
    testOk1(pasynManager->shutdownPort(client.user.get()) == asynSuccess);
    testOk1(notes == "shutdown,deleted");
    epicsInt32 value;
    testOk(table->read(interface->drvPvt, client.user.get(), &value) == asynDisabled,
           "old handles give asynDisabled");
    static_cast<asynCommon *>(common->pinterface)->report(common->drvPvt, stderr, 0);
    testOk1(!findAsynPortDriver(name.c_str()));
    client.cancel();

    notes.clear();
    driver = new Noting(name, notes);
    testOk1(findAsynPortDriver(name.c_str()) == static_cast<asynPortDriver *>(driver));
    driver->shutdownPortDriver();
    testOk1(notes == "shutdown," && !driver->needsShutdown());
    delete driver;
    testOk(notes == "shutdown,deleted", "a driver that is ended by hand is not deleted twice");

    driver = new Noting(name, notes);
    delete driver;
    testOk(!known(name), "deleted without a shutdown: a message, and the port is gone");

    const std::string lasting = freshName("port");
    auto *plain = new Driver(lasting);
    User user(lasting, 0);
    interface = user.interface(asynInt32Type);
    delete plain;
    testOk(static_cast<asynInt32 *>(interface->pinterface)
                   ->read(interface->drvPvt, user.get(), &value) == asynDisabled,
           "handles of a deleted driver that was not destructible give asynDisabled too");
}

void connections()
{
    const std::string name = freshName("port");
    Driver driver(name);
    User user(name, 0);
    auto *common = user.table<asynCommon>(asynCommonType);
    void *pvt = user.pvt(asynCommonType);
    testOk1(common->connect(pvt, user.get()) == asynSuccess);
    testOk1(common->connect(pvt, user.get()) == asynSuccess);
    int yesNo = 0;
    testOk1(pasynManager->isConnected(user.get(), &yesNo) == asynSuccess && yesNo == 1);
    testOk1(common->disconnect(pvt, user.get()) == asynSuccess);

    const std::string automatic = freshName("port");
    auto *connecting = new asynPortDriver(automatic.c_str(), 1, allInterfaces, allInterfaces,
                                          ASYN_DESTRUCTIBLE, 1, 0, 0);
    User waiting(automatic, 0);
    testOk(pasynManager->waitConnect(waiting.get(), 10) == asynSuccess,
           "autoConnect connects by itself");
    pasynManager->shutdownPort(waiting.get());
    testOk1(findAsynPortDriver(automatic.c_str()) == nullptr && connecting);
}

void reports()
{
    const std::string name = freshName("port");
    Driver driver(name, 2);
    driver.setIntegerParam(driver.make("AnInteger", asynParamInt32), 4711);
    driver.setStringParam(driver.make("AString", asynParamOctet), "a text");
    driver.make("NoValue", asynParamFloat64);
    DigitalClient client(name, 0, "NoValue", 0x42);
    FILE *file = tmpfile();
    driver.report(file, 3);
    rewind(file);
    std::string text(8192, '\0');
    text.resize(fread(&text[0], 1, text.size(), file));
    fclose(file);
    for (const std::string &part :
         {name, std::string("4711"), std::string("\"a text\""), std::string("value undefined"),
          std::string("mask=0x42"), std::string("parameter list 1")})
        testOk(contains(text.c_str(), part), "the report says %s", part.c_str());
}

} // namespace

int main()
{
    testPlan(116);
    registration();
    unfinished();
    unfinishedEnds();
    otherDrivers();
    users();
    number<asynInt32>("Int32", asynParamInt32, -7);
    number<asynInt64>("Int64", asynParamInt64, 1LL << 40);
    number<asynFloat64>("Float64", asynParamFloat64, 2.5);
    digital();
    octet();
    flushing();
    unsupported();
    exceptions();
    ending();
    connections();
    reports();
    return testDone();
}
