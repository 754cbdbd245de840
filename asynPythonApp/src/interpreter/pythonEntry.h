// Wraps every function that CPython calls, so that a C++ exception becomes a Python exception.
//
// tests/entries.py reports functions in CPython's tables that are not wrapped.
#pragma once

#include <Python.h>

#include <exception>
#include <new>
#include <type_traits>

#include <cxxabi.h>

namespace pythonEntryDetail
{

// The value that a function in CPython's tables returns after it has set an exception.
template <typename Result> Result failure() noexcept
{
    if constexpr (std::is_pointer_v<Result>)
        return nullptr;
    else if constexpr (!std::is_void_v<Result>)
        return static_cast<Result>(-1);
}

// Replaces an exception that is already set: the code that throws has not handled it.
inline void raise(PyObject *type, const char *what) noexcept
{
    if (type == PyExc_MemoryError)
        PyErr_NoMemory();
    else
        PyErr_SetString(type, what);
}

// For functions that cannot report an exception: passes it to sys.unraisablehook. An exception that
// was already set is kept.
inline void writeUnraisable(PyObject *type, const char *what) noexcept
{
    PyObject *errorType = nullptr, *error = nullptr, *traceback = nullptr;
    PyErr_Fetch(&errorType, &error, &traceback);
    raise(type, what);
    PyErr_WriteUnraisable(nullptr);
    PyErr_Restore(errorType, error, traceback);
}

template <typename Result> Result failed(PyObject *type, const char *what) noexcept
{
    if constexpr (std::is_void_v<Result>)
        writeUnraisable(type, what);
    else
        raise(type, what);
    return failure<Result>();
}

template <auto Function> struct Entry;
template <typename Result, typename... Arguments, Result (*Function)(Arguments...)>
struct Entry<Function> {
    static Result call(Arguments... arguments)
    {
        try {
            return Function(arguments...);
        } catch (const abi::__forced_unwind &) { // thread cancellation must not be caught
            throw;
        } catch (const std::bad_alloc &) {
            return failed<Result>(PyExc_MemoryError, "");
        } catch (const std::exception &error) {
            return failed<Result>(PyExc_RuntimeError, error.what());
        } catch (...) {
            return failed<Result>(PyExc_RuntimeError, "a C++ exception");
        }
    }
};

} // namespace pythonEntryDetail

template <auto Function> constexpr auto pythonEntry = &pythonEntryDetail::Entry<Function>::call;

// Like pythonEntry, as the type that method tables use for every kind of method.
template <auto Function> PyCFunction pythonMethod() noexcept
{
    return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(pythonEntry<Function>));
}

template <auto Function> void *pythonSlot() noexcept
{
    return reinterpret_cast<void *>(pythonEntry<Function>);
}
