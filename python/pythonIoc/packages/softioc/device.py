"""The record objects that the functions of :mod:`softioc.builder` return."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from . import _database, _ioc, _updates, alarm
from ._codecs import Choice, Codec, ValueTooLong

if TYPE_CHECKING:
    import numpy as np

__all__ = ["ProcessDeviceSupportCore", "ProcessDeviceSupportIn", "ProcessDeviceSupportOut", "Record", "SetBlocking"]

#: All records by their full names.
records: dict[str, "ProcessDeviceSupportCore"] = {}

#: The dispatcher that calls on_update; None before iocInit.
dispatcher: Callable[..., Any] | None = None

#: The default of the keyword ``blocking`` of Out records.
blocking = False


def SetBlocking(new_val: bool) -> bool:
    """Set the default of the keyword ``blocking`` for Out records that are created from now on. Return the old one."""
    global blocking
    old, blocking = blocking, bool(new_val)
    return old


def to_epics_str_array(value: Sequence[Any]) -> "np.ndarray[Any, Any]":
    """Return the items as EPICS strings: a one-dimensional numpy array of dtype S40.

    Each item has at most 39 bytes of UTF-8. Raises :class:`AssertionError` and :class:`ValueError` if one is longer.
    """
    from ._arrays import text_array

    return text_array(value)


_NAMED = (TypeError, ValueError, AssertionError, ValueTooLong)  # exceptions that are created from one text


def named(name: str, error: Exception) -> Exception:
    """Return the exception about a value with the record's name before its text."""
    return type(error)(f"record {name}: {error}") if type(error) in _NAMED else error


class ProcessDeviceSupportCore:
    """A record of the IOC.

    Before LoadDatabase, the record's fields are attributes of this object, which are written to the database. After
    iocInit, use :meth:`get_field` and :meth:`set_field`.
    """

    __slots__ = ("_built", "_codec", "_parameter", "__weakref__")

    #: The record type in EPICS.
    record_type: ClassVar[str]

    def __init__(self, built: Any, codec: Codec, writer: Callable[[Any], bool] | None) -> None:
        # object.__setattr__, because this class's __setattr__ sets fields.
        object.__setattr__(self, "_built", built)
        object.__setattr__(self, "_codec", codec)
        parameter = _ioc.records.Parameter(built.name, codec.type, writer)
        object.__setattr__(self, "_parameter", parameter)
        built.address = _database.address(built, parameter.drvinfo)
        records[built.name] = self

    def _loaded(self) -> None:
        """Release epicsdbbuilder's record, because the database is loaded."""
        object.__setattr__(self, "_built", None)
        if isinstance(self._codec, Choice):
            self._codec.field = lambda field: _ioc.host().database_field(f"{self.name}.{field}")

    def get_field(self, field: str) -> str:
        """Return a field's value as a string of at most 39 bytes. Call it after iocInit.

        Raises RuntimeError if there is no such field, and AssertionError before iocInit.
        """
        self._expect_ioc("get_field")
        return str(_ioc.host().get_field(f"{self.name}.{field}"))

    def set_field(self, field: str, value: Any) -> None:
        """Write ``str(value)`` to a field, as dbpf does. Call it after iocInit.

        Raises RuntimeError if there is no such field or it refuses the value, ValueError if the text is longer than 39
        bytes, and AssertionError before iocInit.
        """
        self._expect_ioc("set_field")
        text = str(value)
        size = len(text.encode(errors="surrogateescape"))
        if size > 39:
            raise ValueError(f"record {self.name}, field {field}: byte string too long: {size} bytes, at most 39 fit")
        _ioc.host().set_field(f"{self.name}.{field}", text)

    def _expect_ioc(self, method: str) -> None:
        if not _updates.started():
            raise AssertionError(f"record {self.name}: {method} may only be called after iocInit")

    def get(self) -> Any:
        """Return the value, or the type's default if the record has none yet."""
        return self._codec.decode(self._parameter.get())

    def trigger(self) -> None:
        """Do nothing. An In record processes with its current value."""

    def add_alias(self, alias: str) -> None:
        """Add another name of the record. Call it before LoadDatabase."""
        self._database.add_alias(alias)

    def add_info(self, name: str, info: Any) -> None:
        """Add an info item to the record. Call it before LoadDatabase."""
        self._database.add_info(name, info)

    @property
    def name(self) -> str:
        """The record's full name."""
        return str(self._parameter.name)

    @property
    def _name(self) -> str:
        """The record's full name, for scripts that use this attribute of pythonSoftIOC."""
        return self.name

    @property
    def _database(self) -> Any:
        """The record of epicsdbbuilder. Raises AttributeError after LoadDatabase."""
        if self._built is None:
            raise AttributeError(f"record {self.name}: the database is loaded; use get_field and set_field")
        return self._built

    def __getattr__(self, field: str) -> Any:
        if field.startswith("_"):
            raise AttributeError(field)
        return getattr(self._database, field)

    def __setattr__(self, field: str, value: Any) -> None:
        setattr(self._database, field, value)

    def __call__(self, *specifiers: str) -> Any:
        """Return a link to the record, for a field of another record."""
        return self._database(*specifiers)

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"


Record = ProcessDeviceSupportCore


class ProcessDeviceSupportIn(ProcessDeviceSupportCore):
    """An In record: clients see the value that the script sets."""

    __slots__ = ()

    def __init__(self, built: Any, codec: Codec, raw: Any, severity: int, alarm: int) -> None:
        super().__init__(built, codec, None)
        self._parameter.set(raw, severity, alarm)

    def set(self, value: Any, severity: int = 0, alarm: int = 0, timestamp: float | None = None) -> None:
        """Set the value and process the record, whatever its SCAN is. May be called on any thread.

        ``severity`` and ``alarm`` are numbers of :mod:`softioc.alarm`. ``timestamp`` is in seconds since 1970; the
        record uses it if its TSE is -2. Raises TypeError, ValueError or OverflowError if the value does not fit the
        record.
        """
        try:
            raw = self._codec.encode(value)
        except Exception as error:
            raise named(self.name, error) from None
        self._parameter.set(raw, severity, alarm, timestamp)

    def set_alarm(self, severity: int, alarm: int, timestamp: float | None = None) -> None:
        """Set the alarm and keep the value. The arguments are those of :meth:`set`."""
        self._parameter.set_alarm(severity, alarm, timestamp)

    def trigger(self) -> None:
        """Process the record with its current value."""
        self._parameter.trigger()


class ProcessDeviceSupportOut(ProcessDeviceSupportCore):
    """An Out record: clients and the script write its value."""

    __slots__ = ("_limits", "_update", "_validate")

    def __init__(
        self,
        built: Any,
        codec: Codec,
        raw: Any,
        update: "_updates.Update",
        validate: Any,
        limits: tuple[Any, Any] = (None, None),
    ) -> None:
        super().__init__(built, codec, self._written)
        object.__setattr__(self, "_update", update)
        object.__setattr__(self, "_validate", validate)
        # As in the record, limits apply only if DRVL is less than DRVH.
        low, high = (_number(limit) for limit in limits)
        object.__setattr__(self, "_limits", (low, high) if low < high else None)
        update.attach(self)
        if raw is None:  # The UDF alarm shows clients that nobody has written the record.
            self._parameter.set(codec.default, alarm.INVALID_ALARM, alarm.UDF_ALARM)
        else:
            self._parameter.set(raw)

    def set(self, value: Any, process: bool = True, severity: int = 0, alarm: int = 0) -> None:
        """Set the value within DRVL and DRVH. With ``process``, call validate and on_update as for a client's put.

        A call from the record's own on_update sets the value without calling validate and on_update again. ``severity``
        and ``alarm`` are numbers of :mod:`softioc.alarm`. If validate refuses the value, nothing is set. Raises
        TypeError, ValueError or OverflowError if the value does not fit the record.
        """
        try:
            raw = self._codec.encode(value)
        except Exception as error:
            raise named(self.name, error) from None
        if self._limits is not None:
            raw = self._codec.encode(min(max(raw, self._limits[0]), self._limits[1]))
        wanted = process and not self._update.is_caller()
        if wanted and not self._accepts(self._codec.decode(raw)):
            return
        changed = self._parameter.put(raw, severity, alarm)
        if wanted:
            self._update.start(self._codec.decode(raw), changed)

    def set_alarm(self, severity: int, alarm: int) -> None:
        """Set the alarm and keep the value. on_update is not called."""
        self._parameter.set_alarm(severity, alarm)

    def _accepts(self, value: Any) -> bool:
        """Return what validate says about a value. An exception in validate refuses the value and is printed."""
        if self._validate is None:
            return True
        try:
            return bool(self._validate(self, value))
        except Exception as error:
            _updates.report_exception(self, "validate", error)
            return False

    def _written(self, raw: Any) -> bool:
        """Handle a write of the record, whose lock is held. Return False to refuse the value."""
        value = self._codec.decode(raw)
        if not self._accepts(value):
            return False
        changed = self._parameter.store(self._codec.kept(raw, value))
        self._update.write(value, changed)
        return True


def _number(limit: Any) -> float:
    """Return a field's value as a number. A field that was not given has EPICS' default, 0."""
    if limit is None:
        return 0
    return limit if isinstance(limit, (int, float)) else float(limit)


class ai(ProcessDeviceSupportIn):
    """An ai record. Its value is a float."""

    __slots__ = ()
    record_type = "ai"


class ao(ProcessDeviceSupportOut):
    """An ao record. Its value is a float."""

    __slots__ = ()
    record_type = "ao"


class bi(ProcessDeviceSupportIn):
    """A bi record. Its value is 0 or 1."""

    __slots__ = ()
    record_type = "bi"


class bo(ProcessDeviceSupportOut):
    """A bo record. Its value is 0 or 1."""

    __slots__ = ()
    record_type = "bo"


class longin(ProcessDeviceSupportIn):
    """A longin record. Its value is a 32-bit integer."""

    __slots__ = ()
    record_type = "longin"


class longout(ProcessDeviceSupportOut):
    """A longout record. Its value is a 32-bit integer."""

    __slots__ = ()
    record_type = "longout"


class int64in(ProcessDeviceSupportIn):
    """An int64in record. Its value is a 64-bit integer."""

    __slots__ = ()
    record_type = "int64in"


class int64out(ProcessDeviceSupportOut):
    """An int64out record. Its value is a 64-bit integer."""

    __slots__ = ()
    record_type = "int64out"


class mbbi(ProcessDeviceSupportIn):
    """An mbbi record. Its value is the number of one of up to 16 states, or its value if the options define values."""

    __slots__ = ()
    record_type = "mbbi"


class mbbo(ProcessDeviceSupportOut):
    """An mbbo record. Its value is the number of one of up to 16 states, or its value if the options define values."""

    __slots__ = ()
    record_type = "mbbo"


class stringin(ProcessDeviceSupportIn):
    """A stringin record. Its value is a str of at most 39 bytes."""

    __slots__ = ()
    record_type = "stringin"


class stringout(ProcessDeviceSupportOut):
    """A stringout record. Its value is a str of at most 39 bytes."""

    __slots__ = ()
    record_type = "stringout"


class waveform(ProcessDeviceSupportIn):
    """A waveform record that the script sets. Its value is a one-dimensional numpy array, or a list of str."""

    __slots__ = ()
    record_type = "waveform"


class waveform_out(ProcessDeviceSupportOut):
    """A waveform record that clients write. Its value is a one-dimensional numpy array, or a list of str."""

    __slots__ = ()
    record_type = "waveform"


class long_stringin(ProcessDeviceSupportIn):
    """A waveform record of characters that the script sets. Its value is a str."""

    __slots__ = ()
    record_type = "waveform"


class long_stringout(ProcessDeviceSupportOut):
    """A waveform record of characters that clients write. Its value is a str."""

    __slots__ = ()
    record_type = "waveform"
