// The driver's range of raw values, for LINR LINEAR: asked for at the port's turn, and not of a
// driver that is gone.
#include <atomic>
#include <thread>

#include <epicsEvent.h>

#include "../behaviour/liveDatabase.h"
#include "../behaviour/simpleDriver.h"

namespace
{

// Has no lock of its own: it leaves that to the port's.
class Ranged : public SimpleDriver
{
  public:
    Ranged(const char *name, int flags) : SimpleDriver(name, ASYN_DESTRUCTIBLE | flags) {}
    ~Ranged() override { gone = true; }
    asynStatus lock() override { return asynSuccess; }
    asynStatus unlock() override { return asynSuccess; }
    asynStatus getBounds(asynUser *, epicsInt32 *low, epicsInt32 *high) override
    {
        ++asked;
        if (stays) {
            goOn.wait();
            ended = !gone;
        }
        *low = 0;
        *high = 100;
        return asynSuccess;
    }
    asynStatus connect(asynUser *user) override
    {
        if (!connects)
            return asynError;
        return SimpleDriver::connect(user);
    }

    static std::atomic<int> asked;
    static std::atomic<bool> gone, stays, ended, connects;
    static epicsEvent goOn;
};
std::atomic<int> Ranged::asked{0};
std::atomic<bool> Ranged::gone{false}, Ranged::stays{false}, Ranged::ended{false},
    Ranged::connects{true};
epicsEvent Ranged::goOn;

asynUser *client(const std::string &port)
{
    asynUser *user = pasynManager->createAsynUser(nullptr, nullptr);
    pasynManager->connectDevice(user, port.c_str(), -1);
    return user;
}

// As another client does for a while.
void whileLocked(const std::string &port)
{
    asynUser *user = client(port);
    pasynManager->lockPort(user);
    const int before = Ranged::asked;
    std::atomic<bool> done{false};
    std::thread operatorsPut([&] {
        put((port + ":ai.EGUF").c_str(), 50);
        done = true;
    });
    testOk(!eventually([&] { return Ranged::asked != before; }, 0.3) && !done,
           "port %s: the range is not asked for while another client has the port", port.c_str());
    pasynManager->unlockPort(user);
    operatorsPut.join();
    testOk(Ranged::asked == before + 1 && number((port + ":ai.ESLO").c_str()) == 0.5,
           "and is then: %g", number((port + ":ai.ESLO").c_str()));
    pasynManager->freeAsynUser(user);
}

void whileShutDown(const std::string &port)
{
    asynUser *user = client(port);
    Ranged::gone = false;
    Ranged::stays = true;
    const int before = Ranged::asked;
    std::thread operatorsPut([&] { put((port + ":ai.EGUF").c_str(), 30); });
    testOk(eventually([&] { return Ranged::asked != before; }), "port %s: the range is asked for",
           port.c_str());
    std::atomic<bool> down{false};
    std::thread end([&] { down = pasynManager->shutdownPort(user) == asynSuccess; });
    testOk(!eventually([] { return Ranged::gone.load(); }, 0.3),
           "the driver stays as long as it is asked");
    Ranged::goOn.signal();
    operatorsPut.join();
    end.join();
    testOk(Ranged::ended && down && Ranged::gone, "and goes then");
    Ranged::stays = false;
    put((port + ":ai.EGUF").c_str(), 20);
    testOk(Ranged::asked == before + 1, "afterwards nobody asks");
    pasynManager->freeAsynUser(user);
}

} // namespace

int main()
{
    testPlan(15);
    const std::string linear = "field(LINR, LINEAR) field(EGUL, 0) field(EGUF, 10) ";
    new Ranged("P", 0);
    new Ranged("B", ASYN_CANBLOCK);
    Ranged::connects = false;
    new Ranged("D", ASYN_CANBLOCK);
    return live(record("ai", "P:ai", "asynInt32", "@asyn(P)I32", linear) +
                    record("ai", "B:ai", "asynInt32", "@asyn(B)I32", linear) +
                    record("ai", "D:ai", "asynInt32", "@asyn(D)I32", linear),
                [] {
                    testOk(number("D:ai.ESLO") == 0.1, "a port that is not connected is asked: %g",
                           number("D:ai.ESLO"));
                    for (const char *port : {"P", "B"}) {
                        whileLocked(port);
                        whileShutDown(port);
                    }
                });
}
