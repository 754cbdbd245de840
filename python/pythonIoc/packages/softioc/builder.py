"""Makes the records of an IOC.

Each function takes the record's name without the device's, the fields that such a record mostly has, and any
other field by its name. What epicsdbbuilder has is here, too.
"""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import epicsdbbuilder
from epicsdbbuilder import *  # noqa: F403

from . import _database, _ioc, _updates, autosave, device
from ._codecs import STATES, Choice, Codec, Float, Integer, LongText, Text, Truth
from .device import ProcessDeviceSupportIn, ProcessDeviceSupportOut, SetBlocking

In = ProcessDeviceSupportIn
Out = ProcessDeviceSupportOut

__all__ = [
    *epicsdbbuilder.recordbase.__all__, *epicsdbbuilder.recordset.__all__, *epicsdbbuilder.recordnames.__all__,
    *epicsdbbuilder.fanout.__all__, *epicsdbbuilder.parameter.__all__, *epicsdbbuilder.const_array.__all__,
    *epicsdbbuilder.dbd.__all__,
    "Action", "ClearRecords", "LoadDatabase", "SetBlocking", "SetDeviceName", "UnsetDevice", "Waveform",
    "WaveformIn", "WaveformOut", "aIn", "aOut", "boolIn", "boolOut", "int64In", "int64Out", "longIn",
    "longOut", "longStringIn", "longStringOut", "mbbIn", "mbbOut", "stringIn", "stringOut",
]  # fmt: skip

_database.initialise()
_names = epicsdbbuilder.SimpleRecordNames(check=True)
_names.maxLength = 60  # characters, as EPICS has room for
epicsdbbuilder.SetRecordNames(_names)

records = epicsdbbuilder.records

# Those that are the same for all records of a kind.
_FLOAT, _TRUTH, _INT32, _INT64, _TEXT = Float(), Truth(), Integer(), Integer("Int64"), Text()

_Option = str | tuple[Any, ...]

_loaded = False
_failure: Exception | None = None  # of LoadDatabase


def _in(kind: str, name: str, codec: Codec, dtyp: str, fields: dict[str, Any]) -> In:
    initial = fields.pop("initial_value", None)
    saved = fields.pop("autosave", None)
    severity, alarm = fields.pop("severity", 0), fields.pop("status", 0)
    raw = codec.default if initial is None else _encode(name, codec, initial)
    _refuse_keywords(name, fields)
    fields = {"SCAN": "I/O Intr", "PINI": "YES", "DISP": 1, **fields}
    built = _build(kind, name, dtyp, fields)
    record = In(built, codec, raw, severity, alarm)
    autosave.add_record(record, saved)
    return record


def _out(kind: str, name: str, codec: Codec, dtyp: str, fields: dict[str, Any]) -> Out:
    initial = fields.pop("initial_value", None)
    saved = fields.pop("autosave", None)
    on_update = fields.pop("on_update", None)
    on_update_name = fields.pop("on_update_name", None)
    if on_update is not None and on_update_name is not None:
        raise AssertionError(f"record {name}: on_update or on_update_name is expected, not both")
    update = _updates.Update(
        name,
        on_update if on_update is not None else on_update_name,
        on_update_name is not None,
        bool(fields.pop("always_update", False)),
        bool(fields.pop("blocking", device._blocking)),
        fields.pop("update_timeout", None),
    )
    validate = fields.pop("validate", None)
    raw = None if initial is None else _encode(name, codec, initial)
    _refuse_keywords(name, fields)
    built = _build(kind, name, dtyp, fields)
    limits = (fields.get("DRVL"), fields.get("DRVH"))
    record = Out(built, codec, raw, update, validate, limits)
    autosave.add_record(record, saved)
    return record


def _encode(name: str, codec: Codec, initial: Any) -> Any:
    try:
        return codec.encode(initial)
    except Exception as error:
        raise device.named(name, error) from None


def _refuse_keywords(name: str, fields: dict[str, Any]) -> None:
    """Names of fields are in capitals; what else is left is a mistake."""
    left = [field for field in fields if field != "address" and not field.isupper()]
    if left:
        raise AssertionError(f"record {name}: there is no keyword {', '.join(left)} for such a record")


def _build(kind: str, name: str, dtyp: str, fields: dict[str, Any]) -> Any:
    if _loaded:
        raise AssertionError(f"record {name}: records are made before LoadDatabase")
    return _database.build(kind, name, dtyp, fields)


def aIn(
    name: str,
    LOPR: float | None = None,
    HOPR: float | None = None,
    EGU: str | None = None,
    PREC: int | None = None,
    **fields: Any,
) -> In:
    """An ai record, which shows a float."""
    return _in("ai", name, _FLOAT, "asynFloat64", _given(fields, LOPR=LOPR, HOPR=HOPR, EGU=EGU, PREC=PREC))


def aOut(
    name: str,
    DRVL: float | None = None,
    DRVH: float | None = None,
    EGU: str | None = None,
    PREC: int | None = None,
    **fields: Any,
) -> Out:
    """An ao record: a float from DRVL to DRVH."""
    fields = _given(_scalar_out(fields, DRVL, DRVH), EGU=EGU, PREC=PREC)
    return _out("ao", name, _FLOAT, "asynFloat64", fields)


def boolIn(name: str, ZNAM: str | None = None, ONAM: str | None = None, **fields: Any) -> In:
    """A bi record, which shows 0 or 1."""
    return _in("bi", name, _TRUTH, "asynInt32", _given(fields, ZNAM=ZNAM, ONAM=ONAM))


def boolOut(name: str, ZNAM: str | None = None, ONAM: str | None = None, **fields: Any) -> Out:
    """A bo record: 0 or 1."""
    fields = {"OMSL": "supervisory", **_given(fields, ZNAM=ZNAM, ONAM=ONAM)}
    return _out("bo", name, _TRUTH, "asynInt32", fields)


def Action(name: str, **fields: Any) -> Out:
    """A bo record whose on_update is called whenever it is written."""
    fields.setdefault("always_update", True)
    return boolOut(name, **fields)


def longIn(
    name: str, LOPR: int | None = None, HOPR: int | None = None, EGU: str | None = None, **fields: Any
) -> In:
    """A longin record, which shows an integer of 32 bits."""
    fields = {"MDEL": -1, **_given(fields, LOPR=LOPR, HOPR=HOPR, EGU=EGU)}
    return _in("longin", name, _INT32, "asynInt32", fields)


def longOut(
    name: str, DRVL: int | None = None, DRVH: int | None = None, EGU: str | None = None, **fields: Any
) -> Out:
    """A longout record: an integer of 32 bits from DRVL to DRVH."""
    fields = _given(_scalar_out(fields, DRVL, DRVH), EGU=EGU)
    return _out("longout", name, _INT32, "asynInt32", fields)


def int64In(
    name: str, LOPR: int | None = None, HOPR: int | None = None, EGU: str | None = None, **fields: Any
) -> In:
    """An int64in record, which shows an integer of 64 bits."""
    fields = {"MDEL": -1, **_given(fields, LOPR=LOPR, HOPR=HOPR, EGU=EGU)}
    return _in("int64in", name, _INT64, "asynInt64", fields)


def int64Out(
    name: str, DRVL: int | None = None, DRVH: int | None = None, EGU: str | None = None, **fields: Any
) -> Out:
    """An int64out record: an integer of 64 bits from DRVL to DRVH."""
    fields = _given(_scalar_out(fields, DRVL, DRVH), EGU=EGU)
    return _out("int64out", name, _INT64, "asynInt64", fields)


def stringIn(name: str, **fields: Any) -> In:
    """A stringin record, which shows a str of at most 39 bytes."""
    return _in("stringin", name, _TEXT, "asynOctetRead", fields)


def stringOut(name: str, **fields: Any) -> Out:
    """A stringout record: a str of at most 39 bytes."""
    return _out("stringout", name, _TEXT, "asynOctetWrite", {"OMSL": "supervisory", **fields})


def mbbIn(name: str, *options: _Option, **fields: Any) -> In:
    """An mbbi record, which shows one of up to 16 options.

    An option is its name, (name, severity), or (name, value, severity); its value is else its position.
    """
    fields = _options(name, options, fields)
    return _in("mbbi", name, Choice(fields), "asynInt32", fields)


def mbbOut(name: str, *options: _Option, **fields: Any) -> Out:
    """An mbbo record: one of up to 16 options, as of :func:`mbbIn`."""
    fields = {"OMSL": "supervisory", **_options(name, options, fields)}
    return _out("mbbo", name, Choice(fields), "asynInt32", fields)


def WaveformIn(name: str, *value: Any, **fields: Any) -> In:
    """A waveform record, which shows an array.

    Its length is ``length`` or NELM, or that of the value; its type ``datatype``, FTVL, or that of the value.
    """
    codec, dtyp, fields = _waveform(name, value, fields, "In")
    return _in("waveform", name, codec, dtyp, fields)


def WaveformOut(name: str, *value: Any, **fields: Any) -> Out:
    """A waveform record that clients write; its length and type are as of :func:`WaveformIn`."""
    codec, dtyp, fields = _waveform(name, value, fields, "Out")
    return _out("waveform", name, codec, dtyp, fields)


Waveform = WaveformIn


def longStringIn(name: str, **fields: Any) -> In:
    """A waveform record of characters, which shows a str; ``length`` is 256 unless it is given."""
    fields = _long_string(name, fields)
    record = _in("waveform", name, LongText(fields["NELM"]), "asynInt8ArrayIn", fields)
    record.add_info("Q:form", "String")
    return record


def longStringOut(name: str, **fields: Any) -> Out:
    """A waveform record of characters that clients write as a str; its length is as of :func:`longStringIn`."""
    fields = _long_string(name, fields)
    record = _out("waveform", name, LongText(fields["NELM"]), "asynInt8ArrayOut", fields)
    record.add_info("Q:form", "String")
    return record


def _given(fields: dict[str, Any], **named: Any) -> dict[str, Any]:
    return {**named, **fields}


def _scalar_out(fields: dict[str, Any], low: Any, high: Any) -> dict[str, Any]:
    return {"OMSL": "supervisory", "LOPR": low, "HOPR": high, "DRVL": low, "DRVH": high, **fields}


_SEVERITIES = ("NO_ALARM", "MINOR", "MAJOR", "INVALID")


def _options(name: str, options: Sequence[_Option], fields: dict[str, Any]) -> dict[str, Any]:
    if len(options) > len(STATES):
        raise AssertionError(
            f"record {name}: at most {len(STATES)} options are expected, not {len(options)}"
        )
    states: dict[str, Any] = {}
    for position, (prefix, option) in enumerate(zip(STATES, options, strict=False)):
        text, value, severity = _option(name, position, option)
        states |= {f"{prefix}VL": value, f"{prefix}ST": text, f"{prefix}SV": severity}
    return {**states, **fields}


def _option(name: str, position: int, option: _Option) -> tuple[str, int, str | None]:
    """Name, value and severity; the second of two is a severity, or a value where it cannot be one."""
    text, *rest = (option,) if isinstance(option, str) else option
    value, severity = position, None
    if len(rest) == 1 and (isinstance(rest[0], str) or rest[0] in range(len(_SEVERITIES))):
        severity = rest[0]
    elif len(rest) in (1, 2):
        value, severity = rest[0], rest[1] if len(rest) == 2 else None
    elif rest:
        raise AssertionError(f"record {name}: an option is a name, (name, severity) or (name, value, severity)")
    return text, value, severity if severity is None or isinstance(severity, str) else _SEVERITIES[severity]


def _waveform(
    name: str, values: tuple[Any, ...], fields: dict[str, Any], direction: str
) -> tuple[Codec, str, dict[str, Any]]:
    from . import _arrays  # and so numpy, which an IOC without waveforms has no use for

    fields = dict(fields)
    if len(values) > 1:
        raise AssertionError(f"record {name}: one value is expected, not {len(values)}")
    if values:
        if "initial_value" in fields:
            raise AssertionError(f"record {name}: a value or initial_value is expected, not both")
        fields["initial_value"] = values[0]
    initial = fields.get("initial_value")
    array = None if initial is None else _arrays.as_array(initial)
    length = _length(name, fields, None if array is None else array.size)
    if "datatype" in fields and "FTVL" in fields:
        raise AssertionError(f"record {name}: datatype or FTVL is expected, not both")
    if "datatype" in fields:
        fields["FTVL"] = _arrays.ftvl_of(_arrays.dtype_of(fields.pop("datatype")))
    elif "FTVL" not in fields:
        fields["FTVL"] = "DOUBLE" if array is None else _arrays.ftvl_of(array.dtype)
    codec = _arrays.array_codec(fields["FTVL"], length)
    return codec, f"asyn{codec.type}{direction}", {**fields, "NELM": length}


def _length(name: str, fields: dict[str, Any], default: int | None) -> int:
    if "length" in fields and "NELM" in fields:
        raise AssertionError(f"record {name}: length or NELM is expected, not both")
    length = fields.pop("length", fields.pop("NELM", default))
    if length is None:
        raise AssertionError(f"record {name}: a waveform needs a value or a length")
    if int(length) < 1:
        raise AssertionError(f"record {name}: a length of at least 1 is expected, not {length}")
    return int(length)


def _long_string(name: str, fields: dict[str, Any]) -> dict[str, Any]:
    fields = dict(fields)
    for field in ("FTVL", "datatype"):
        if field in fields:
            raise AssertionError(f"record {name}: a long string has FTVL CHAR; {field} is not expected")
    initial = fields.get("initial_value")
    default = 256 if initial is None else len(str(initial).encode()) + 1
    length = _length(name, fields, default)
    return {**fields, "NELM": length, "FTVL": "CHAR"}


def LoadDatabase() -> None:
    """Loads the records that were made. Afterwards no more can be made.

    Where it fails, RuntimeError or OSError, iocInit does, too.
    """
    global _loaded, _failure
    try:
        _load()
    except Exception as error:
        _failure = error
        raise
    _loaded, _failure = True, None
    ClearRecords()
    autosave.load_autosave()


def _load() -> None:
    handle, path = tempfile.mkstemp(suffix=".db")
    os.close(handle)
    try:
        epicsdbbuilder.WriteRecords(path)
        if epicsdbbuilder.CountRecords() and _ioc.host().load_records(path, ""):
            raise RuntimeError("the records cannot be loaded; what is wrong stands above")
    finally:
        Path(path).unlink()


def refuse_failure() -> None:
    """Raises RuntimeError where LoadDatabase has failed: the IOC would run without the script's records."""
    if _failure is not None:
        raise RuntimeError(f"iocInit needs the records, and LoadDatabase has failed: {_failure}") from _failure


def ClearRecords() -> None:
    """Forgets the records that were made and not loaded."""
    for record in device.records:
        record._loaded()
        if not _loaded:
            record._parameter.forget()
    if not _loaded:
        device.records.clear()
    epicsdbbuilder.ResetRecords()


def SetDeviceName(name: str) -> None:
    """The names of records made from now on begin with name and a colon."""
    epicsdbbuilder.SetPrefix(name)


def UnsetDevice() -> None:
    """The names of records made from now on are those that are given."""
    epicsdbbuilder.SetPrefix("")
