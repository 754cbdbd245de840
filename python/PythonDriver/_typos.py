"""Detection of parameter names that are probably misspelled, reported once at iocInit."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

from ._code import Code, assigned_names
from ._link import parse_link
from ._template import static_attribute

_MOST = 10  # reports for one port
_SHORTEST = 4  # letters; a shorter name is not compared with others


class LoadedRecord(NamedTuple):
    """A record of the database whose link names the port."""

    name: str
    type: str
    dtyp: str
    link: str
    pyname: str
    capacity: int  # of a string record, in bytes; 0 for other records
    output: bool  # whether the link is in the field OUT
    defined: bool  # whether the database gives the record a value
    asks: bool  # whether the record may read the port when it processes, and does not only take callbacks

    @property
    def writes(self) -> bool:
        """Return whether the record writes values to the port."""
        return self.output or any(word in self.dtyp for word in ("ArrayOut", "Write", "Cmd"))


def find(
    driver: object, own: list[str], attributes: dict[str, Any], records: list[LoadedRecord], reads: bool
) -> list[str]:
    """Return the messages about a driver's probably misspelled names, at most 11.

    ``own`` are the names in the object's ``__dict__``, ``attributes`` the class's parameters by name. ``reads`` tells
    whether the class defines ``read()``. A doubtful case is not reported: an attribute whose name or drvInfo occurs
    anywhere in the driver's code, or any attribute if the code computes attribute names at run time.
    """
    if not attributes:
        return [
            f"class {type(driver).__qualname__} has no parameters: add info(pyname, ...) to a record of the "
            "template that __db__ names, or to a loaded record with a link to the port"
        ]
    found = list(_Typos(driver, own, attributes, records, reads).reports())
    if len(found) > _MOST:
        found[_MOST:] = [f"{len(found) - _MOST} more names are probably misspelled"]
    return found


class _Typos:
    def __init__(
        self, driver: object, own: list[str], attributes: dict[str, Any], records: list[LoadedRecord], reads: bool
    ) -> None:
        self._driver = driver
        self._own = own
        self._attributes = attributes  # by name
        self._reads = reads
        self._records: dict[str, list[LoadedRecord]] = {}  # by lower-case drvInfo
        for record in records:
            link = parse_link(record.link)
            if link is not None:
                self._records.setdefault(link.drvinfo.lower(), []).append(record)

    @cached_property
    def _code(self) -> Code:
        return Code(type(self._driver))  # takes milliseconds; made only if it is needed

    @cached_property
    def _others(self) -> list[str]:
        """The attributes that the driver's object has or will have, without the parameters."""
        cls = type(self._driver)
        names = {*self._own, *assigned_names(cls)}
        return sorted(name for name in names if static_attribute(cls, name) is None)

    def reports(self) -> Iterator[str]:
        cls = type(self._driver).__qualname__
        unset = [name for name in self._attributes if self._is_unset(name)]
        reported = set()
        for name in unset:
            drvinfo = self._attributes[name].name
            closest = self._closest(name)
            reported.add(closest)
            yield (
                f"record {self._record(name)}: attribute {name} (parameter {drvinfo}) has no value, and the code of "
                f"class {cls} contains neither name"
                + (f"; the closest attribute that it sets is {closest}" if closest else "")
            )
        for other in self._others:
            for name in self._attributes:
                if other not in reported and resembles(other, name) and self._is_misspelled(other, name):
                    yield (
                        f"class {cls}: attribute {other} is set but is not a parameter; the closest parameter is "
                        f"{name} of record {self._record(name)}"
                    )

    def _closest(self, name: str) -> str | None:
        import difflib  # Rarely needed and slow to import.

        unread = [other for other in self._others if not self._code.reads(other)]
        for others in ([other for other in self._others if resembles(other, name)], unread):
            if found := difflib.get_close_matches(name, others, 1):
                return found[0]
        return None

    def _of(self, name: str) -> list[LoadedRecord]:
        return self._records.get(self._attributes[name].name.lower(), [])

    def _record(self, name: str) -> str:
        records = self._of(name)
        return records[0].name if records else "(none is loaded)"

    def _is_unset(self, name: str) -> bool:
        """Return whether records need a value from the driver and its code never sets one."""
        records = self._of(name)
        given = any(record.writes or record.defined or (self._reads and record.asks) for record in records)
        return bool(records) and not given and self._is_untouched(name)

    def _is_untouched(self, name: str) -> bool:
        return not (
            self._has_value(name) or self._code.sets_any or self._code.mentions(name, self._attributes[name].name)
        )

    def _has_value(self, name: str) -> bool:
        try:  # hasattr() would call the driver's __getattr__.
            self._attributes[name].__get__(self._driver, type(self._driver))
        except AttributeError:
            return False
        return True

    def _is_misspelled(self, other: str, name: str) -> bool:
        """Return whether ``other`` is a misspelling: the code does not read it, or does not use ``name``."""
        return not self._code.reads(other) or self._is_untouched(name)


def resembles(name: str, known: str) -> bool:
    """Return whether a name looks like a misspelling of a known name.

    Pairs that drivers use side by side do not: gain and _gain, channel and channels, min_x and min_y, ch1 and ch2.
    """
    if name.strip("_") == known.strip("_") or _digits(name) != _digits(known):
        return False
    one, other = (text.lower().replace("_", "") for text in (name, known))
    if min(len(one), len(other)) < _SHORTEST:
        return False
    if one == other:
        return True
    if len(one) == len(other):
        return _differs_by_exchange(one, other) or _differs_inside(name.lower(), known.lower())
    short, long = sorted((one, other), key=len)
    return any(long[:i] + long[i + 1 :] == short for i in range(1, len(long) - 1))


def _digits(text: str) -> list[str]:
    return [character for character in text if character.isdigit()]


def _differences(one: str, other: str) -> list[int]:
    return [i for i in range(len(one)) if one[i] != other[i]]


def _differs_by_exchange(one: str, other: str) -> bool:
    match _differences(one, other):
        case [first, second]:
            return second == first + 1 and one[first] + one[second] == other[second] + other[first]
        case _:
            return False


def _differs_inside(one: str, other: str) -> bool:
    """Return whether the names differ in one letter that has a letter on both sides."""
    if len(one) != len(other):
        return False
    match _differences(one, other):
        case [place] if 0 < place < len(one) - 1:
            return one[place - 1 : place + 2].isalpha() and other[place].isalpha()
        case _:
            return False
