"""Conversion of Python values to values of a record's parameter and back. There is one class for each kind of record.

Arrays of numbers are in :mod:`softioc._arrays`: importing numpy takes as much time and memory as all other code, and
many IOCs have no arrays.
"""

import operator
import sys
from collections.abc import Callable
from typing import Any, Protocol


class ValueTooLong(AssertionError, ValueError):
    """A string or an array does not fit into the record."""


class Codec(Protocol):
    """The conversion of one record's values. ``type`` is the parameter's type, ``default`` a raw value."""

    type: str
    default: Any

    def encode(self, value: Any) -> Any:
        """Return the parameter's value. Raises TypeError, ValueError or ValueTooLong if the record cannot hold it."""

    def decode(self, raw: Any) -> Any:
        """Return the value that the script sees."""

    def kept(self, raw: Any, value: Any) -> Any:
        """Return what the parameter keeps of a value that the record has written: ``raw`` or its decoded ``value``."""


class Float:
    """A float64: ai and ao."""

    type = "Float64"
    default: Any = 0.0

    def encode(self, value: Any) -> float:
        if isinstance(value, (str, bytes)):
            raise _unexpected(value, "a number")
        try:
            return float(value)
        except TypeError:
            raise _unexpected(value, "a number") from None

    def decode(self, raw: float) -> float:
        return raw

    def kept(self, raw: float, value: float) -> float:
        return raw


class Integer:
    """An integer of 32 or 64 bits: longin, longout, int64in, int64out."""

    default: Any = 0

    def __init__(self, type_: str = "Int32") -> None:
        self.type = type_

    def encode(self, value: Any) -> int:
        if type(value) is int:
            return value
        if isinstance(value, _numpys("bool_")):
            return int(value)
        if isinstance(value, float) or isinstance(value, _numpys("floating")):
            if value.is_integer():
                return int(value)
        try:
            return operator.index(value)
        except TypeError:
            raise _unexpected(value, "an integer") from None

    def decode(self, raw: int) -> int:
        return raw

    def kept(self, raw: int, value: int) -> int:
        return raw


class Truth(Integer):
    """0 or 1: bi and bo. Any other integer becomes 1, as in the record."""

    def encode(self, value: Any) -> int:
        return 1 if super().encode(value) else 0


STATES = ("ZR", "ON", "TW", "TH", "FR", "FV", "SX", "SV", "EI", "NI", "TE", "EL", "TV", "TT", "FT", "FF")


class Choice(Integer):
    """The number of a state of the record: mbbi and mbbo. If the record defines no states, any number is allowed."""

    dtyp = "asynInt32State"

    def __init__(self, fields: dict[str, Any]) -> None:
        """``fields`` are the fields with which the record is created."""
        super().__init__()
        self._states = self._read(fields.get)
        #: Returns the current value of a field by its name; None before LoadDatabase.
        self.field: Callable[[str], Any] | None = None

    def encode(self, value: Any) -> int:
        number = super().encode(value)
        if self._states and number not in self._states:
            if self.field is not None:
                self._states = self._read(self.field)  # Clients may have changed them.
            if self._states and number not in self._states:
                options = ", ".join(f"{value} ({name})" for value, name in self._states.items())
                raise ValueError(f"expected one of {options}, got {number}")
        self._check(number)
        return number

    def _read(self, field: Callable[[str], Any]) -> dict[int, str]:
        return _states(field)

    def _check(self, number: int) -> None:
        """Raise ValueError if the record's field VAL cannot hold the number."""
        if not 0 <= number < 1 << 16:
            raise ValueError(f"expected the number of a state, from 0 to 65535, got {number}")


class Valued(Choice):
    """The value of a state instead of its number, for options that define values: mbbi and mbbo."""

    dtyp = "asynInt32"

    def __init__(self, fields: dict[str, Any]) -> None:
        # With one of these fields, the state's value is only a part of the record's raw value.
        self._masked = any(fields.get(field) not in (None, "", "0", 0) for field in ("NOBT", "MASK", "SHFT"))
        super().__init__(fields)

    def _read(self, field: Callable[[str], Any]) -> dict[int, str]:
        return {} if self._masked else _values(field)

    def _check(self, number: int) -> None:
        """Accept all values: the parameter checks that they fit into 32 bits."""


def _states(field: Callable[[str], Any]) -> dict[int, str]:
    """Return the names of the record's states by their numbers."""
    return {number: name for number, (_, name) in _defined(field).items()}


def _values(field: Callable[[str], Any]) -> dict[int, str]:
    """Return the names of the record's states by their values. If values are equal, the record uses the first state."""
    values: dict[int, str] = {}
    for value, name in _defined(field).values():
        values.setdefault(value, name)
    return values


def _defined(field: Callable[[str], Any]) -> dict[int, tuple[int, str]]:
    """Return (value, name) of each state that has a value or a name, by its number."""
    states: dict[int, tuple[int, str]] = {}
    for number, prefix in enumerate(STATES):
        value, name = field(prefix + "VL"), field(prefix + "ST")
        worth = int(value, 0) if isinstance(value, str) and value else int(value or 0)
        if worth or name:
            states[number] = worth, str(name or "")
    return states


class Text:
    """At most 39 bytes of UTF-8: stringin and stringout."""

    type = "Octet"
    default: Any = ""

    def encode(self, value: Any) -> str:
        if not isinstance(value, str):
            raise _unexpected(value, "a str")
        check_length(len(value.encode(errors="surrogateescape")), 39, "bytes", value)
        return str.__str__(value)  # the checked text; str() of an enum of strings is another one

    def decode(self, raw: str) -> str:
        return raw

    def kept(self, raw: str, value: str) -> str:
        return raw


def _numpys(name: str) -> tuple[Any, ...]:
    """Return a class of numpy as a tuple; empty if numpy is not imported, because then it has no objects."""
    found = getattr(sys.modules.get("numpy"), name, None)  # None while numpy is being imported
    return () if found is None else (found,)


STRING_SIZE = 40  # bytes of an element of FTVL STRING, including the NUL at its end


class Strings:
    """A list of str, each of at most 39 bytes of UTF-8: waveforms of FTVL STRING."""

    type = "Int8Array"

    def __init__(self, length: int) -> None:
        self.length = length
        self.default: Any = b""

    def encode(self, value: Any) -> bytes:
        if isinstance(value, (str, bytes)):
            value = [value]
        items = list(value)
        check_length(len(items), self.length, "elements", value)
        return b"".join(self._element(item) for item in items)

    @staticmethod
    def _element(item: Any) -> bytes:
        data = item if isinstance(item, bytes) else str(item).encode(errors="surrogateescape")
        check_length(len(data), STRING_SIZE - 1, "bytes", item)
        return data.ljust(STRING_SIZE, b"\0")

    def decode(self, raw: bytes) -> list[str]:
        data = bytes(raw)
        return [_until_nul(data[i : i + STRING_SIZE]) for i in range(0, len(data), STRING_SIZE)]

    def kept(self, raw: bytes, value: list[str]) -> bytes:
        return raw


class LongText:
    """A str as UTF-8 with a NUL at its end: waveforms of FTVL CHAR."""

    type = "Int8Array"

    def __init__(self, length: int) -> None:
        self.length = length
        self.default: Any = b"\0"

    def encode(self, value: Any) -> bytes:
        if not isinstance(value, str):
            raise _unexpected(value, "a str")
        data: bytes = value.encode(errors="surrogateescape") + b"\0"
        check_length(len(data), self.length, "bytes with the NUL at the end", value)
        return data

    def decode(self, raw: bytes) -> str:
        return _until_nul(bytes(raw))

    def kept(self, raw: bytes, value: str) -> bytes:
        return raw


def _until_nul(data: bytes) -> str:
    return data.split(b"\0", 1)[0].decode(errors="surrogateescape")


def check_length(length: int, most: int, unit: str, value: Any) -> None:
    if length > most:
        shown = repr(value)
        raise ValueTooLong(f"expected at most {most} {unit}, got {length}: {shown[:60]}{'...' * (len(shown) > 60)}")


def _unexpected(value: Any, expected: str) -> TypeError:
    return TypeError(f"expected {expected}, got {value!r} ({type(value).__name__})")
