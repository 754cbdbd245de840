"""From Python values to those of a record's parameter, and back; one class for each kind of record.

``encode`` gives what the parameter takes, or raises; ``decode`` what users see.
"""

import operator
from typing import Any, Protocol

import numpy as np


class ValueTooLong(AssertionError, ValueError):
    """A text or an array for which the record has no room."""


class Codec(Protocol):
    """How a record's values are kept: ``type`` is the parameter's."""

    type: str
    default: Any

    def encode(self, value: Any) -> Any: ...
    def decode(self, raw: Any) -> Any: ...
    def kept(self, raw: Any, value: Any) -> Any:
        """What the parameter keeps of a value that the record has written."""


class Float:
    """A float64: ai and ao."""

    type = "Float64"
    default: Any = 0.0

    def encode(self, value: Any) -> float:
        if isinstance(value, (str, bytes)):
            raise _unexpected(value, "a number")
        return float(value)

    def decode(self, raw: float) -> float:
        return raw

    def kept(self, raw: float, value: float) -> float:
        return raw


class Integer:
    """An integer of 32 or 64 bits: bi, bo, longin, longout, mbbi, mbbo, int64in, int64out."""

    default: Any = 0

    def __init__(self, type_: str = "Int32") -> None:
        self.type = type_

    def encode(self, value: Any) -> int:
        if isinstance(value, np.bool_):
            return int(value)
        if isinstance(value, (float, np.floating)) and value.is_integer():
            return int(value)
        try:
            return operator.index(value)
        except TypeError:
            raise _unexpected(value, "an integer") from None

    def decode(self, raw: int) -> int:
        return raw

    def kept(self, raw: int, value: int) -> int:
        return raw


class Text:
    """At most 39 bytes of UTF-8: stringin and stringout."""

    type = "Octet"
    default: Any = ""

    def encode(self, value: Any) -> str:
        if not isinstance(value, str):
            raise _unexpected(value, "a str")
        _check_length(len(value.encode(errors="surrogateescape")), 39, "bytes", value)
        return str(value)

    def decode(self, raw: str) -> str:
        return raw

    def kept(self, raw: str, value: str) -> str:
        return raw


#: By dtype: FTVL of the record, and type of its parameter.
_ARRAYS = {
    "int8": ("CHAR", "Int8Array"),
    "uint8": ("UCHAR", "Int8Array"),
    "int16": ("SHORT", "Int16Array"),
    "uint16": ("USHORT", "Int16Array"),
    "int32": ("LONG", "Int32Array"),
    "uint32": ("ULONG", "Int32Array"),
    "float32": ("FLOAT", "Float32Array"),
    "float64": ("DOUBLE", "Float64Array"),
}
_DTYPES = {ftvl: np.dtype(name) for name, (ftvl, _) in _ARRAYS.items()}
# What Channel Access has no type for, and what numpy has beside it.
_REPLACED = {"int64": "int32", "uint64": "uint32", "float16": "float32", "bool": "uint8"}

STRING_SIZE = 40  # bytes of an element of FTVL STRING


def ftvl_of(dtype: np.dtype[Any]) -> str:
    """The FTVL of a waveform for arrays of a dtype."""
    if dtype.kind in "SU":
        return "STRING"
    name = _REPLACED.get(dtype.name, dtype.name)
    if name not in _ARRAYS:
        raise TypeError(
            f"a waveform cannot have elements of {dtype}: integers, floats, bool and strings are expected"
        )
    return _ARRAYS[name][0]


def array_codec(ftvl: str, length: int) -> Codec:
    """For a waveform of that FTVL and at most length elements."""
    if ftvl == "STRING":
        return Strings(length)
    if ftvl not in _DTYPES:
        raise ValueError(f"FTVL is one of STRING, {', '.join(_DTYPES)}, not {ftvl!r}")
    return Array(ftvl, length)


class Array:
    """Numbers: waveforms. Values are copied, and read-only."""

    def __init__(self, ftvl: str, length: int) -> None:
        self.dtype = _DTYPES[ftvl]
        self.type = _ARRAYS[self.dtype.name][1]
        self.length = length
        self.default: Any = self._frozen(np.zeros(0, self.dtype))

    def encode(self, value: Any) -> Any:
        array = np.asarray(value)
        if array.ndim == 0:
            array = array.reshape(1)
        if array.ndim != 1:
            raise AssertionError(f"a waveform has one dimension; this value has the shape {array.shape}")
        _check_length(len(array), self.length, "elements", value)
        if array.dtype != self.dtype:
            _check_range(array, self.dtype)
        return self._frozen(array.astype(self.dtype, order="C", copy=True))

    def decode(self, raw: Any) -> Any:
        if isinstance(raw, bytes):  # as the record has written it
            return self._frozen(np.frombuffer(raw, self.dtype))
        return raw

    def kept(self, raw: Any, value: Any) -> Any:
        return value

    @staticmethod
    def _frozen(array: Any) -> Any:
        array.flags.writeable = False
        return array


def _check_range(array: Any, dtype: np.dtype[Any]) -> None:
    """What casting would turn into another number; fractions are cut off, as by numpy."""
    if array.dtype.kind == "c":
        raise TypeError(f"elements that are real numbers are expected, not {array.dtype}")
    if dtype.kind not in "iu" or array.dtype.kind not in "iuf" or len(array) == 0:
        return
    info = np.iinfo(dtype)
    low, high = array.min(), array.max()
    if not (low > info.min - 1 and high < info.max + 1):
        raise ValueError(f"elements of {dtype} are from {info.min} to {info.max}; these are from {low} to {high}")


class Strings:
    """Texts of at most 40 bytes of UTF-8: waveforms of FTVL STRING. A list of str."""

    type = "Int8Array"

    def __init__(self, length: int) -> None:
        self.length = length
        self.default: Any = b""

    def encode(self, value: Any) -> bytes:
        if isinstance(value, (str, bytes)):
            value = [value]
        items = list(value)
        _check_length(len(items), self.length, "elements", value)
        return b"".join(self._element(item) for item in items)

    @staticmethod
    def _element(item: Any) -> bytes:
        data = item if isinstance(item, bytes) else str(item).encode(errors="surrogateescape")
        _check_length(len(data), STRING_SIZE - 1, "bytes", item)
        return data.ljust(STRING_SIZE, b"\0")

    def decode(self, raw: bytes) -> list[str]:
        data = bytes(raw)
        return [_until_nul(data[i : i + STRING_SIZE]) for i in range(0, len(data), STRING_SIZE)]

    def kept(self, raw: bytes, value: list[str]) -> bytes:
        return raw


class LongText:
    """UTF-8 in a waveform of characters, with a NUL at its end."""

    type = "Int8Array"

    def __init__(self, length: int) -> None:
        self.length = length
        self.default: Any = b"\0"

    def encode(self, value: Any) -> bytes:
        if not isinstance(value, str):
            raise _unexpected(value, "a str")
        data: bytes = value.encode(errors="surrogateescape") + b"\0"
        _check_length(len(data), self.length, "bytes with the NUL at the end", value)
        return data

    def decode(self, raw: bytes) -> str:
        return _until_nul(bytes(raw))

    def kept(self, raw: bytes, value: str) -> bytes:
        return raw


def _until_nul(data: bytes) -> str:
    return data.split(b"\0", 1)[0].decode(errors="surrogateescape")


def _check_length(length: int, most: int, unit: str, value: Any) -> None:
    if length > most:
        shown = repr(value)
        raise ValueTooLong(
            f"at most {most} {unit} fit into the record, not {length}: {shown[:60]}{'...' * (len(shown) > 60)}"
        )


def _unexpected(value: Any, expected: str) -> TypeError:
    return TypeError(f"{expected} is expected, not {type(value).__name__} {value!r}")
