#include "values/arrayConversion.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>

namespace
{

// Whether value keeps its value as a To. Floats may lose digits to a narrower float, not their
// magnitude.
template <typename To, typename From> bool keeps(From value, To &result)
{
    if constexpr (std::is_floating_point_v<To>) {
        result = static_cast<To>(value);
        if constexpr (std::is_floating_point_v<From>)
            return !std::isfinite(value) || std::isfinite(result);
        else
            return static_cast<long double>(result) == static_cast<long double>(value);
    } else {
        const auto wide = static_cast<long double>(value);
        if (!(wide >= static_cast<long double>(std::numeric_limits<To>::min()) &&
              wide <= static_cast<long double>(std::numeric_limits<To>::max())))
            return false;
        // NOLINTNEXTLINE(bugprone-signed-char-misuse): 8-bit integers are numbers
        result = static_cast<To>(value);
        return static_cast<long double>(result) == wide;
    }
}

bool refuseElement(size_t index, PyObject *object, const ElementType &type, const Destination &to)
{
    const std::string expected = "elements that fit a " + std::to_string(type.size * 8) +
                                 (type.kind == 'i' ? "-bit integer" : "-bit float") + "; element " +
                                 std::to_string(index) + " does not";
    return refuse(PyExc_OverflowError, to, object, expected.c_str());
}

template <typename From, typename To>
bool convertElements(const Py_buffer &view, const ElementType &type, PyObject *object,
                     const Destination &to, unsigned char *out)
{
    const auto *source = static_cast<const unsigned char *>(view.buf);
    const auto count = static_cast<size_t>(view.shape[0]);
    for (size_t i = 0; i < count; ++i, source += view.strides[0]) {
        From value;
        To result{};
        std::memcpy(&value, source, sizeof value);
        if (!keeps(value, result))
            return refuseElement(i, object, type, to);
        std::memcpy(out + i * sizeof result, &result, sizeof result);
    }
    return true;
}

template <typename From> bool convertFrom(const Py_buffer &view, const ElementType &type,
                                          PyObject *object, const Destination &to,
                                          unsigned char *out)
{
    switch (type.format) {
    case 'b':
        return convertElements<From, std::int8_t>(view, type, object, to, out);
    case 'h':
        return convertElements<From, std::int16_t>(view, type, object, to, out);
    case 'i':
        return convertElements<From, std::int32_t>(view, type, object, to, out);
    case 'q':
        return convertElements<From, std::int64_t>(view, type, object, to, out);
    case 'f':
        return convertElements<From, float>(view, type, object, to, out);
    default:
        return convertElements<From, double>(view, type, object, to, out);
    }
}

// Strided elements that need no conversion.
void gather(const Py_buffer &view, size_t size, unsigned char *out)
{
    const auto *source = static_cast<const unsigned char *>(view.buf);
    for (Py_ssize_t i = 0; i < view.shape[0]; ++i, source += view.strides[0], out += size)
        std::memcpy(out, source, size);
}

bool item(PyObject *value, const ElementType &type, const Destination &to, unsigned char *out)
{
    if (type.kind == 'i') {
        const int bits = static_cast<int>(type.size * 8);
        const long long high =
            static_cast<long long>(std::numeric_limits<unsigned long long>::max() >> (65 - bits));
        long long result = 0;
        if (!integerFromPython(value, to, -high - 1, high, result))
            return false;
        std::memcpy(out, &result, type.size); // little endian, as every host of EPICS Base 7 here
        return true;
    }
    double result = 0;
    if (!fromPython(value, to, result))
        return false;
    if (type.size == sizeof result) {
        std::memcpy(out, &result, sizeof result);
        return true;
    }
    float narrow = 0;
    if (!keeps(result, narrow))
        return refuse(PyExc_OverflowError, to, value, "a number that fits a 32-bit float");
    std::memcpy(out, &narrow, sizeof narrow);
    return true;
}

} // namespace

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
              "item() copies the low bytes of an integer");

BufferFormat BufferFormat::parse(const Py_buffer &view)
{
    const char *format = view.format ? view.format : "B";
    if (*format == '@' || *format == '=' || *format == '<')
        ++format;
    if (format[0] == '\0' || format[1] != '\0')
        return {};
    const auto size = static_cast<size_t>(view.itemsize);
    switch (*format) {
    case 'b':
    case 'h':
    case 'i':
    case 'l':
    case 'q':
    case 'n':
        return {'i', size};
    case '?':
    case 'B':
    case 'H':
    case 'I':
    case 'L':
    case 'Q':
    case 'N':
        return {'u', size};
    case 'f':
    case 'd':
        return {'f', size};
    default:
        return {};
    }
}

bool BufferFormat::sameLayout(const ElementType &type) const noexcept
{
    return size == type.size && (kind == 'f') == (type.kind == 'f');
}

bool convertBuffer(const Py_buffer &view, const BufferFormat &format, const ElementType &type,
                   PyObject *object, const Destination &to, std::vector<unsigned char> &copy)
{
    copy.resize(static_cast<size_t>(view.shape[0]) * type.size);
    unsigned char *out = copy.data();
    if (format.sameLayout(type)) {
        gather(view, type.size, out);
        return true;
    }
    if (format.kind == 'f')
        return format.size == sizeof(float) ? convertFrom<float>(view, type, object, to, out)
                                            : convertFrom<double>(view, type, object, to, out);
    const bool isSigned = format.kind == 'i';
    switch (format.size) {
    case 1:
        return isSigned ? convertFrom<std::int8_t>(view, type, object, to, out)
                        : convertFrom<std::uint8_t>(view, type, object, to, out);
    case 2:
        return isSigned ? convertFrom<std::int16_t>(view, type, object, to, out)
                        : convertFrom<std::uint16_t>(view, type, object, to, out);
    case 4:
        return isSigned ? convertFrom<std::int32_t>(view, type, object, to, out)
                        : convertFrom<std::uint32_t>(view, type, object, to, out);
    default:
        return isSigned ? convertFrom<std::int64_t>(view, type, object, to, out)
                        : convertFrom<std::uint64_t>(view, type, object, to, out);
    }
}

bool convertSequence(PyObject *items, const ElementType &type, const Destination &to,
                     std::vector<unsigned char> &copy)
{
    const auto count = static_cast<size_t>(PySequence_Fast_GET_SIZE(items));
    copy.resize(count * type.size);
    for (size_t i = 0; i < count; ++i) {
        // Held: the conversion may run Python code that changes the sequence.
        if (PySequence_Fast_GET_SIZE(items) != static_cast<Py_ssize_t>(count)) {
            PyErr_Format(PyExc_RuntimeError,
                         "port %s: the sequence given to parameter %U changed its "
                         "length while it was read",
                         to.port, to.parameter);
            return false;
        }
        PyRef value = PyRef::borrow(PySequence_Fast_GET_ITEM(items, static_cast<Py_ssize_t>(i)));
        if (!item(value.get(), type, to, copy.data() + i * type.size))
            return false;
    }
    return true;
}
