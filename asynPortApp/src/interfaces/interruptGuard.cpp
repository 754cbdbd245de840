#include "interfaces/interruptGuard.h"

#include <cstdlib>

#include <cxxabi.h>
#include <dlfcn.h>

#include <errlog.h>

#include "common/rareMessages.h"

namespace
{

// The function's name, if the file exports it, and the file.
std::string named(const void *function)
{
    Dl_info info;
    if (!dladdr(function, &info))
        return "of an unknown file";
    std::string name = info.dli_sname ? info.dli_sname : "";
    int status = 0;
    if (char *readable = abi::__cxa_demangle(name.c_str(), nullptr, nullptr, &status)) {
        name = readable;
        std::free(readable);
    }
    return (name.empty() ? "" : name + " ") + "of " + info.dli_fname;
}

} // namespace

void clientThrew(const char *port, const std::string &parameter, int reason, const void *function,
                 const char *what) noexcept
try {
    static auto *messages = new RareMessages;
    if (!messages->due(port + std::to_string(reinterpret_cast<size_t>(function)), reason))
        return;
    const std::string name =
        parameter.empty() ? "reason " + std::to_string(reason) : "parameter " + parameter;
    errlogPrintf("port %s, %s: the interrupt client %s threw a C++ exception: %s\n", port,
                 name.c_str(), named(function).c_str(), what);
} catch (const std::exception &) {
    errlogPrintf("port %s, reason %d: an interrupt client threw a C++ exception\n", port, reason);
}
