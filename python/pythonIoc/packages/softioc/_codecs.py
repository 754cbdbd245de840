"""From Python values to those of a record's parameter, and back; one class for each kind of record.

``encode`` gives what the parameter takes, or raises; ``decode`` what users see. Those of arrays of numbers are
in :mod:`softioc._arrays`: numpy takes as long and as much memory as all the rest, and many an IOC has no arrays.
"""

import operator
import sys
from collections.abc import Callable
from typing import Any, Protocol


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
    """0 or 1: bi and bo. Any other integer is 1, as for the record."""

    def encode(self, value: Any) -> int:
        return 1 if super().encode(value) else 0


STATES = ("ZR", "ON", "TW", "TH", "FR", "FV", "SX", "SV", "EI", "NI", "TE", "EL", "TV", "TT", "FT", "FF")


class Choice(Integer):
    """The number of one of the states that the record has, any where it has none: mbbi and mbbo."""

    dtyp = "asynInt32State"

    def __init__(self, fields: dict[str, Any]) -> None:
        """``fields`` are those that the record is made with."""
        super().__init__()
        self._states = self._read(fields.get)
        #: field(name): what the record has now; from LoadDatabase on.
        self.field: Callable[[str], Any] | None = None

    def encode(self, value: Any) -> int:
        number = super().encode(value)
        if self._states and number not in self._states:
            if self.field is not None:
                self._states = self._read(self.field)  # they may have been changed
            if self._states and number not in self._states:
                options = ", ".join(f"{value} ({name})" for value, name in self._states.items())
                raise ValueError(f"expected one of {options}, got {number}")
        self._check(number)
        return number

    def _read(self, field: Callable[[str], Any]) -> dict[int, str]:
        return _states(field)

    def _check(self, number: int) -> None:
        """What the record's field takes."""
        if not 0 <= number < 1 << 16:
            raise ValueError(f"expected the number of a state, from 0 to 65535, got {number}")


class Valued(Choice):
    """The value that the script has given one of the record's states, instead of its number."""

    dtyp = "asynInt32"

    def __init__(self, fields: dict[str, Any]) -> None:
        # With any of these the value is not the state's, but a part of the record's.
        self._masked = any(fields.get(field) not in (None, "", "0", 0) for field in ("NOBT", "MASK", "SHFT"))
        super().__init__(fields)

    def _read(self, field: Callable[[str], Any]) -> dict[int, str]:
        return {} if self._masked else _values(field)

    def _check(self, number: int) -> None:
        """Whatever fits into 32 bits."""


def _states(field: Callable[[str], Any]) -> dict[int, str]:
    """Their names by their numbers."""
    return {number: name for number, (_, name) in _defined(field).items()}


def _values(field: Callable[[str], Any]) -> dict[int, str]:
    """Their names by their values, of which the record takes the first."""
    values: dict[int, str] = {}
    for value, name in _defined(field).values():
        values.setdefault(value, name)
    return values


def _defined(field: Callable[[str], Any]) -> dict[int, tuple[int, str]]:
    """Value and name of those that have one, by their numbers."""
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
        return str.__str__(value)  # of a subclass, an enum for one, what it has been checked for

    def decode(self, raw: str) -> str:
        return raw

    def kept(self, raw: str, value: str) -> str:
        return raw


def _numpys(name: str) -> tuple[Any, ...]:
    """A class of numpy, where somebody has imported that: else there are no objects of it."""
    found = getattr(sys.modules.get("numpy"), name, None)  # while it is being imported it has none
    return () if found is None else (found,)


STRING_SIZE = 40  # bytes of an element of FTVL STRING


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
    """UTF-8 in a waveform of characters, with a NUL at its end."""

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
        raise ValueTooLong(
            f"at most {most} {unit} fit into the record, not {length}: {shown[:60]}{'...' * (len(shown) > 60)}"
        )


def _unexpected(value: Any, expected: str) -> TypeError:
    return TypeError(f"expected {expected}, got {value!r} ({type(value).__name__})")
