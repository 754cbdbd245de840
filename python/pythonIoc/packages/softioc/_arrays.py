"""Conversion of the values of waveform records. :mod:`softioc._codecs` has the other records, without numpy."""

from typing import Any

import numpy as np

from ._codecs import STRING_SIZE, Codec, Strings, check_length

#: The record's FTVL and its parameter's type, by dtype.
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
# Types for which Channel Access or waveform records have no equivalent, and the types used instead.
_REPLACED = {"int64": "int32", "uint64": "uint32", "float16": "float32", "bool": "uint8"}


def as_array(value: Any) -> Any:
    """Return the value as a numpy array. bytes become an array of uint8."""
    return np.frombuffer(value, np.uint8) if isinstance(value, bytes) else np.asarray(value)


def is_text(datatype: Any) -> bool:
    return datatype is not None and dtype_of(datatype).kind in "SU"


def text_array(value: Any) -> "np.ndarray[Any, Any]":
    """Return a one-dimensional array of dtype S40 with the items as EPICS stores strings."""
    items = list(value)
    data = Strings(len(items)).encode(items)
    return np.frombuffer(data, f"S{STRING_SIZE}").copy()


def dtype_of(datatype: Any) -> Any:
    """Return the dtype of a ``datatype`` argument. softioc 2.x defines the names long and ulong; numpy the others."""
    if isinstance(datatype, str):
        datatype = {"long": "int32", "ulong": "uint32"}.get(datatype, datatype)
    return np.dtype(datatype)


def ftvl_of(dtype: np.dtype[Any]) -> str:
    """Return the FTVL of a waveform for arrays of a dtype. Raises TypeError if there is none."""
    if dtype.kind in "SU":
        return "STRING"
    name = _REPLACED.get(dtype.name, dtype.name)
    if name not in _ARRAYS:
        raise TypeError(f"expected elements of type integer, float, bool or string, got {dtype}")
    return _ARRAYS[name][0]


def array_codec(ftvl: str, length: int) -> Codec:
    """Return the codec of a waveform with that FTVL and at most ``length`` elements. Raises ValueError."""
    if ftvl == "STRING":
        return Strings(length)
    if ftvl not in _DTYPES:
        raise ValueError(f"FTVL: expected one of STRING, {', '.join(_DTYPES)}, got {ftvl!r}")
    return Array(ftvl, length)


class Array:
    """Waveforms of numbers. Values are read-only one-dimensional numpy arrays. Their data is copied."""

    def __init__(self, ftvl: str, length: int) -> None:
        self.dtype = _DTYPES[ftvl]
        self.type = _ARRAYS[self.dtype.name][1]
        self.length = length
        self.default: Any = self._frozen(np.zeros(0, self.dtype))

    def encode(self, value: Any) -> Any:
        array = as_array(value)
        if array.ndim == 0:
            array = array.reshape(1)
        if array.ndim != 1:
            raise AssertionError(f"expected a one-dimensional value for a waveform, got the shape {array.shape}")
        check_length(len(array), self.length, "elements", value)
        if array.dtype != self.dtype:
            _check_range(array, self.dtype)
        return self._frozen(array.astype(self.dtype, order="C", copy=True))

    def decode(self, raw: Any) -> Any:
        if isinstance(raw, bytes):  # written by the record
            return self._frozen(np.frombuffer(raw, self.dtype))
        return raw

    def kept(self, raw: Any, value: Any) -> Any:
        return value

    @staticmethod
    def _frozen(array: Any) -> Any:
        array.flags.writeable = False
        return array


def _check_range(array: Any, dtype: np.dtype[Any]) -> None:
    """Raise TypeError or ValueError if casting would change numbers. Fractions may be cut off, as numpy does it."""
    if array.dtype.kind == "c":
        raise TypeError(f"expected elements that are real numbers, got {array.dtype}")
    if dtype.kind not in "iu" or array.dtype.kind not in "iuf" or len(array) == 0:
        return
    info = np.iinfo(dtype)
    low, high = array.min(), array.max()
    if not (low > info.min - 1 and high < info.max + 1):
        raise ValueError(f"expected elements from {info.min} to {info.max} ({dtype}), got {low} to {high}")
