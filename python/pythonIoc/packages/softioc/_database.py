"""epicsdbbuilder, with the record types and the device support of this process.

It looks for a field by going through all of its record type, for each field of each record; here what was found
to be valid once is remembered, and the rest is asked of the database by name.
"""

import re
from collections.abc import Callable
from typing import Any

import epicsdbbuilder
from asynPythonIoc import _libraries
from epicsdbbuilder import dbd, mydbstatic, recordbase

from . import _ioc


def initialise() -> None:
    """Reads the dbd files from which epicsdbbuilder knows records and fields."""
    base = _libraries.base_folder()
    # As InitialiseDbd does, but for finding the folder.
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
    # Two for each record; a dict keeps the order, too, in a third of the memory.
    recordbase.OrderedDict = dict


# What few records have: the others share one that is empty, instead of three of their own.
_ADDING: dict[str, tuple[str, Callable[[], Any]]] = {
    "add_alias": ("_Record__aliases", dict),
    "add_comment": ("_Record__comments", list),
    "add_metadata": ("_Record__comments", list),
    "add_info": ("_Record__infos", list),
}
_NONE: dict[str, Any] = {attribute: make() for attribute, make in _ADDING.values()}


def _adding(original: Callable[..., None], attribute: str, make: Callable[[], Any]) -> Callable[..., None]:
    """The method of epicsdbbuilder's record that adds to that attribute."""

    def add(record: Any, *arguments: Any) -> None:
        if record.__dict__[attribute] is _NONE[attribute]:
            record.__dict__[attribute] = make()
        original(record, *arguments)

    return add


class _Validator:
    """What epicsdbbuilder asks of a record type."""

    def __init__(self, original: Any) -> None:
        self.dbEntry = original.dbEntry
        self._fields: dict[str, Any] = {}  # an entry for each field that was asked for, None where it is none
        self._values: set[tuple[str, str]] = set()  # those that occur often

    def ValidFieldName(self, name: str) -> None:
        if name not in self._fields:
            self._fields[name] = self._entry(name)
        if self._fields[name] is None:
            raise AttributeError(f"Invalid field name {name}")

    def _entry(self, name: str) -> Any:
        entry = dbd.DBEntry(self.dbEntry)
        found = name != "NAME" and name in entry.iterate_fields()  # which stops there
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
    """The link of a record to the parameter of its name: one for all, where each text would take memory."""

    def Validate(self, record: Any, field: str) -> None:
        """It always is."""

    def FormatDb(self, record: Any, field: str) -> str:
        return _quoted(_link(record.name))


_ADDRESS = _Address()


def _link(drvinfo: str) -> str:
    return f"@asyn({_ioc.PORT}){drvinfo}"


def address(record: Any, drvinfo: str) -> Any:
    """Of a record to its parameter."""
    shared = isinstance(record, recordbase.Record) and record.name == drvinfo
    return _ADDRESS if shared else _link(drvinfo)


def build(kind: str, name: str, dtyp: str, fields: dict[str, Any]) -> Any:
    """A record of epicsdbbuilder."""
    record = getattr(epicsdbbuilder.records, kind)(name, **fields)
    record.DTYP = dtyp
    record.__dict__.update(_NONE)
    return record
