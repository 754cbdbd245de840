// Ports come and go: memory, threads and file descriptors stay, and so do the asynUsers of ports
// that are gone.
//
// ASYNPYTHON_LIFE_PORTS: how many ports of each kind, default 10000; fewer under sanitizers.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <dirent.h>
#include <malloc.h>
#include <unistd.h>

#include <asynInt32SyncIO.h>
#include <asynPortDriver.h>
#include <asynShellCommands.h>
#include <dbAccess.h>
#include <epicsEvent.h>
#include <epicsThread.h>
#include <epicsTime.h>
#include <epicsUnitTest.h>
#include <errlog.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

namespace
{

constexpr double patience = 20; // s

template <typename Condition> bool becomes(Condition condition)
{
    const epicsTime start = epicsTime::getCurrent();
    while (!condition()) {
        if (epicsTime::getCurrent() - start > patience)
            return false;
        epicsThreadSleep(0.001);
    }
    return true;
}

size_t entries(const char *directory)
{
    size_t count = 0;
    if (DIR *all = opendir(directory)) {
        while (readdir(all))
            ++count;
        closedir(all);
    }
    return count;
}

size_t threads()
{
    return entries("/proc/self/task");
}

size_t files()
{
    return entries("/proc/self/fd");
}

// Bytes.
size_t resident()
{
    malloc_trim(0);
    size_t total = 0, pages = 0;
    if (FILE *file = fopen("/proc/self/statm", "r")) {
        if (fscanf(file, "%zu %zu", &total, &pages) != 2)
            pages = 0;
        fclose(file);
    }
    return pages * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

class Driver : public asynPortDriver
{
  public:
    static std::atomic<int> alive;

    Driver(const char *name, int flags, int addresses)
        : asynPortDriver(name, addresses, asynInt32Mask | asynDrvUserMask, asynInt32Mask, flags, 1,
                         0, 0)
    {
        createParam("VALUE", asynParamInt32, &value);
        setIntegerParam(value, 3);
        ++alive;
    }
    ~Driver() override { --alive; }

    void publish(int number)
    {
        lock();
        setIntegerParam(value, number);
        callParamCallbacks();
        unlock();
    }

    // As its owner does it: a destructible port by the manager, which deletes it.
    void end(int flags)
    {
        if (flags & ASYN_DESTRUCTIBLE)
            pasynManager->shutdownPort(pasynUserSelf);
        else
            delete this;
    }

    int value;
};
std::atomic<int> Driver::alive{0};

void count(asynUser *user)
{
    static_cast<epicsEvent *>(user->userPvt)->signal();
}

void notice(void *pvt, asynUser *, epicsInt32)
{
    ++*static_cast<int *>(pvt);
}

// A record's part: an asynUser that queues requests and one that listens.
class Client
{
  public:
    Client(const std::string &port, int addr) : user_(pasynManager->createAsynUser(count, nullptr))
    {
        user_->userPvt = &ran_;
        if (pasynManager->connectDevice(user_, port.c_str(), addr) != asynSuccess)
            testAbort("%s", user_->errorMessage);
        interface_ = pasynManager->findInterface(user_, asynInt32Type, 1);
        auto *table = static_cast<asynInt32 *>(interface_->pinterface);
        cancel_ = table->cancelInterruptUser;
        listener_ = pasynManager->duplicateAsynUser(user_, nullptr, nullptr);
        table->registerInterruptUser(interface_->drvPvt, listener_, notice, &noticed_, &registrar_);
    }
    ~Client()
    {
        cancel_(nullptr, listener_, registrar_);
        pasynManager->freeAsynUser(listener_);
        pasynManager->disconnect(user_);
        pasynManager->freeAsynUser(user_);
    }
    Client(const Client &) = delete;
    Client &operator=(const Client &) = delete;

    asynStatus queue() { return pasynManager->queueRequest(user_, asynQueuePriorityLow, 0); }
    bool ran() { return ran_.wait(patience); }
    int noticed() const { return noticed_; }
    asynUser *user() { return user_; }
    // By the pointer to the interface that it got when the port was there.
    asynStatus read()
    {
        epicsInt32 value;
        auto *table = static_cast<asynInt32 *>(interface_->pinterface);
        return table->read(interface_->drvPvt, user_, &value);
    }

  private:
    asynUser *user_, *listener_;
    asynInterface *interface_;
    decltype(asynInt32::cancelInterruptUser) cancel_;
    void *registrar_ = nullptr;
    int noticed_ = 0;
    epicsEvent ran_;
};

bool gone(asynStatus status)
{
    return status == asynDisabled || status == asynDisconnected;
}

// One life with clients that survive it.
bool livedWell(const std::string &name, int flags, int addresses)
{
    auto *driver = new Driver(name.c_str(), flags, addresses);
    Client client(name, addresses - 1), listener(name, 0);
    asynUser *sync = nullptr;
    pasynInt32SyncIO->connect(name.c_str(), 0, &sync, "VALUE");
    epicsInt32 value = 0;
    bool good = client.queue() == asynSuccess && client.ran() &&
                pasynInt32SyncIO->read(sync, &value, patience) == asynSuccess && value == 3;
    driver->publish(4);
    good = good && listener.noticed() == 1;
    driver->end(flags);
    good = good && gone(client.read()) && gone(pasynInt32SyncIO->read(sync, &value, 0.1));
    if (flags & ASYN_DESTRUCTIBLE)
        good = good && gone(client.queue()) && !findAsynPortDriver(name.c_str());
    if (!good)
        testDiag("%s: %s", name.c_str(), client.user()->errorMessage);
    pasynInt32SyncIO->disconnect(sync);
    return good;
}

size_t lives()
{
    const char *text = std::getenv("ASYNPYTHON_LIFE_PORTS");
    return text ? std::strtoul(text, nullptr, 0) : sanitized ? 500 : 10000;
}

struct Kind {
    const char *name;
    int flags;
    int addresses;
};

void grows(const Kind &kind)
{
    // What a life may leave behind: the interfaces of its driver, which asynPortDriver keeps for
    // clients, and the fragments of the heap.
    constexpr size_t bytesPerPort = 1024, fixed = 2 << 20;
    const size_t all = lives();
    for (size_t i = 0; i < all / 10; ++i)
        livedWell(kind.name + std::to_string(i), kind.flags, kind.addresses);
    const size_t threadsBefore = threads(), filesBefore = files(), before = resident();
    size_t good = 0;
    for (size_t i = 0; i < all; ++i) // the name of a port that is gone may be used again
        good += livedWell(kind.name + std::to_string(i % 100), kind.flags, kind.addresses);
    testOk(good == all, "%s: %zu of %zu lives", kind.name, good, all);
    testOk(becomes([=] { return threads() <= threadsBefore + 1; }), "%s: %zu threads, then %zu",
           kind.name, threadsBefore, threads());
    testOk(files() <= filesBefore, "%s: %zu file descriptors, then %zu", kind.name, filesBefore,
           files());
    const size_t after = resident();
    const size_t grown = after > before ? after - before : 0;
    testOk(sanitized || grown < fixed + bytesPerPort * all, "%s: %zu bytes more, %zu a port",
           kind.name, grown, grown / all);
    testOk1(Driver::alive == 0);
}

void traceFiles()
{
    testDiag("the trace file of a port is closed with it");
    const size_t before = files();
    for (int i = 0; i < 20; ++i) {
        auto *driver = new Driver("FILED", ASYN_DESTRUCTIBLE | ASYN_CANBLOCK, 2);
        Client client("FILED", 1);
        asynSetTraceFile("FILED", -1, "/dev/null");
        asynSetTraceFile("FILED", 1, "/dev/null");
        driver->end(ASYN_DESTRUCTIBLE);
    }
    testOk(becomes([=] { return files() <= before; }), "%zu file descriptors, then %zu", before,
           files());
}

// A request that waits in the queue when the port ends is answered, and its asynUser may go.
void queued()
{
    testDiag("requests that wait when the port ends");
    struct Waiter {
        epicsEvent started, go;
        static void run(asynUser *user)
        {
            auto &self = *static_cast<Waiter *>(user->userPvt);
            self.started.signal();
            self.go.wait();
        }
    } waiter;
    auto *driver = new Driver("QUEUED", ASYN_DESTRUCTIBLE | ASYN_CANBLOCK, 1);
    asynUser *first = pasynManager->createAsynUser(Waiter::run, nullptr);
    first->userPvt = &waiter;
    pasynManager->connectDevice(first, "QUEUED", 0);
    Client client("QUEUED", 0);
    pasynManager->queueRequest(first, asynQueuePriorityLow, 0);
    waiter.started.wait();
    testOk1(client.queue() == asynSuccess);
    std::thread ending([driver] { driver->end(ASYN_DESTRUCTIBLE); });
    waiter.go.signal();
    ending.join();
    testOk(client.ran(), "the request that waited has run");
    testOk1(gone(client.queue()));
    testOk1(becomes([=] { return pasynManager->freeAsynUser(first) == asynSuccess; }));
}

// A request that looks for the driver at its turn.
void lookAndRead(asynUser *user)
{
    epicsInt32 value;
    if (asynInterface *found = pasynManager->findInterface(user, asynInt32Type, 1))
        static_cast<asynInt32 *>(found->pinterface)->read(found->drvPvt, user, &value);
}

// Clients in other threads while ports end and begin. They learn of a port when its driver is
// complete.
void racing()
{
    testDiag("clients that come while ports go");
    std::atomic<bool> end{false};
    std::atomic<int> worked{0}, current{0};
    const auto nameOf = [](int number) { return "RACE" + std::to_string(number); };
    std::vector<std::thread> clients;
    for (int i = 0; i < 3; ++i)
        clients.emplace_back([&] {
            while (!end) {
                asynUser *user = pasynManager->createAsynUser(lookAndRead, nullptr);
                if (pasynManager->connectDevice(user, nameOf(current).c_str(), 0) == asynSuccess) {
                    int yes = 0;
                    pasynManager->isConnected(user, &yes);
                    if (pasynManager->queueRequest(user, asynQueuePriorityLow, 0) == asynSuccess)
                        ++worked;
                    int wasQueued;
                    pasynManager->cancelRequest(user, &wasQueued);
                }
                pasynManager->freeAsynUser(user);
            }
        });
    const epicsTime start = epicsTime::getCurrent();
    for (int i = 1; epicsTime::getCurrent() - start < 1.0; ++i) {
        const int flags = ASYN_DESTRUCTIBLE | (i % 2 ? ASYN_CANBLOCK : 0);
        auto *driver = new Driver(nameOf(i).c_str(), flags, 1);
        current = i;
        const int before = worked;
        becomes([&] { return worked > before; });
        driver->end(flags);
    }
    end = true;
    for (std::thread &client : clients)
        client.join();
    testOk(worked > 0 && Driver::alive == 0, "%d requests", worked.load());
}

} // namespace

int main()
{
    testPlan(26);
    eltc(0);
    interruptAccept = 1; // callbacks reach clients
    queued();
    traceFiles();
    racing();
    const Kind kinds[] = {{"plain", 0, 1},
                          {"blocking", ASYN_CANBLOCK, 1},
                          {"destructible", ASYN_DESTRUCTIBLE, 1},
                          {"both", ASYN_DESTRUCTIBLE | ASYN_CANBLOCK, 2}};
    for (const Kind &kind : kinds)
        grows(kind);
    return testDone();
}
