// Does what a sanitizer must report: fault use|overflow|leak|race.
#include <climits>
#include <string>
#include <thread>

#include <asynPortDriver.h>

namespace
{

volatile int seen; // keeps the compiler from leaving the fault out

// An asynUser would not do: the library keeps a freed one to use it again.
int use()
{
    auto *driver = new asynPortDriver("FREED", 1, asynCommonMask | asynDrvUserMask, 0, 0, 0, 0, 0);
    delete driver;
    int value = 0;
    driver->getIntegerParam(0, &value);
    return value;
}

int overflow(int more)
{
    return INT_MAX + more;
}

int leak()
{
    return pasynManager->createAsynUser(nullptr, nullptr)->reason;
}

// Of memory of the library, as its own races are.
int race()
{
    asynUser *user = pasynManager->createAsynUser(nullptr, nullptr);
    auto count = [user] {
        for (int i = 0; i < 1000; ++i)
            ++user->reason;
    };
    std::thread one(count), two(count);
    one.join();
    two.join();
    pasynManager->freeAsynUser(user);
    return 0;
}

} // namespace

// Successful but for the sanitizer, which has the last word.
int main(int count, char **arguments)
{
    const std::string fault = count > 1 ? arguments[1] : "";
    if (fault == "use")
        seen = use();
    else if (fault == "overflow")
        seen = overflow(count);
    else if (fault == "leak")
        seen = leak();
    else if (fault == "race")
        seen = race();
    return 0;
}
