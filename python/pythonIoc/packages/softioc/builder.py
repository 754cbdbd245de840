"""Makes the records of an IOC.

Each function takes the record's name without the device's, the fields that such a record mostly has, and any
other field by its name. What epicsdbbuilder has is here, too.
"""

import os
import tempfile
from pathlib import Path
from typing import Any, TypeVar

import epicsdbbuilder
from epicsdbbuilder import *  # noqa: F403

from . import _database, _ioc, _making, autosave, device, pythonSoftIoc
from ._making import Option
from .device import SetBlocking, to_epics_str_array

__all__ = [
    *epicsdbbuilder.recordbase.__all__, *epicsdbbuilder.recordset.__all__, *epicsdbbuilder.recordnames.__all__,
    *epicsdbbuilder.fanout.__all__, *epicsdbbuilder.parameter.__all__, *epicsdbbuilder.const_array.__all__,
    *epicsdbbuilder.dbd.__all__,
    "Action", "ClearRecords", "LoadDatabase", "PythonDevice", "SetBlocking", "SetDeviceName", "UnsetDevice",
    "Waveform", "WaveformIn", "WaveformOut", "aIn", "aOut", "boolIn", "boolOut", "int64In", "int64Out", "longIn",
    "longOut", "longStringIn", "longStringOut", "mbbIn", "mbbOut", "records", "stringIn", "stringOut",
    "to_epics_str_array",
]  # fmt: skip

_database.initialise()
_names = epicsdbbuilder.SimpleRecordNames(check=True)
_names.maxLength = 60  # characters, as EPICS has room for
epicsdbbuilder.SetRecordNames(_names)

records = epicsdbbuilder.records

#: Makes records with no other fields than those that are given.
PythonDevice = pythonSoftIoc.PythonDevice()

_Record = TypeVar("_Record", bound=device.ProcessDeviceSupportCore)

_failure: Exception | None = None  # of LoadDatabase


def _shown(fields: dict[str, Any]) -> dict[str, Any]:
    """Of records that show what the script sets."""
    return {"SCAN": "I/O Intr", "PINI": "YES", "DISP": 1, **fields}


def _text_form(record: _Record) -> _Record:
    """How PVAccess and its clients know that characters are a text."""
    record.add_info("Q:form", "String")
    return record


def aIn(
    name: str,
    LOPR: float | None = None,
    HOPR: float | None = None,
    EGU: str | None = None,
    PREC: int | None = None,
    **fields: Any,
) -> device.ai:
    """An ai record, which shows a float."""
    return PythonDevice.ai(name, **_shown(_given(fields, LOPR=LOPR, HOPR=HOPR, EGU=EGU, PREC=PREC)))


def aOut(
    name: str,
    DRVL: float | None = None,
    DRVH: float | None = None,
    EGU: str | None = None,
    PREC: int | None = None,
    **fields: Any,
) -> device.ao:
    """An ao record: a float from DRVL to DRVH."""
    fields = _given(_scalar_out(fields, DRVL, DRVH), EGU=EGU, PREC=PREC)
    return PythonDevice.ao(name, **fields)


def boolIn(name: str, ZNAM: str | None = None, ONAM: str | None = None, **fields: Any) -> device.bi:
    """A bi record, which shows 0 or 1."""
    return PythonDevice.bi(name, **_shown(_given(fields, ZNAM=ZNAM, ONAM=ONAM)))


def boolOut(name: str, ZNAM: str | None = None, ONAM: str | None = None, **fields: Any) -> device.bo:
    """A bo record: 0 or 1."""
    fields = {"OMSL": "supervisory", **_given(fields, ZNAM=ZNAM, ONAM=ONAM)}
    return PythonDevice.bo(name, **fields)


def Action(name: str, **fields: Any) -> device.bo:
    """A bo record whose on_update is called whenever it is written."""
    fields.setdefault("always_update", True)
    return boolOut(name, **fields)


def longIn(
    name: str, LOPR: int | None = None, HOPR: int | None = None, EGU: str | None = None, **fields: Any
) -> device.longin:
    """A longin record, which shows an integer of 32 bits."""
    fields = {"MDEL": -1, **_given(fields, LOPR=LOPR, HOPR=HOPR, EGU=EGU)}
    return PythonDevice.longin(name, **_shown(fields))


def longOut(
    name: str, DRVL: int | None = None, DRVH: int | None = None, EGU: str | None = None, **fields: Any
) -> device.longout:
    """A longout record: an integer of 32 bits from DRVL to DRVH."""
    fields = _given(_scalar_out(fields, DRVL, DRVH), EGU=EGU)
    return PythonDevice.longout(name, **fields)


def int64In(
    name: str, LOPR: int | None = None, HOPR: int | None = None, EGU: str | None = None, **fields: Any
) -> device.int64in:
    """An int64in record, which shows an integer of 64 bits."""
    fields = {"MDEL": -1, **_given(fields, LOPR=LOPR, HOPR=HOPR, EGU=EGU)}
    return PythonDevice.int64in(name, **_shown(fields))


def int64Out(
    name: str, DRVL: int | None = None, DRVH: int | None = None, EGU: str | None = None, **fields: Any
) -> device.int64out:
    """An int64out record: an integer of 64 bits from DRVL to DRVH."""
    fields = _given(_scalar_out(fields, DRVL, DRVH), EGU=EGU)
    return PythonDevice.int64out(name, **fields)


def stringIn(name: str, **fields: Any) -> device.stringin:
    """A stringin record, which shows a str of at most 39 bytes."""
    return PythonDevice.stringin(name, **_shown(fields))


def stringOut(name: str, **fields: Any) -> device.stringout:
    """A stringout record: a str of at most 39 bytes."""
    return PythonDevice.stringout(name, **{"OMSL": "supervisory", **fields})


def mbbIn(name: str, *options: Option, **fields: Any) -> device.mbbi:
    """An mbbi record, which shows one of up to 16 options.

    An option is its name or (name, severity), or a field such as ZRST gives it; the record's value is its position.
    With an option (name, value, severity) it is that value.
    """
    return PythonDevice.mbbi(name, *options, **_shown(fields))


def mbbOut(name: str, *options: Option, **fields: Any) -> device.mbbo:
    """An mbbo record: one of up to 16 options, as of :func:`mbbIn`."""
    return PythonDevice.mbbo(name, *options, **{"OMSL": "supervisory", **fields})


def WaveformIn(name: str, *value: Any, **fields: Any) -> device.waveform:
    """A waveform record, which shows an array.

    Its length is ``length`` or NELM, or that of the value; its type ``datatype``, FTVL, or that of the value.
    """
    return PythonDevice.waveform(name, *value, **_shown(fields))


def WaveformOut(name: str, *value: Any, **fields: Any) -> device.waveform_out:
    """A waveform record that clients write; its length and type are as of :func:`WaveformIn`."""
    return PythonDevice.waveform_out(name, *value, **fields)


Waveform = WaveformIn


def longStringIn(name: str, **fields: Any) -> device.long_stringin:
    """A waveform record of characters, which shows a str; ``length`` is 256 unless it is given."""
    return _text_form(PythonDevice.long_stringin(name, **_shown(fields)))


def longStringOut(name: str, **fields: Any) -> device.long_stringout:
    """A waveform record of characters that clients write as a str; its length is as of :func:`longStringIn`."""
    return _text_form(PythonDevice.long_stringout(name, **fields))


def _given(fields: dict[str, Any], **named: Any) -> dict[str, Any]:
    return {**named, **fields}


def _scalar_out(fields: dict[str, Any], low: Any, high: Any) -> dict[str, Any]:
    return {"OMSL": "supervisory", "LOPR": low, "HOPR": high, "DRVL": low, "DRVH": high, **fields}


def LoadDatabase() -> None:
    """Loads the records that were made. Afterwards no more can be made.

    Where it fails, RuntimeError or OSError, iocInit does, too.
    """
    global _failure
    try:
        _load()
    except Exception as error:
        _failure = error
        raise
    _making.loaded, _failure = True, None
    for record in device.records.values():
        record._loaded()
    epicsdbbuilder.ResetRecords()
    autosave.load_autosave()


def _load() -> None:
    handle, path = tempfile.mkstemp(suffix=".db")
    os.close(handle)
    try:
        epicsdbbuilder.WriteRecords(path)
        if epicsdbbuilder.CountRecords() and _ioc.host().load_records(path, ""):
            raise RuntimeError("the records cannot be loaded; see the errors above")
    finally:
        Path(path).unlink()


def refuse_failure() -> None:
    """Raises RuntimeError where LoadDatabase has failed: the IOC would run without the script's records."""
    if _failure is not None:
        raise RuntimeError(f"iocInit needs the records, and LoadDatabase has failed: {_failure}") from _failure


def ClearRecords() -> None:
    """Forgets the records that were made: their names are free. Before LoadDatabase."""
    if _making.loaded:
        raise AssertionError("the records are loaded: they cannot be forgotten")
    for record in device.records.values():
        record._loaded()
        record._parameter.forget()
    device.records.clear()
    autosave.clear()
    epicsdbbuilder.ResetRecords()


def SetDeviceName(name: str) -> None:
    """The names of records made from now on begin with name and a colon."""
    epicsdbbuilder.SetPrefix(name)


def UnsetDevice() -> None:
    """The names of records made from now on are those that are given."""
    epicsdbbuilder.SetPrefix("")
