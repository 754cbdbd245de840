#include "values/conversions.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "interpreter/pyRef.h"

namespace
{

constexpr double twoTo63 = 9223372036854775808.0;

// The value as a message shows it: its repr, cut.
PyRef shown(PyObject *value)
{
    PyRef repr(PyObject_Repr(value));
    if (!repr) {
        PyErr_Clear();
        return PyRef(PyUnicode_FromFormat("<%s>", Py_TYPE(value)->tp_name));
    }
    constexpr Py_ssize_t longest = 80;
    if (PyUnicode_GET_LENGTH(repr.get()) <= longest)
        return repr;
    PyRef head(PyUnicode_Substring(repr.get(), 0, longest));
    return PyRef(PyUnicode_FromFormat("%U...", head.get()));
}

bool isNumber(PyObject *value)
{
    const PyNumberMethods *number = Py_TYPE(value)->tp_as_number;
    return number && (number->nb_float || number->nb_index);
}

template <typename Integer> bool integer(PyObject *value, const Destination &to, Integer &result)
{
    using Limits = std::numeric_limits<Integer>;
    long long wide = 0;
    if (!integerFromPython(value, to, Limits::min(), Limits::max(), wide))
        return false;
    result = static_cast<Integer>(wide);
    return true;
}

bool refuseRange(const Destination &to, PyObject *value, long long low, long long high)
{
    PyRef expected(PyUnicode_FromFormat("an integer from %lld to %lld", low, high));
    const char *text = expected ? PyUnicode_AsUTF8(expected.get()) : nullptr;
    return refuse(PyExc_OverflowError, to, value, text ? text : "a smaller integer");
}

// A float, Decimal, numpy.float32 …: taken where it is a whole number.
bool wholeNumber(PyObject *value, const Destination &to, long long low, long long high,
                 long long &result)
{
    PyRef number(PyNumber_Float(value));
    if (!number)
        return false;
    const double real = PyFloat_AS_DOUBLE(number.get());
    if (!std::isfinite(real))
        return refuse(PyExc_ValueError, to, value, "a finite whole number");
    if (real != std::trunc(real))
        return refuse(PyExc_ValueError, to, value,
                      "a whole number; round it, or use a Float64 parameter");
    if (real < -twoTo63 || real >= twoTo63)
        return refuseRange(to, value, low, high);
    result = static_cast<long long>(real);
    return true;
}

} // namespace

bool refuse(PyObject *exception, const Destination &to, PyObject *value, const char *expected)
{
    PyRef text = shown(value);
    if (!text)
        return false;
    PyRef name(to.pyname ? PyUnicode_FromFormat("%s.%U", to.owner ? to.owner : "driver", to.pyname)
                         : Py_NewRef(to.parameter));
    // A hint comes after the value.
    const std::string words(expected);
    const size_t end = std::min(words.find(';'), words.size());
    if (name)
        PyErr_Format(exception, "port %s: %U (parameter %U, %s): expected %s, got %U (%s)%s",
                     to.port, name.get(), to.parameter, to.type, words.substr(0, end).c_str(),
                     text.get(), Py_TYPE(value)->tp_name, words.c_str() + end);
    return false;
}

bool integerFromPython(PyObject *value, const Destination &to, long long low, long long high,
                       long long &result)
{
    int overflow = 0;
    if (PyLong_Check(value)) {
        result = PyLong_AsLongLongAndOverflow(value, &overflow);
    } else if (PyIndex_Check(value)) {
        PyRef index(PyNumber_Index(value));
        if (!index) {
            PyErr_Clear();
            return refuse(PyExc_TypeError, to, value, "one integer");
        }
        result = PyLong_AsLongLongAndOverflow(index.get(), &overflow);
    } else if (isNumber(value)) {
        if (!wholeNumber(value, to, low, high, result))
            return PyErr_Occurred() ? false : refuse(PyExc_TypeError, to, value, "an integer");
    } else {
        return refuse(PyExc_TypeError, to, value, "an integer");
    }
    if (overflow != 0 || result < low || result > high)
        return refuseRange(to, value, low, high);
    return true;
}

bool fromPython(PyObject *value, const Destination &to, epicsInt32 &result)
{
    return integer(value, to, result);
}

bool fromPython(PyObject *value, const Destination &to, epicsInt64 &result)
{
    return integer(value, to, result);
}

bool fromPython(PyObject *value, const Destination &to, epicsUInt32 &result)
{
    return integer(value, to, result);
}

bool fromPython(PyObject *value, const Destination &to, epicsFloat64 &result)
{
    if (PyFloat_Check(value)) {
        result = PyFloat_AS_DOUBLE(value);
        return true;
    }
    if (!isNumber(value))
        return refuse(PyExc_TypeError, to, value, "a number");
    result = PyFloat_AsDouble(value);
    if (result != -1.0 || !PyErr_Occurred())
        return true;
    if (PyErr_ExceptionMatches(PyExc_OverflowError)) {
        PyErr_Clear();
        return refuse(PyExc_OverflowError, to, value, "a number that fits a 64-bit float");
    }
    PyErr_Clear();
    return refuse(PyExc_TypeError, to, value, "one number");
}

bool fromPython(PyObject *value, const Destination &to, std::string &result, size_t limit)
{
    if (!PyUnicode_Check(value))
        return refuse(PyExc_TypeError, to, value,
                      PyBytes_Check(value) ? "a str; decode the bytes" : "a str");
    PyRef bytes(PyUnicode_AsEncodedString(value, "utf-8", "surrogateescape"));
    if (!bytes) {
        PyErr_Clear();
        return refuse(PyExc_ValueError, to, value, "a str that UTF-8 can encode");
    }
    const auto size = static_cast<size_t>(PyBytes_GET_SIZE(bytes.get()));
    const char *text = PyBytes_AS_STRING(bytes.get());
    if (std::char_traits<char>::find(text, size, '\0'))
        return refuse(PyExc_ValueError, to, value, "a str without NUL characters");
    if (limit != 0 && size > limit) {
        PyRef expected(
            PyUnicode_FromFormat("a str of at most %zu bytes in UTF-8; it has %zu", limit, size));
        const char *words = expected ? PyUnicode_AsUTF8(expected.get()) : nullptr;
        return refuse(PyExc_ValueError, to, value, words ? words : "a shorter str");
    }
    result.assign(text, size);
    return true;
}

PyObject *toPython(epicsInt32 value)
{
    return PyLong_FromLong(value);
}

PyObject *toPython(epicsInt64 value)
{
    return PyLong_FromLongLong(value);
}

PyObject *toPython(epicsUInt32 value)
{
    return PyLong_FromUnsignedLong(value);
}

PyObject *toPython(epicsFloat64 value)
{
    return PyFloat_FromDouble(value);
}

PyObject *toPython(std::string_view value)
{
    return PyUnicode_DecodeUTF8(value.data(), static_cast<Py_ssize_t>(value.size()),
                                "surrogateescape");
}
