"""epicsdbbuilder, with the record types and the device support of this process.

It looks for a field by going through all of its record type, for each field of each record; here what was found
to be valid once is remembered, and the rest is asked of the database by name.
"""

import re
from typing import Any

import epicsdbbuilder
from asynPythonIoc import _libraries
from epicsdbbuilder import dbd, mydbstatic, recordbase


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
    recordbase.quote_string = _quoted
    # Two for each record; a dict keeps the order, too, in a third of the memory.
    recordbase.OrderedDict = dict


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


def build(kind: str, name: str, dtyp: str, fields: dict[str, Any]) -> Any:
    """A record of epicsdbbuilder that follows a parameter."""
    record = getattr(epicsdbbuilder.records, kind)(name, **fields)
    record.DTYP = dtyp
    record.add_info("asynPort:follow", "1")
    return record
