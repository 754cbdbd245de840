"""Creates the records of an IOC.

Each function takes the record's name without the device name, usual fields of such a record, and other fields and
keywords by name. It returns an object of :mod:`softioc.device`. It raises AttributeError for an unknown field,
TypeError, ValueError or OverflowError for a wrong initial value, and AssertionError for other errors, for example after
LoadDatabase. This module also has all public names of epicsdbbuilder.
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
_names.maxLength = 60  # characters, the limit of EPICS
epicsdbbuilder.SetRecordNames(_names)

records = epicsdbbuilder.records

#: Creates records with the given fields and no others.
PythonDevice = pythonSoftIoc.PythonDevice()

_Record = TypeVar("_Record", bound=device.ProcessDeviceSupportCore)

_failure: Exception | None = None  # the exception of LoadDatabase


def _shown(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a record whose value the script sets."""
    return {"SCAN": "I/O Intr", "PINI": "YES", "DISP": 1, **fields}


def _text_form(record: _Record) -> _Record:
    """Mark an array of characters as text for PVAccess clients."""
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
    """Create an ai record. The script sets a float."""
    return PythonDevice.ai(name, **_shown(_given(fields, LOPR=LOPR, HOPR=HOPR, EGU=EGU, PREC=PREC)))


def aOut(
    name: str,
    DRVL: float | None = None,
    DRVH: float | None = None,
    EGU: str | None = None,
    PREC: int | None = None,
    **fields: Any,
) -> device.ao:
    """Create an ao record. Its value is a float from DRVL to DRVH."""
    fields = _given(_scalar_out(fields, DRVL, DRVH), EGU=EGU, PREC=PREC)
    return PythonDevice.ao(name, **fields)


def boolIn(name: str, ZNAM: str | None = None, ONAM: str | None = None, **fields: Any) -> device.bi:
    """Create a bi record. The script sets 0 or 1."""
    return PythonDevice.bi(name, **_shown(_given(fields, ZNAM=ZNAM, ONAM=ONAM)))


def boolOut(name: str, ZNAM: str | None = None, ONAM: str | None = None, **fields: Any) -> device.bo:
    """Create a bo record. Its value is 0 or 1."""
    fields = {"OMSL": "supervisory", **_given(fields, ZNAM=ZNAM, ONAM=ONAM)}
    return PythonDevice.bo(name, **fields)


def Action(name: str, **fields: Any) -> device.bo:
    """Create a bo record that calls on_update for every write, even if the value does not change."""
    fields.setdefault("always_update", True)
    return boolOut(name, **fields)


def longIn(
    name: str, LOPR: int | None = None, HOPR: int | None = None, EGU: str | None = None, **fields: Any
) -> device.longin:
    """Create a longin record. The script sets a 32-bit integer."""
    fields = {"MDEL": -1, **_given(fields, LOPR=LOPR, HOPR=HOPR, EGU=EGU)}
    return PythonDevice.longin(name, **_shown(fields))


def longOut(
    name: str, DRVL: int | None = None, DRVH: int | None = None, EGU: str | None = None, **fields: Any
) -> device.longout:
    """Create a longout record. Its value is a 32-bit integer from DRVL to DRVH."""
    fields = _given(_scalar_out(fields, DRVL, DRVH), EGU=EGU)
    return PythonDevice.longout(name, **fields)


def int64In(
    name: str, LOPR: int | None = None, HOPR: int | None = None, EGU: str | None = None, **fields: Any
) -> device.int64in:
    """Create an int64in record. The script sets a 64-bit integer."""
    fields = {"MDEL": -1, **_given(fields, LOPR=LOPR, HOPR=HOPR, EGU=EGU)}
    return PythonDevice.int64in(name, **_shown(fields))


def int64Out(
    name: str, DRVL: int | None = None, DRVH: int | None = None, EGU: str | None = None, **fields: Any
) -> device.int64out:
    """Create an int64out record. Its value is a 64-bit integer from DRVL to DRVH."""
    fields = _given(_scalar_out(fields, DRVL, DRVH), EGU=EGU)
    return PythonDevice.int64out(name, **fields)


def stringIn(name: str, **fields: Any) -> device.stringin:
    """Create a stringin record. The script sets a str of at most 39 bytes."""
    return PythonDevice.stringin(name, **_shown(fields))


def stringOut(name: str, **fields: Any) -> device.stringout:
    """Create a stringout record. Its value is a str of at most 39 bytes."""
    return PythonDevice.stringout(name, **{"OMSL": "supervisory", **fields})


def mbbIn(name: str, *options: Option, **fields: Any) -> device.mbbi:
    """Create an mbbi record. The script sets one of up to 16 options.

    An option is a name or (name, severity); fields such as ZRST define options, too. The record's value is the option's
    position, counted from 0. If an option is (name, value, severity), the record's value is the option's value.
    """
    return PythonDevice.mbbi(name, *options, **_shown(fields))


def mbbOut(name: str, *options: Option, **fields: Any) -> device.mbbo:
    """Create an mbbo record. Its options and its value are as in :func:`mbbIn`."""
    return PythonDevice.mbbo(name, *options, **{"OMSL": "supervisory", **fields})


def WaveformIn(name: str, *value: Any, **fields: Any) -> device.waveform:
    """Create a waveform record. The script sets a one-dimensional array, or a list of str for FTVL STRING.

    Its maximum length is ``length``, NELM, or the length of the value. Its element type is ``datatype``, which is a
    numpy dtype, FTVL, or the type of the value.
    """
    return PythonDevice.waveform(name, *value, **_shown(fields))


def WaveformOut(name: str, *value: Any, **fields: Any) -> device.waveform_out:
    """Create a waveform record that clients write. Its length and type are as in :func:`WaveformIn`."""
    return PythonDevice.waveform_out(name, *value, **fields)


Waveform = WaveformIn


def longStringIn(name: str, **fields: Any) -> device.long_stringin:
    """Create a waveform record of characters. The script sets a str.

    Its length is ``length`` in bytes, including the NUL at the end; by default that of initial_value, or 256.
    """
    return _text_form(PythonDevice.long_stringin(name, **_shown(fields)))


def longStringOut(name: str, **fields: Any) -> device.long_stringout:
    """Create a waveform record of characters that clients write. Its value is a str, its length as in longStringIn."""
    return _text_form(PythonDevice.long_stringout(name, **fields))


def _given(fields: dict[str, Any], **named: Any) -> dict[str, Any]:
    return {**named, **fields}


def _scalar_out(fields: dict[str, Any], low: Any, high: Any) -> dict[str, Any]:
    return {"OMSL": "supervisory", "LOPR": low, "HOPR": high, "DRVL": low, "DRVH": high, **fields}


def LoadDatabase() -> None:
    """Load the records into the IOC's database and restore autosaved values. Afterwards no records can be created.

    Raises RuntimeError or OSError if that fails. Then iocInit fails, too.
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
    """Raise RuntimeError if LoadDatabase has failed, because the IOC would run without the script's records."""
    if _failure is not None:
        raise RuntimeError(f"iocInit cannot start the IOC, because LoadDatabase failed: {_failure}") from _failure


def ClearRecords() -> None:
    """Remove all records, so that their names can be used again. Call it before LoadDatabase."""
    if _making.loaded:
        raise AssertionError("ClearRecords must be called before LoadDatabase")
    for record in device.records.values():
        record._loaded()
        record._parameter.forget()
    device.records.clear()
    autosave.clear()
    epicsdbbuilder.ResetRecords()


def SetDeviceName(name: str) -> None:
    """Begin the names of records that are created from now on with ``name`` and a colon."""
    epicsdbbuilder.SetPrefix(name)


def UnsetDevice() -> None:
    """Use no device name for records that are created from now on."""
    epicsdbbuilder.SetPrefix("")
