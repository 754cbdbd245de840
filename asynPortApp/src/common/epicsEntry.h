// Around every function that EPICS calls: threads, timers, commands, hooks, device support. A C++
// exception becomes a message and a failure.
//
// tests/entries.py finds a function that is given to EPICS without one of these. The header needs
// nothing of the port library: asynPythonApp uses it on any asyn.
#pragma once

#include <exception>
#include <string_view>
#include <type_traits>

#include <errlog.h>
#include <iocsh.h>

namespace epicsEntryDetail
{

inline void report(std::string_view entry, const char *what) noexcept
{
    errlogPrintf("%.*s: a C++ exception: %s\n", static_cast<int>(entry.size()), entry.data(), what);
}

// The function's name, out of the compiler's description of the template that has it as argument.
inline std::string_view nameIn(std::string_view description) noexcept
{
    const size_t equals = description.rfind("= ");
    const size_t end = description.find_last_of(";]");
    return equals == std::string_view::npos || end < equals
               ? description
               : description.substr(equals + 2, end - equals - 2);
}

template <auto Function> struct Entry;
template <typename Result, typename... Arguments, Result (*Function)(Arguments...)>
struct Entry<Function> {
    static Result call(Arguments... arguments) noexcept
    {
        try {
            return Function(arguments...);
        } catch (const std::exception &error) {
            report(nameIn(__PRETTY_FUNCTION__), error.what());
        } catch (...) {
            report(nameIn(__PRETTY_FUNCTION__), "not a std::exception");
        }
        if constexpr ((std::is_same_v<Arguments, const iocshArgBuf *> || ...))
            iocshSetError(1);
        if constexpr (!std::is_void_v<Result>)
            return static_cast<Result>(-1);
    }
};

} // namespace epicsEntryDetail

template <auto Function> constexpr auto epicsEntry = &epicsEntryDetail::Entry<Function>::call;

// For what EPICS calls by a virtual method: work(), or failure after a message that names it.
template <typename Result, typename Work>
Result epicsGuarded(const char *name, Result failure, Work work) noexcept
{
    try {
        return work();
    } catch (const std::exception &error) {
        epicsEntryDetail::report(name, error.what());
    } catch (...) {
        epicsEntryDetail::report(name, "not a std::exception");
    }
    return failure;
}

template <typename Work> void epicsGuarded(const char *name, Work work) noexcept
{
    epicsGuarded(name, 0, [&] {
        work();
        return 0;
    });
}
