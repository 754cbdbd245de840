"""Creates a record: the record of epicsdbbuilder and the script's object.

Keywords such as on_update are removed from the fields before epicsdbbuilder gets them.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from . import _database, _updates, alarm, autosave, device
from ._codecs import STATES, Choice, Codec, Valued
from .device import ProcessDeviceSupportIn as In
from .device import ProcessDeviceSupportOut as Out

#: Whether LoadDatabase has loaded the records. Afterwards no records can be created.
loaded = False

Option = str | tuple[Any, ...]

_In = TypeVar("_In", bound=In)
_Out = TypeVar("_Out", bound=Out)


def make_in(kind: type[_In], name: str, codec: Codec, dtyp: str, fields: dict[str, Any]) -> _In:
    """Create an In record of the class with the given fields and no others."""
    fields = dict(fields)
    saved = fields.pop("autosave", None)
    raw = _initial(name, codec, fields)
    severity, status = _alarm(fields)
    _refuse_keywords(name, fields)
    record = kind(_build(kind, name, dtyp, fields), codec, raw, severity, status)
    autosave.add_record(record, saved)
    return record


def make_out(kind: type[_Out], name: str, codec: Codec, dtyp: str, fields: dict[str, Any]) -> _Out:
    """Create an Out record of the class with the given fields and no others."""
    fields = dict(fields)
    saved = fields.pop("autosave", None)
    on_update = fields.pop("on_update", None)
    on_update_name = fields.pop("on_update_name", None)
    if on_update is not None and on_update_name is not None:
        raise AssertionError(f"record {name}: expected on_update or on_update_name, got both")
    update = _updates.Update(
        name,
        on_update if on_update is not None else on_update_name,
        on_update_name is not None,
        bool(fields.pop("always_update", False)),
        bool(fields.pop("blocking", device.blocking)),
        fields.pop("update_timeout", None),
    )
    validate = fields.pop("validate", None)
    given = "initial_value" in fields
    raw = _initial(name, codec, fields)
    _refuse_keywords(name, fields)
    limits = (fields.get("DRVL"), fields.get("DRVH"))
    record = kind(_build(kind, name, dtyp, fields), codec, raw if given else None, update, validate, limits)
    autosave.add_record(record, saved)
    return record


def _initial(name: str, codec: Codec, fields: dict[str, Any]) -> Any:
    """Remove initial_value from the fields and return the parameter's initial value."""
    if "initial_value" not in fields:
        return codec.default
    try:
        return codec.encode(fields.pop("initial_value"))
    except Exception as error:
        raise device.named(name, error) from None


def _alarm(fields: dict[str, Any]) -> tuple[int, int]:
    """Return severity and status of an In record, and set its fields SEVR and STAT.

    A record that does not process shows these fields.
    """
    numbers = []
    for keyword, field, names in (("severity", "SEVR", alarm.SEVERITIES), ("status", "STAT", alarm.STATUSES)):
        number = fields.pop(keyword, None)
        if number is not None:
            if field in fields:
                # The message of pythonSoftIOC, which scripts may check.
                raise AssertionError(f"Can't specify both {keyword} and {field}")
            fields[field] = names[number]
        numbers.append(number or 0)
    return numbers[0], numbers[1]


def _refuse_keywords(name: str, fields: dict[str, Any]) -> None:
    """Raise AssertionError for keywords that are not names of fields, which are in capital letters."""
    left = [field for field in fields if field != "address" and not field.isupper()]
    if left:
        raise AssertionError(f"record {name}: unexpected keyword {', '.join(left)}; names of fields are in capitals")


def _build(kind: type[device.ProcessDeviceSupportCore], name: str, dtyp: str, fields: dict[str, Any]) -> Any:
    if loaded:
        raise AssertionError(f"record {name}: records must be created before LoadDatabase")
    return _database.build(kind.record_type, name, dtyp, fields)


def choice(name: str, options: Sequence[Option], fields: dict[str, Any]) -> tuple[Choice, dict[str, Any]]:
    """Return the codec and the fields of an mbbi or mbbo record with these options."""
    if len(options) > len(STATES):
        raise AssertionError(f"record {name}: expected at most {len(STATES)} options, got {len(options)}")
    states: dict[str, Any] = {}
    valued = False
    for position, (prefix, option) in enumerate(zip(STATES, options, strict=False)):
        text, value, severity = _option(name, option)
        valued = valued or value is not None
        value = position if value is None else value
        states |= {f"{prefix}VL": value, f"{prefix}ST": text, f"{prefix}SV": severity}
    fields = {**states, **fields}
    return (Valued if valued else Choice)(fields), fields


def _option(name: str, option: Option) -> tuple[str, int | None, str | None]:
    """Return name, value and severity of an option. The second of two items is a severity, or else a value."""
    text, *rest = (option,) if isinstance(option, str) else option
    value, severity = None, None
    if len(rest) == 1 and (isinstance(rest[0], str) or rest[0] in range(len(alarm.SEVERITIES))):
        severity = rest[0]
    elif len(rest) in (1, 2):
        value, severity = rest[0], rest[1] if len(rest) == 2 else None
    elif rest:
        raise AssertionError(
            f"record {name}: option: expected a name, (name, severity) or (name, value, severity), got {option!r}"
        )
    return text, value, severity if severity is None or isinstance(severity, str) else alarm.SEVERITIES[severity]


def waveform(
    name: str, values: tuple[Any, ...], fields: dict[str, Any], direction: str
) -> tuple[Codec, str, dict[str, Any]]:
    """Return codec, DTYP and fields of a waveform record with at most one value. ``direction`` is In or Out."""
    from . import _arrays  # Imported here, because an IOC without waveforms does not need numpy.

    fields = dict(fields)
    if len(values) > 1:
        raise AssertionError(f"record {name}: expected one value, got {len(values)}")
    if values:
        if "initial_value" in fields:
            raise AssertionError(f"record {name}: expected a value or initial_value, got both")
        fields["initial_value"] = values[0]
    initial = fields.pop("initial_value", None)
    text = fields.get("FTVL") == "STRING" or _arrays.is_text(fields.get("datatype"))
    array = None if initial is None else _arrays.as_array([initial] if text and isinstance(initial, bytes) else initial)
    length = _length(name, fields, None if array is None else array.size)
    if "datatype" in fields and "FTVL" in fields:
        raise AssertionError(f"record {name}: expected datatype or FTVL, got both")
    if "datatype" in fields:
        fields["FTVL"] = _arrays.ftvl_of(_arrays.dtype_of(fields.pop("datatype")))
    elif "FTVL" not in fields:
        fields["FTVL"] = "DOUBLE" if array is None else _arrays.ftvl_of(array.dtype)
    fields["initial_value"] = [] if initial is None else initial
    codec = _arrays.array_codec(fields["FTVL"], length)
    return codec, f"asyn{codec.type}{direction}", {**fields, "NELM": length}


def _length(name: str, fields: dict[str, Any], default: int | None) -> int:
    """Remove length or NELM from the fields and return it, or else the default."""
    if "length" in fields and "NELM" in fields:
        raise AssertionError(f"record {name}: expected length or NELM, got both")
    length = fields.pop("length", fields.pop("NELM", default))
    if length is None:
        raise AssertionError(f"record {name}: expected a value or a length for a waveform, got neither")
    if int(length) < 1:
        raise AssertionError(f"record {name}: expected a length of at least 1, got {length}")
    return int(length)


def long_string(name: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a waveform record of characters. Its length is 256 or that of the initial value."""
    fields = dict(fields)
    for field in ("FTVL", "datatype"):
        if field in fields:
            raise AssertionError(f"record {name}: unexpected {field}; a long string always has FTVL CHAR")
    initial = fields.get("initial_value")
    default = 256 if initial is None else len(str(initial).encode(errors="surrogateescape")) + 1
    length = _length(name, fields, default)
    return {"initial_value": "", **fields, "NELM": length, "FTVL": "CHAR"}
