// Converts Python values to parameter values and back. A conversion that would change the value is
// refused.
//
// The callers of all functions are attached. On error, the functions return false or NULL and set a
// Python exception that gives the destination, the value and what was expected.
#pragma once

#include <Python.h>

#include <string>
#include <string_view>

#include <epicsTypes.h>

// Where a value is going, for the message: "port PY1: ScopeDriver.noise (SCOPE_NOISE_AMPLITUDE,
// Float64)".
struct Destination {
    const char *port;
    const char *owner;   // class name, or NULL
    PyObject *pyname;    // attribute name, or NULL
    PyObject *parameter; // drvInfo string
    const char *type;    // "Float64"
};

// Sets an exception of type naming destination, value and what was expected; returns false.
bool refuse(PyObject *exception, const Destination &to, PyObject *value, const char *expected);

bool fromPython(PyObject *value, const Destination &to, epicsInt32 &result);
bool fromPython(PyObject *value, const Destination &to, epicsInt64 &result);
bool fromPython(PyObject *value, const Destination &to, epicsUInt32 &result);
bool fromPython(PyObject *value, const Destination &to, epicsFloat64 &result);
// Encodes as UTF-8. limit is the largest number of bytes; 0 means no limit.
bool fromPython(PyObject *value, const Destination &to, std::string &result, size_t limit);

PyObject *toPython(epicsInt32 value);
PyObject *toPython(epicsInt64 value);
PyObject *toPython(epicsUInt32 value);
PyObject *toPython(epicsFloat64 value);
// Bytes that are not valid UTF-8 become surrogates, which fromPython converts back into the same
// bytes.
PyObject *toPython(std::string_view value);

// Converts an int, or a float or similar whose value is a whole number.
bool integerFromPython(PyObject *value, const Destination &to, long long low, long long high,
                       long long &result);
