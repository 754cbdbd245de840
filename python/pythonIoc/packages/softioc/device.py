"""The records that :mod:`softioc.builder` makes, as their script sees them."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from . import _database, _ioc, _updates, alarm
from ._codecs import Choice, Codec, ValueTooLong

if TYPE_CHECKING:
    import numpy as np

__all__ = ["ProcessDeviceSupportCore", "ProcessDeviceSupportIn", "ProcessDeviceSupportOut", "Record", "SetBlocking"]

#: All records, by their names.
records: dict[str, "ProcessDeviceSupportCore"] = {}

#: What calls on_update; None before iocInit.
dispatcher: Callable[..., Any] | None = None

#: Whether Out records are made with blocking=True where it is not given.
blocking = False


def SetBlocking(new_val: bool) -> bool:
    """Whether Out records made from now on have blocking=True. Returns the old value."""
    global blocking
    old, blocking = blocking, bool(new_val)
    return old


def to_epics_str_array(value: Sequence[Any]) -> "np.ndarray[Any, Any]":
    """An array of texts as EPICS keeps them: each in 40 bytes, the last of which is 0."""
    from ._arrays import text_array

    return text_array(value)


_NAMED = (TypeError, ValueError, AssertionError, ValueTooLong)  # made from a text, as others need not be


def named(name: str, error: Exception) -> Exception:
    """What is wrong with a value, with the record's name."""
    return type(error)(f"record {name}: {error}") if type(error) in _NAMED else error


class ProcessDeviceSupportCore:
    """A record of the IOC. Fields that are set or read before LoadDatabase are those of the database."""

    __slots__ = ("_built", "_codec", "_parameter", "__weakref__")

    #: EPICS' name of the record's type.
    record_type: ClassVar[str]

    def __init__(self, built: Any, codec: Codec, writer: Callable[[Any], bool] | None) -> None:
        # By __setattr__ the names of fields are meant.
        object.__setattr__(self, "_built", built)
        object.__setattr__(self, "_codec", codec)
        parameter = _ioc.records.Parameter(built.name, codec.type, writer)
        object.__setattr__(self, "_parameter", parameter)
        built.address = _database.address(built, parameter.drvinfo)
        records[built.name] = self

    def _loaded(self) -> None:
        """The database is loaded: there are no fields of epicsdbbuilder's any more."""
        object.__setattr__(self, "_built", None)
        if isinstance(self._codec, Choice):
            self._codec.field = lambda field: _ioc.host().database_field(f"{self.name}.{field}")

    def get_field(self, field: str) -> str:
        """A field's value as a string. After iocInit.

        Raises RuntimeError where there is no such field.
        """
        self._expect_ioc("get_field")
        return str(_ioc.host().get_field(f"{self.name}.{field}"))

    def set_field(self, field: str, value: Any) -> None:
        """Writes a field, as dbpf does. After iocInit.

        Raises RuntimeError where there is no such field or it does not take the value, ValueError where that is too
        long.
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
        """The value; the default of its type where none was given."""
        return self._codec.decode(self._parameter.get())

    def trigger(self) -> None:
        """Shows once more what was set: an In record processes."""

    def add_alias(self, alias: str) -> None:
        """Another name of the record. Before LoadDatabase."""
        self._database.add_alias(alias)

    def add_info(self, name: str, info: Any) -> None:
        """An info item of the record. Before LoadDatabase."""
        self._database.add_info(name, info)

    @property
    def name(self) -> str:
        """The record's full name."""
        return str(self._parameter.name)

    @property
    def _name(self) -> str:
        """As scripts know it that were written for pythonSoftIOC."""
        return self.name

    @property
    def _database(self) -> Any:
        """The record of epicsdbbuilder."""
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
        """A link to the record, for a field of another one."""
        return self._database(*specifiers)

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"


Record = ProcessDeviceSupportCore


class ProcessDeviceSupportIn(ProcessDeviceSupportCore):
    """A record that shows what the script sets."""

    __slots__ = ()

    def __init__(self, built: Any, codec: Codec, raw: Any, severity: int, alarm: int) -> None:
        super().__init__(built, codec, None)
        self._parameter.set(raw, severity, alarm)

    def set(self, value: Any, severity: int = 0, alarm: int = 0, timestamp: float | None = None) -> None:
        """A new value, which the record shows whatever its SCAN is. Any thread.

        ``severity`` and ``alarm`` are numbers of :mod:`softioc.alarm`. ``timestamp``, in seconds since 1970,
        is the record's where its TSE is -2.
        """
        try:
            raw = self._codec.encode(value)
        except Exception as error:
            raise named(self.name, error) from None
        self._parameter.set(raw, severity, alarm, timestamp)

    def set_alarm(self, severity: int, alarm: int, timestamp: float | None = None) -> None:
        """A new alarm of the value."""
        self._parameter.set_alarm(severity, alarm, timestamp)

    def trigger(self) -> None:
        self._parameter.trigger()


class ProcessDeviceSupportOut(ProcessDeviceSupportCore):
    """A record that clients write."""

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
        # As the record has them: none where they are not apart.
        low, high = (_number(limit) for limit in limits)
        object.__setattr__(self, "_limits", (low, high) if low < high else None)
        update.attach(self)
        if raw is None:  # clients see that nobody has written it
            self._parameter.set(codec.default, alarm.INVALID_ALARM, alarm.UDF_ALARM)
        else:
            self._parameter.set(raw)

    def set(self, value: Any, process: bool = True, severity: int = 0, alarm: int = 0) -> None:
        """A new value. With ``process``, validate is asked and on_update called as for a client's put.

        From inside the record's own on_update the new value is shown and on_update is not called again.
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
        """A new alarm of the value; on_update is not called."""
        self._parameter.set_alarm(severity, alarm)

    def _accepts(self, value: Any) -> bool:
        """Where validate raises, the value is refused, too."""
        if self._validate is None:
            return True
        try:
            return bool(self._validate(self, value))
        except Exception as error:
            _updates.complain(self, "validate", error)
            return False

    def _written(self, raw: Any) -> bool:
        """The record writes; its lock is held. False refuses the value."""
        value = self._codec.decode(raw)
        if not self._accepts(value):
            return False
        changed = self._parameter.store(self._codec.kept(raw, value))
        self._update.write(value, changed)
        return True


def _number(limit: Any) -> float:
    """Of a field as it was given; 0, which is EPICS' default, where it was not."""
    if limit is None:
        return 0
    return limit if isinstance(limit, (int, float)) else float(limit)


class ai(ProcessDeviceSupportIn):
    """Shows a float."""

    __slots__ = ()
    record_type = "ai"


class ao(ProcessDeviceSupportOut):
    """A float."""

    __slots__ = ()
    record_type = "ao"


class bi(ProcessDeviceSupportIn):
    """Shows 0 or 1."""

    __slots__ = ()
    record_type = "bi"


class bo(ProcessDeviceSupportOut):
    """0 or 1."""

    __slots__ = ()
    record_type = "bo"


class longin(ProcessDeviceSupportIn):
    """Shows an integer of 32 bits."""

    __slots__ = ()
    record_type = "longin"


class longout(ProcessDeviceSupportOut):
    """An integer of 32 bits."""

    __slots__ = ()
    record_type = "longout"


class int64in(ProcessDeviceSupportIn):
    """Shows an integer of 64 bits."""

    __slots__ = ()
    record_type = "int64in"


class int64out(ProcessDeviceSupportOut):
    """An integer of 64 bits."""

    __slots__ = ()
    record_type = "int64out"


class mbbi(ProcessDeviceSupportIn):
    """Shows one of up to 16 states."""

    __slots__ = ()
    record_type = "mbbi"


class mbbo(ProcessDeviceSupportOut):
    """One of up to 16 states."""

    __slots__ = ()
    record_type = "mbbo"


class stringin(ProcessDeviceSupportIn):
    """Shows a str of at most 39 bytes."""

    __slots__ = ()
    record_type = "stringin"


class stringout(ProcessDeviceSupportOut):
    """A str of at most 39 bytes."""

    __slots__ = ()
    record_type = "stringout"


class waveform(ProcessDeviceSupportIn):
    """Shows an array."""

    __slots__ = ()
    record_type = "waveform"


class waveform_out(ProcessDeviceSupportOut):
    """An array."""

    __slots__ = ()
    record_type = "waveform"


class long_stringin(ProcessDeviceSupportIn):
    """Shows a str."""

    __slots__ = ()
    record_type = "waveform"


class long_stringout(ProcessDeviceSupportOut):
    """A str."""

    __slots__ = ()
    record_type = "waveform"
