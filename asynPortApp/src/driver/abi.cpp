// Refuses binaries that were built for another port library; see asynAbi.h.
//
// What stands here has the link names of another asyn's C++ API: the true declarations have a tag.
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

// The constructors and the function that a binary for another asyn would call, by their link names:
// a second definition of the class would be one too many. An object's pointer goes first.
#define LINK_NAME(NAME) __asm__(NAME)
#define REFUSED(FUNCTION, SIGNATURE, ...)                                                          \
    EXPORTED void FUNCTION##Whole(__VA_ARGS__) LINK_NAME("_ZN14asynPortDriverC1E" SIGNATURE);      \
    EXPORTED void FUNCTION##Base(__VA_ARGS__) LINK_NAME("_ZN14asynPortDriverC2E" SIGNATURE);       \
    void FUNCTION##Whole(__VA_ARGS__)                                                              \
    {                                                                                              \
        refuse(portName);                                                                          \
    }                                                                                              \
    void FUNCTION##Base(__VA_ARGS__)                                                               \
    {                                                                                              \
        refuse(portName);                                                                          \
    }

namespace otherAsyn
{

REFUSED(plain, "PKciiiiiii", void *, const char *portName, int, int, int, int, int, int, int)
REFUSED(withParams, "P12asynParamSetPKciiiiiii", void *, void *, const char *portName, int, int,
        int, int, int, int, int)
REFUSED(withSize, "PKciiiiiiii", void *, const char *portName, int, int, int, int, int, int, int,
        int)

// Whoever asks for a driver of another layout is told that there is none.
EXPORTED void *find(const char *) LINK_NAME("_Z18findAsynPortDriverPKc");
void *find(const char *)
{
    return nullptr;
}

} // namespace otherAsyn
