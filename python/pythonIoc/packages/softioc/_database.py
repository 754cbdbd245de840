"""epicsdbbuilder with the record types and the device support of this process.

For each field of each record, epicsdbbuilder searches all fields of the record type. This module remembers the fields
and values that are valid, which is faster. It also saves memory in each record.
"""

import re
from collections.abc import Callable
from typing import Any

import epicsdbbuilder
from asynPythonIoc import _libraries
from epicsdbbuilder import dbd, mydbstatic, recordbase

from . import _ioc


def initialise() -> None:
    """Load the dbd files that define record types and fields for epicsdbbuilder."""
    base = _libraries.base_folder()
    # The same as InitialiseDbd, which would search for the folder.
    mydbstatic.ImportFunctionsFrom(_libraries.library("epicscorelibs", "dbCore"))
    dbd._epics_base = str(base)
    dbd.LoadDbdFile("base.dbd")
    dbd.LoadDbdFile(str(_libraries.package_folder() / "dbd" / "asyn.dbd"))
    for name in epicsdbbuilder.records.GetRecords():
        kind = getattr(epicsdbbuilder.records, name)
        kind._validate = _Validator(kind._validate)
        for method, (attribute, make) in _ADDING.items():
            setattr(kind, method, _adding(getattr(kind, method), attribute, make))
    recordbase.quote_string = _quoted
    # Each record has two. A dict also keeps the order and needs a third of the memory.
    recordbase.OrderedDict = dict


# Containers that few records need. All other records share one empty container of each kind.
_ADDING: dict[str, tuple[str, Callable[[], Any]]] = {
    "add_alias": ("_Record__aliases", dict),
    "add_comment": ("_Record__comments", list),
    "add_metadata": ("_Record__comments", list),
    "add_info": ("_Record__infos", list),
}
_NONE: dict[str, Any] = {attribute: make() for attribute, make in _ADDING.values()}


def _adding(original: Callable[..., None], attribute: str, make: Callable[[], Any]) -> Callable[..., None]:
    """Return a method that gives the record its own container before the original method adds to it."""

    def add(record: Any, *arguments: Any) -> None:
        if record.__dict__[attribute] is _NONE[attribute]:
            record.__dict__[attribute] = make()
        original(record, *arguments)

    return add


class _Validator:
    """Checks names and values of fields for epicsdbbuilder, for one record type."""

    def __init__(self, original: Any) -> None:
        self.dbEntry = original.dbEntry
        self._fields: dict[str, Any] = {}  # the database entry of each requested name; None if there is no such field
        self._values: set[tuple[str, str]] = set()  # valid (field, value) pairs

    def ValidFieldName(self, name: str) -> None:
        if name not in self._fields:
            self._fields[name] = self._entry(name)
        if self._fields[name] is None:
            raise AttributeError(f"Invalid field name {name}")

    def _entry(self, name: str) -> Any:
        entry = dbd.DBEntry(self.dbEntry)
        found = name != "NAME" and name in entry.iterate_fields()  # leaves the entry at that field
        return entry if found else None

    def ValidFieldValue(self, name: str, value: str) -> None:
        if (name, value) in self._values:
            return
        self.ValidFieldName(name)
        message = mydbstatic.dbVerify(self._fields[name], value)
        if message is not None:
            raise AssertionError(f'Can\'t write "{value}" to field {name}: {message}')
        if len(self._values) < 1000:
            self._values.add((name, value))


_TO_ESCAPE = re.compile(r'[\x00-\x1f"\\]')


def _quoted(value: str) -> str:
    return '"' + _TO_ESCAPE.sub(_escape, value) + '"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return "\\" + character if character in '"\\' else f"\\x{ord(character):02x}"


class _Address:
    """The link of a record to the parameter of the same name. All records share one object, which saves memory."""

    def Validate(self, record: Any, field: str) -> None:
        """Accept the link: it is always valid."""

    def FormatDb(self, record: Any, field: str) -> str:
        return _quoted(_link(record.name))


_ADDRESS = _Address()


def _link(drvinfo: str) -> str:
    return f"@asyn({_ioc.PORT}){drvinfo}"


def address(record: Any, drvinfo: str) -> Any:
    """Return the link of a record to its parameter."""
    shared = isinstance(record, recordbase.Record) and record.name == drvinfo
    return _ADDRESS if shared else _link(drvinfo)


def build(kind: str, name: str, dtyp: str, fields: dict[str, Any]) -> Any:
    """Create a record in epicsdbbuilder."""
    record = getattr(epicsdbbuilder.records, kind)(name, **fields)
    record.DTYP = dtyp
    record.__dict__.update(_NONE)
    return record
