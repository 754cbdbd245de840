// Refuses binaries that were built for another port library; see asynAbi.h.
//
// What stands here under the names of another asyn's C++ API is declared anew: the true
// declarations have a tag.
#include <stdexcept>
#include <string>

#include <asynAbi.h>

#if defined(_GLIBCXX_USE_CXX11_ABI) && _GLIBCXX_USE_CXX11_ABI
#define STRING_ABI asynPort_GLIBCXX_USE_CXX11_ABI_1
#else
#define STRING_ABI asynPort_GLIBCXX_USE_CXX11_ABI_0
#endif

#define EXPORTED __attribute__((visibility("default")))

extern "C" {
const char ASYN_ABI_OF_LIBRARY = 0; // declared by asynAbi.h
EXPORTED extern const char STRING_ABI;
const char STRING_ABI = 0;
}

namespace
{

// Callers are constructors of drivers, and so in C++: the exception ends where theirs do.
[[noreturn]] void refuse(const char *portName)
{
    throw std::runtime_error(
        std::string("port ") + (portName ? portName : "(NULL)") +
        ": its driver was built for another asyn and cannot be used with the port library of "
        "asynPythonDriver; build it with the flags that python -m PythonDriver --cflags --libs "
        "prints");
}

} // namespace

class asynParamSet;

class EXPORTED asynPortDriver
{
  public:
    asynPortDriver(const char *portName, int, int, int, int, int, int, int);
    asynPortDriver(asynParamSet *, const char *portName, int, int, int, int, int, int, int);
    asynPortDriver(const char *portName, int, int, int, int, int, int, int, int);
};

asynPortDriver::asynPortDriver(const char *portName, int, int, int, int, int, int, int)
{
    refuse(portName);
}

asynPortDriver::asynPortDriver(asynParamSet *, const char *portName, int, int, int, int, int, int,
                               int)
{
    refuse(portName);
}

asynPortDriver::asynPortDriver(const char *portName, int, int, int, int, int, int, int, int)
{
    refuse(portName);
}

// Whoever asks for a driver of another layout is told that there is none.
EXPORTED void *findAsynPortDriver(const char *)
{
    return nullptr;
}
