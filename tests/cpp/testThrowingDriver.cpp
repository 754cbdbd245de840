// Records of a driver in C++ that is no asynPortDriver and throws: alarmed, and served again.
#include <atomic>
#include <stdexcept>
#include <thread>

#include <alarm.h>
#include <asynDriver.h>
#include <asynInt32.h>
#include <asynInt32SyncIO.h>
#include <asynShellCommands.h>
#include <epicsUnitTest.h>

#include "../behaviour/liveDatabase.h"

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

void report(void *, FILE *, int) {}

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
    pasynManager->registerPort(name, flags, 1, 0, 0);
    pasynManager->registerInterface(name, new asynInterface{asynCommonType, &common, &kept});
    pasynInt32Base->initialize(name, new asynInterface{asynInt32Type, &int32, &kept});
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
    testPlan(0);
    make("ATONCE", 0);
    make("QUEUED", ASYN_CANBLOCK);
    return live(database, [] {
        rules("0");
        rules("1");
    });
}
