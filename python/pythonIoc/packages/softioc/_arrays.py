"""The values of waveforms of numbers, as :mod:`softioc._codecs` has those of other records, with numpy."""

from typing import Any

import numpy as np

from ._codecs import STRING_SIZE, Codec, Strings, check_length

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


def as_array(value: Any) -> Any:
    """Of whatever numpy makes one of; bytes are numbers."""
    return np.frombuffer(value, np.uint8) if isinstance(value, bytes) else np.asarray(value)


def is_text(datatype: Any) -> bool:
    return datatype is not None and dtype_of(datatype).kind in "SU"


def text_array(value: Any) -> "np.ndarray[Any, Any]":
    """Of texts, bytes and whatever has a text: as a waveform of FTVL STRING has them."""
    items = list(value)
    data = Strings(len(items)).encode(items)
    return np.frombuffer(data, f"S{STRING_SIZE}").copy()


def dtype_of(datatype: Any) -> Any:
    """2.x had names of its own for some; numpy has the others."""
    if isinstance(datatype, str):
        datatype = {"long": "int32", "ulong": "uint32"}.get(datatype, datatype)
    return np.dtype(datatype)


def ftvl_of(dtype: np.dtype[Any]) -> str:
    """The FTVL of a waveform for arrays of a dtype."""
    if dtype.kind in "SU":
        return "STRING"
    name = _REPLACED.get(dtype.name, dtype.name)
    if name not in _ARRAYS:
        raise TypeError(f"expected elements of type integer, float, bool or string, got {dtype}")
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
        array = as_array(value)
        if array.ndim == 0:
            array = array.reshape(1)
        if array.ndim != 1:
            raise AssertionError(f"a waveform has one dimension; this value has the shape {array.shape}")
        check_length(len(array), self.length, "elements", value)
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
        raise TypeError(f"expected elements that are real numbers, got {array.dtype}")
    if dtype.kind not in "iu" or array.dtype.kind not in "iuf" or len(array) == 0:
        return
    info = np.iinfo(dtype)
    low, high = array.min(), array.max()
    if not (low > info.min - 1 and high < info.max + 1):
        raise ValueError(f"elements of {dtype} are from {info.min} to {info.max}; these are from {low} to {high}")
