// Interrupt clients that cancel themselves while other threads call them.
#include <atomic>
#include <thread>

#include "portClient.h"

namespace
{

constexpr int threads = 6;
constexpr int rounds = 300;

// Choices come without time and status: several threads may hand them to a client at once.
char first[] = "first", second[] = "second";
char *strings[] = {first, second};
int values[] = {0, 1}, severities[] = {0, 0};

// Cancels itself in one of its callbacks, and is deleted there. Whatever calls it afterwards uses
// what has been freed.
class Leaving
{
  public:
    Leaving(const std::string &port, std::atomic<int> &left) : user_(port, 0, "CHOICE"), left_(left)
    {
        table_ = user_.table<asynEnum>(asynEnumType);
        table_->registerInterruptUser(nullptr, user_.get(), called, this, &registrar_);
        ready_ = true;
    }
    static std::atomic<int> calls;

  private:
    static void called(void *pvt, asynUser *, char *[], int[], int[], size_t)
    {
        ++calls;
        auto *self = static_cast<Leaving *>(pvt);
        std::this_thread::yield(); // others come in
        if (!self->ready_ || ++self->calls_ != threads)
            return;
        self->table_->cancelInterruptUser(nullptr, self->user_.get(), self->registrar_);
        ++self->left_;
        delete self;
    }

    User user_;
    std::atomic<int> &left_;
    asynEnum *table_;
    void *registrar_ = nullptr;
    std::atomic<int> calls_{0};
    std::atomic<bool> ready_{false};
};
std::atomic<int> Leaving::calls{0};

// Arrays go to a client that every thread cancels, of which one succeeds.
class Contested
{
  public:
    explicit Contested(const std::string &port) : user_(port, 0, "ARRAY")
    {
        table_ = user_.table<asynInt32Array>(asynInt32ArrayType);
        table_->registerInterruptUser(nullptr, user_.get(), called, this, &registrar_);
        ready_ = true;
    }
    std::atomic<int> cancelled{0}, late{0};

  private:
    static void called(void *pvt, asynUser *, epicsInt32 *, size_t)
    {
        auto *self = static_cast<Contested *>(pvt);
        if (self->cancelled)
            ++self->late; // those that had come in before have been waited for
        if (!self->ready_)
            return;
        std::this_thread::yield();
        if (self->table_->cancelInterruptUser(nullptr, self->user_.get(), self->registrar_) ==
            asynSuccess)
            ++self->cancelled;
    }

    User user_;
    asynInt32Array *table_;
    void *registrar_ = nullptr;
    std::atomic<bool> ready_{false};
};

// Six threads call until enough() is true.
template <typename Call, typename Enough> void callUntil(Call call, Enough enough)
{
    std::vector<std::thread> all;
    for (int i = 0; i < threads; ++i)
        all.emplace_back([&] {
            while (!enough()) {
                call();
                std::this_thread::yield();
            }
        });
    for (std::thread &each : all)
        each.join();
}

void testChoices(Driver &driver, const std::string &port, int choice)
{
    std::atomic<int> left{0};
    int made = 0;
    std::atomic<bool> done{false};
    std::thread maker([&] {
        for (; made < rounds; ++made) {
            new Leaving(port, left); // deletes itself
            while (left <= made)
                std::this_thread::yield();
        }
        done = true;
    });
    callUntil([&] { driver.doCallbacksEnum(strings, values, severities, 2, choice, 0); },
              [&] { return done.load(); });
    maker.join();
    testOk(left == rounds, "%d clients have cancelled and deleted themselves", left.load());
    testOk(Leaving::calls >= rounds * threads, "after %d calls", Leaving::calls.load());
}

void testArrays(Driver &driver, const std::string &port, int array)
{
#ifdef __SANITIZE_THREAD__
    // The time of an array is written into the one asynUser of the client, as with asyn.
    testSkip(2, "each thread writes the array's time");
    return;
#endif
    int cancelled = 0, late = 0;
    for (int round = 0; round < rounds; ++round) {
        Contested client(port);
        epicsInt32 data[] = {1, 2, 3};
        callUntil([&] { driver.doCallbacksInt32Array(data, 3, array, 0); },
                  [&] { return client.cancelled != 0; });
        cancelled += client.cancelled;
        late += client.late;
    }
    testOk(cancelled == rounds, "%d of %d clients have been cancelled, each once", cancelled,
           rounds);
    testOk(late == 0, "%d calls begun or going on after that", late);
}

} // namespace

int main()
{
    testPlan(4);
    interruptAccept = 1;
    const std::string port = freshName("cancel");
    Driver driver(port);
    const int choice = driver.make("CHOICE", asynParamInt32);
    const int array = driver.make("ARRAY", asynParamInt32Array);
    testChoices(driver, port, choice);
    testArrays(driver, port, array);
    return testDone();
}
