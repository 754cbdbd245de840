// Threads that set parameters and make callbacks while clients come and go.
#include <atomic>
#include <chrono>
#include <thread>

#include "portClient.h"

namespace
{

constexpr int parameters = 20;
constexpr auto duration = std::chrono::milliseconds(1500);

std::string nameOf(int index)
{
    return "P" + std::to_string(index);
}

// A client that may be called by several threads, one after the other.
class Watcher
{
  public:
    Watcher(const std::string &port, const char *drvInfo) : user_(port, 0, drvInfo)
    {
        table_ = user_.table<asynInt32>(asynInt32Type);
        table_->registerInterruptUser(nullptr, user_.get(), called, this, &registrar_);
    }
    ~Watcher()
    {
        table_->cancelInterruptUser(nullptr, user_.get(), registrar_);
        alive_ = 0; // whoever calls after this is caught
    }
    int last() const { return last_; }
    static std::atomic<long> calls, late;

  private:
    static void called(void *pvt, asynUser *, epicsInt32 value)
    {
        auto *self = static_cast<Watcher *>(pvt);
        if (self->alive_ != 0xA11FE)
            ++late;
        self->last_ = value;
        ++calls;
    }
    User user_;
    asynInt32 *table_;
    void *registrar_ = nullptr;
    std::atomic<int> alive_{0xA11FE}, last_{0};
};
std::atomic<long> Watcher::calls{0}, Watcher::late{0};

void arrayCalled(void *pvt, asynUser *, epicsFloat64 *value, size_t count)
{
    static_cast<std::atomic<double> *>(pvt)->store(value[count - 1]);
}

void run()
{
    const std::string port = freshName("threads");
    Driver driver(port);
    std::vector<int> indices;
    for (int i = 0; i < parameters; ++i)
        indices.push_back(driver.make(nameOf(i).c_str(), asynParamInt32));
    const int array = driver.make("ARRAY", asynParamFloat64Array);
    std::atomic<bool> stop{false};
    std::atomic<int> counter{0};
    std::atomic<double> lastElement{0};

    User user(port, 0, "ARRAY");
    void *registrar;
    auto *arrays = user.table<asynFloat64Array>(asynFloat64ArrayType);
    arrays->registerInterruptUser(nullptr, user.get(), arrayCalled, &lastElement, &registrar);
    std::vector<std::unique_ptr<Watcher>> steady;
    for (int i = 0; i < parameters; ++i)
        steady.push_back(std::make_unique<Watcher>(port, nameOf(i).c_str()));

    auto setter = [&] {
        while (!stop) {
            {
                Locked lock(driver);
                for (int index : indices)
                    driver.setIntegerParam(index, ++counter);
                driver.callParamCallbacks();
            }
            std::this_thread::yield(); // the lock is not a fair one
        }
    };
    auto arraySetter = [&] {
        std::vector<double> data(100);
        while (!stop) {
            data.back() += 1;
            driver.doCallbacksFloat64Array(data.data(), data.size(), array, 0);
            std::this_thread::yield();
        }
    };
    auto comingAndGoing = [&](int which) {
        while (!stop) {
            Watcher watcher(port, nameOf(which).c_str());
            std::this_thread::yield();
        }
    };
    auto writer = [&] {
        User writing(port, 0, "P0");
        auto *table = writing.table<asynInt32>(asynInt32Type);
        void *pvt = writing.pvt(asynInt32Type);
        epicsInt32 value;
        while (!stop) {
            table->write(pvt, writing.get(), ++counter);
            table->read(pvt, writing.get(), &value);
            std::this_thread::yield();
        }
    };
    std::vector<std::thread> threads;
    threads.emplace_back(setter);
    threads.emplace_back(setter);
    threads.emplace_back(arraySetter);
    threads.emplace_back(comingAndGoing, 0);
    threads.emplace_back(comingAndGoing, 7);
    threads.emplace_back(writer);
    std::this_thread::sleep_for(duration); // the length of the run; nothing is synchronised by it
    // A busy machine takes longer.
    for (int i = 0; i < 3000 && (Watcher::calls <= 1000 || lastElement <= 0); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    stop = true;
    for (std::thread &thread : threads)
        thread.join();

    testOk(Watcher::calls > 1000, "%ld callbacks", Watcher::calls.load());
    testOk(Watcher::late == 0, "none after its client had gone");
    testOk1(lastElement > 0);
    bool newest = true;
    for (int i = 0; i < parameters; ++i) {
        int value = 0;
        driver.getIntegerParam(indices[static_cast<size_t>(i)], &value);
        newest = newest && steady[static_cast<size_t>(i)]->last() == value;
    }
    testOk(newest, "every client has the newest value");
    arrays->cancelInterruptUser(nullptr, user.get(), registrar);
}

// A client that registers while another thread has the list of clients hears of the value that is
// set then.
void registerMeanwhile()
{
    constexpr int rounds = 20;
    const std::string port = freshName("meanwhile");
    Driver driver(port);
    const int known = driver.make("OTHER", asynParamInt32);
    const int index = driver.make("VALUE", asynParamInt32);
    Watcher other(port, "OTHER");
    User user(port, 0, "VALUE");
    void *pvt = nullptr;
    pasynManager->getInterruptPvt(user.get(), asynInt32Type, &pvt);
    int heard = 0;
    for (int round = 1; round <= rounds; ++round) {
        std::atomic<bool> held{false}, calling{false};
        {
            Locked lock(driver);
            driver.setIntegerParam(known, round);
            driver.callParamCallbacks(); // it knows all clients that there are until now
        }
        std::thread walker([&] {
            ELLLIST *list;
            pasynManager->interruptStart(pvt, &list);
            held = true;
            while (!calling)
                std::this_thread::yield();
            std::this_thread::sleep_for(std::chrono::milliseconds(5)); // the call waits for it
            pasynManager->interruptEnd(pvt);
        });
        while (!held)
            std::this_thread::yield();
        Watcher watcher(port, "VALUE");
        Locked lock(driver);
        driver.setIntegerParam(index, round);
        calling = true;
        driver.callParamCallbacks();
        walker.join();
        heard += watcher.last() == round;
    }
    // The call waits 50 ms at most, and a busy machine may take longer.
    testOk(heard > rounds / 2, "%d of %d clients that came meanwhile have the value", heard,
           rounds);
}

} // namespace

int main()
{
    testPlan(5);
    interruptAccept = 1;
    run();
    registerMeanwhile();
    return testDone();
}
