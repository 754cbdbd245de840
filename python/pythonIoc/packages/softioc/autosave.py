"""Saves values of records in a file and restores them at the next start of the IOC.

:func:`configure` sets the file. The keyword ``autosave`` of a record selects what is saved: True for its value, a
field's name, or a list of field names. :class:`Autosave` selects it for all records that are created inside it::

    from softioc import autosave, builder

    autosave.configure("/var/lib/ioc", "TEST")
    builder.aOut("SETPOINT", autosave=True)
    with autosave.Autosave(["VAL", "EGU"]):
        builder.aOut("GAIN")

LoadDatabase restores the values. A saved value takes precedence over initial_value.
"""

import threading
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from . import _ioc

if TYPE_CHECKING:
    from ._autosaver import Saver
    from ._savefile import SaveFile

__all__ = ["Autosave", "AutosaveConfig", "configure", "load_autosave"]

SAV_SUFFIX = "softsav"
SAVB_SUFFIX = "softsavB"
DEFAULT_SAVE_PERIOD = 30.0  # s


class AutosaveConfig:
    """The arguments of :func:`configure`."""

    directory: Path | None = None
    device_name: str | None = None
    timestamped_backups = True
    save_period = DEFAULT_SAVE_PERIOD
    enabled = False


_opened: "SaveFile | None" = None
_loaded = False
_saver: "Saver | None" = None


class _AutosaveContext(threading.local):
    """The state of each thread."""

    _instance: "_AutosaveContext"
    _fields: list[str] | None = None  # the fields of the Autosave that the thread has entered


_context = _AutosaveContext._instance = _AutosaveContext()


def configure(
    directory: str | Path,
    name: str,
    save_period: float = DEFAULT_SAVE_PERIOD,
    timestamped_backups: bool = True,
    enabled: bool = True,
) -> None:
    """Save values in directory/name.softsav. Call it before iocInit.

    Changed values are saved every ``save_period`` seconds. When the file is read, it is copied to a name with the time,
    or without ``timestamped_backups`` always to name.softsav.bu. With ``enabled=False`` nothing is read or written.

    Raises FileNotFoundError if the directory does not exist, ValueError for a bad name or period, and RuntimeError
    after iocInit.
    """
    if _saver is not None:
        raise RuntimeError("autosave.configure must be called before iocInit")
    if not Path(directory).is_dir():
        raise FileNotFoundError(f"autosave.configure: directory: expected an existing directory, got {directory}")
    if not name or "/" in name:
        raise ValueError(f"autosave.configure: name: expected a file name such as the device's, got {name!r}")
    if not save_period > 0:
        raise ValueError(f"autosave.configure: save_period: expected a positive number of seconds, got {save_period}")
    AutosaveConfig.directory = Path(directory)
    AutosaveConfig.device_name = name
    AutosaveConfig.timestamped_backups = timestamped_backups
    AutosaveConfig.save_period = save_period
    AutosaveConfig.enabled = enabled
    if enabled:
        _file()  # Now, because the script may change the current directory.
    if _loaded:
        load_autosave()


def _file() -> "SaveFile":
    """Return the configured file. Raises RuntimeError if there is none."""
    global _opened
    # Imported here, because an IOC without autosave does not need numpy and yaml.
    from ._savefile import SaveFile

    directory, name = AutosaveConfig.directory, AutosaveConfig.device_name
    if directory is None or name is None:
        raise RuntimeError("autosave has no file: call autosave.configure first")
    if _opened is None or not _opened.is_of(directory, name):
        _opened = SaveFile(directory, name)
    return _opened


class Autosave:
    """A context manager that also saves ``fields`` of all records that are created inside it.

    ``fields`` is True for the value, a field's name, or a list of field names. Records with autosave=False are left
    out. Raises RuntimeError inside another Autosave, and ValueError for other fields.
    """

    _pvs: dict[str, "_Value"] = {}  # the saved values, by the name in the file
    _last_saved_state: dict[str, Any] = {}  # the values of the file that the records have accepted
    _stop_event = threading.Event()  # set when saving must end

    def __init__(self, fields: bool | str | list[str] = True) -> None:
        if _context._fields is not None:
            raise RuntimeError("an Autosave cannot be created inside another Autosave")
        self._fields = _names(fields)

    def __enter__(self) -> None:
        if _context._fields is not None:
            raise RuntimeError("an Autosave cannot be entered inside another Autosave")
        _context._fields = self._fields

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _context._fields = None

    @classmethod
    def _stop(cls) -> None:
        """Save the values once more and stop saving."""
        cls._stop_event.set()

    @classmethod
    def _save(cls) -> None:
        """Write the file now if values have changed."""
        from ._autosaver import changed, values_of

        values = values_of(cls._pvs)
        if changed(values, cls._last_saved_state):
            _file().write(values)
            cls._last_saved_state = values


def _names(fields: Any) -> list[str]:
    if not fields:
        return []
    if fields is True:
        return ["VAL"]
    names = [fields] if isinstance(fields, str) else fields
    if not isinstance(names, (list, tuple)) or not all(isinstance(name, str) for name in names):
        raise ValueError(f"autosave: expected True, the name of a field or a list of names, got {fields!r}")
    return list(names)


class _Value:
    """A record's value, as a source and target of saved values."""

    waits = False

    def __init__(self, record: Any) -> None:
        self._record = record

    def read(self) -> Any:
        """Return the value, or None if there is none yet."""
        parameter = self._record._parameter
        raw = parameter.get()
        return None if raw is None else self._record._codec.decode(raw)

    def restore(self, value: Any) -> None:
        """Set the value before iocInit, without calling validate and on_update: it was accepted before."""
        self._record._parameter.set(self._record._codec.encode(value))


class _Field(_Value):
    """Another field of a record, as a source and target of saved values."""

    waits = True

    def __init__(self, record: Any, field: str) -> None:
        super().__init__(record)
        self._name = f"{record.name}.{field}"

    def read(self) -> Any:
        return _ioc.host().database_field(self._name)

    def restore(self, value: Any) -> None:
        _ioc.host().set_database_field(self._name, str(value))


def add_record(record: Any, saved: Any) -> None:
    """Register a new record. ``saved`` is its keyword ``autosave``, or None."""
    if saved is False:
        return
    values: dict[str, _Value] = {}
    for field in dict.fromkeys([*_names(saved), *(_context._fields or [])]):
        if field == "VAL":
            values[record.name] = _Value(record)
        elif record._built.ValidFieldName(field):
            values[f"{record.name}.{field}"] = _Field(record, field)
        else:
            raise AttributeError(f"record {record.name}: autosave: the record has no field {field}")
    Autosave._pvs.update(values)


def clear() -> None:
    """Remove all registered records."""
    Autosave._pvs.clear()


def load_autosave() -> None:
    """Restore the saved values. Called when the database is loaded."""
    global _loaded
    _loaded = True
    if not AutosaveConfig.enabled or not Autosave._pvs:
        return
    from ._savefile import BadSaveFile

    file = _file()
    try:
        values = file.read()
    except FileNotFoundError:
        _report(f"{file.path} does not exist yet; records begin with their initial values")
        return
    except BadSaveFile as error:
        _report(f"{file.path} is invalid; records begin with their initial values: {error}")
        _set_aside(file)
        return
    except OSError as error:
        _report(f"{file.path} cannot be read; records begin with their initial values: {error}")
        _set_aside(file)
        return
    try:
        file.back_up(AutosaveConfig.timestamped_backups)
    except OSError as error:
        _report(f"{file.path} cannot be copied: {error}")
    Autosave._last_saved_state = _restore(file, values)


def _set_aside(file: "SaveFile") -> None:
    try:
        _report(f"{file.path} was renamed to {file.set_aside()}")
    except OSError as error:
        _report(f"{file.path} cannot be renamed, and nothing is saved until it can: {error}")


def _restore(file: "SaveFile", values: dict[str, Any]) -> dict[str, Any]:
    """Set the records to the saved values. Return the values that the records have accepted."""
    restored = {}
    for name in sorted(Autosave._pvs.keys() & values.keys()):
        try:
            Autosave._pvs[name].restore(values[name])
            restored[name] = values[name]
        except Exception as error:
            _report(f"{name} cannot be restored to {_short(repr(values[name]))}: {error}")
    left = sorted(values.keys() - Autosave._pvs.keys())
    if left:
        names = ", ".join(left[:10]) + ", ..." * (len(left) > 10)
        _report(f"{file.path} has {len(left)} values that this IOC does not save: {names}")
    return restored


def start() -> None:
    """Start saving. Called when the IOC runs."""
    global _saver
    if AutosaveConfig.enabled and Autosave._pvs and _saver is None:
        from ._autosaver import Saver

        _saver = Saver(
            _file(), AutosaveConfig.save_period, Autosave._pvs, Autosave._last_saved_state, Autosave._stop_event
        )


def _report(message: str) -> None:
    from ._autosaver import report

    report(message)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "..."
