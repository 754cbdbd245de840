// Records of a driver in C++ that is no asynPortDriver and throws: alarmed, and served again.
#include <atomic>
#include <stdexcept>
#include <thread>

#include <alarm.h>
#include <asynDriver.h>
#include <asynInt32.h>
#include <asynInt32SyncIO.h>
#include <asynOctet.h>
#include <asynOption.h>
#include <asynShellCommands.h>
#include <epicsUnitTest.h>

#include "../behaviour/liveDatabase.h"
#include "shell.h"

namespace
{

std::atomic<bool> throws{false};
epicsInt32 kept = 0;
std::atomic<int> attempts{0};

asynStatus writeKept(void *, asynUser *, epicsInt32 value)
{
    if (throws)
        throw std::runtime_error("broken");
    kept = value;
    return asynSuccess;
}

asynStatus readKept(void *, asynUser *, epicsInt32 *value)
{
    if (throws)
        throw 42;
    *value = kept;
    return asynSuccess;
}

asynStatus setOption(void *, asynUser *, const char *, const char *)
{
    throw std::runtime_error("no such option");
}

asynStatus getOption(void *, asynUser *, const char *, char *, int)
{
    throw std::runtime_error("no such option");
}

asynStatus setEos(void *, asynUser *, const char *, int)
{
    throw std::runtime_error("no terminators");
}

asynStatus getEos(void *, asynUser *, char *, int, int *)
{
    throw 42;
}

void report(void *, FILE *, int)
{
    if (throws)
        throw std::runtime_error("nothing to report");
}

asynStatus connectPort(void *, asynUser *user)
{
    ++attempts;
    if (throws)
        throw std::runtime_error("no connection");
    return pasynManager->exceptionConnect(user);
}

void make(const char *name, int flags)
{
    static asynCommon common = {report, connectPort, nullptr};
    static asynInt32 int32 = {writeKept, readKept, nullptr, nullptr, nullptr};
    static asynOption option = {setOption, getOption};
    static asynOctet octet = {nullptr, nullptr, nullptr, nullptr, nullptr,
                              setEos,  getEos,  setEos,  getEos};
    pasynManager->registerPort(name, flags, 1, 0, 0);
    pasynManager->registerInterface(name, new asynInterface{asynCommonType, &common, &kept});
    pasynManager->registerInterface(name, new asynInterface{asynOptionType, &option, &kept});
    pasynInt32Base->initialize(name, new asynInterface{asynInt32Type, &int32, &kept});
    pasynOctetBase->initialize(name, new asynInterface{asynOctetType, &octet, &kept}, 0, 0, 0);
}

// Another thread can lock the port.
void isFree(const std::string &port)
{
    static std::atomic<unsigned> locked{0};
    const unsigned before = locked;
    std::thread([port] {
        asynUser *user = pasynManager->createAsynUser(nullptr, nullptr);
        pasynManager->connectDevice(user, port.c_str(), 0);
        pasynManager->lockPort(user);
        ++locked;
        pasynManager->unlockPort(user);
        pasynManager->freeAsynUser(user);
    }).detach();
    testOk(eventually([before] { return locked > before; }, 10), "and the port is not locked");
}

// A command says what was thrown, and gives the port back.
void command(const std::string &port, const std::string &line, const char *thrown)
{
    const Result result = run(line);
    testOk(result.status != 0 && lines(result.text) == 1 &&
               result.text.find("port " + port + ": ") != std::string::npos &&
               result.text.find(thrown) != std::string::npos,
           "%s -> %s", line.c_str(), result.text.c_str());
    isFree(port);
}

asynStatus notified(void *, asynUser *)
{
    if (throws)
        throw std::runtime_error("no lock");
    return asynSuccess;
}

// A driver that is told of its port's lock, and throws.
void lockNotify()
{
    static asynLockPortNotify table = {notified, notified};
    make("NOTIFIED", 0);
    pasynManager->registerInterface("NOTIFIED",
                                    new asynInterface{asynLockPortNotifyType, &table, &kept});
    asynUser *user = pasynManager->createAsynUser(nullptr, nullptr);
    pasynManager->connectDevice(user, "NOTIFIED", 0);
    throws = true;
    testOk(pasynManager->lockPort(user) == asynError && strstr(user->errorMessage, "no lock"), "%s",
           user->errorMessage);
    throws = false;
    isFree("NOTIFIED");
    testOk1(pasynManager->lockPort(user) == asynSuccess);
    throws = true;
    testOk1(pasynManager->unlockPort(user) == asynSuccess);
    throws = false;
    isFree("NOTIFIED");
    pasynManager->freeAsynUser(user);
}

void shell(const std::string &port)
{
    command(port, "asynSetOption " + port + " 0 key value", "no such option");
    command(port, "asynShowOption " + port + " 0 key", "no such option");
    command(port, "asynOctetSetInputEos " + port + " 0 x", "no terminators");
    command(port, "asynOctetGetInputEos " + port + " 0", "not a std::exception");
    command(port, "asynOctetSetOutputEos " + port + " 0 x", "no terminators");
    command(port, "asynOctetGetOutputEos " + port + " 0", "not a std::exception");
    throws = true;
    const Result report = run("asynReport 0 " + port);
    testOk(report.text.find("nothing to report") != std::string::npos, "%s", report.text.c_str());
    throws = false;
}

const std::string database = record("longin", "in:0", "asynInt32", "@asyn(ATONCE)") +
                             record("longin", "in:1", "asynInt32", "@asyn(QUEUED)") +
                             record("longout", "out:0", "asynInt32", "@asyn(ATONCE)") +
                             record("longout", "out:1", "asynInt32", "@asyn(QUEUED)");

void rules(const std::string &which)
{
    testDiag("port %s", which == "0" ? "ATONCE" : "QUEUED");
    const std::string in = "in:" + which, out = "out:" + which;
    throws = false;
    put(out.c_str(), 5);
    process(in);
    testOk1(becomes(in.c_str(), 5));
    throws = true;
    process(in);
    testOk(becomes((in + ".STAT").c_str(), READ_ALARM) &&
               becomes((in + ".SEVR").c_str(), INVALID_ALARM),
           "an input is alarmed");
    put(out.c_str(), 6);
    testOk(becomes((out + ".STAT").c_str(), WRITE_ALARM) && kept == 5, "an output is alarmed");
    testOk(becomes((in + ".PACT").c_str(), 0) && becomes((out + ".PACT").c_str(), 0),
           "neither waits for ever");
    const char *port = which == "0" ? "ATONCE" : "QUEUED";
    asynUser *user = nullptr;
    epicsInt32 value = 0;
    pasynInt32SyncIO->connect(port, 0, &user, nullptr);
    testOk(pasynInt32SyncIO->write(user, 8, 10) == asynError &&
               strstr(user->errorMessage, "broken") != nullptr,
           "a synchronous client is told: %s", user->errorMessage);
    testOk1(pasynInt32SyncIO->read(user, &value, 10) == asynError);
    pasynInt32SyncIO->disconnect(user);
    throws = false;
    std::thread other([&out] { put(out.c_str(), 7); }); // would wait for the lock
    other.join();
    testOk(becomes((out + ".SEVR").c_str(), NO_ALARM), "and all goes on");
    process(in);
    testOk1(becomes(in.c_str(), 7));

    user = pasynManager->createAsynUser(nullptr, nullptr);
    pasynManager->connectDevice(user, port, -1);
    pasynManager->autoConnect(user, 0);
    pasynManager->exceptionDisconnect(user);
    throws = true;
    const int before = attempts;
    asynAutoConnect(port, -1, 1);
    testOk(eventually([=] { return attempts > before; }), "connect() throws");
    process(in);
    testOk(becomes((in + ".STAT").c_str(), COMM_ALARM), "the port is not connected");
    throws = false;
    asynAutoConnect(port, -1, 1);
    testOk(asynWaitConnect(port, 20) == 0, "but asked again, it connects");
    process(in);
    testOk1(becomes((in + ".SEVR").c_str(), NO_ALARM));
    pasynManager->freeAsynUser(user);
}

} // namespace

int main()
{
    testPlan(57);
    make("ATONCE", 0);
    make("QUEUED", ASYN_CANBLOCK);
    return live(database, [] {
        shell("ATONCE");
        shell("QUEUED");
        lockNotify();
        rules("0");
        rules("1");
    });
}
