"""Keeps values of records in a file, from one run of the IOC to the next.

:func:`configure` says where. What is kept is said by the keyword ``autosave`` of a record, True for its value, a
field's name, or a list of such, and by :class:`Autosave` for all records that are made in it::

    from softioc import autosave, builder

    autosave.configure("/var/lib/ioc", "TEST")
    builder.aOut("SETPOINT", autosave=True)
    with autosave.Autosave(["VAL", "EGU"]):
        builder.aOut("GAIN")

LoadDatabase brings the values back; a saved value comes before initial_value.
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
    """What :func:`configure` was called with."""

    directory: Path | None = None
    device_name: str | None = None
    timestamped_backups = True
    save_period = DEFAULT_SAVE_PERIOD
    enabled = False


_opened: "SaveFile | None" = None
_loaded = False
_saver: "Saver | None" = None


class _AutosaveContext(threading.local):
    """Of each thread."""

    _instance: "_AutosaveContext"
    _fields: list[str] | None = None  # of the Autosave that the thread is in


_context = _AutosaveContext._instance = _AutosaveContext()


def configure(
    directory: str | Path,
    name: str,
    save_period: float = DEFAULT_SAVE_PERIOD,
    timestamped_backups: bool = True,
    enabled: bool = True,
) -> None:
    """Values are kept in directory/name.softsav, looked at each save_period seconds. Before iocInit.

    The file is copied when it is read, to a name with the time or, without ``timestamped_backups``, always to
    the same one. Where ``enabled`` is false nothing is read or written.

    Raises FileNotFoundError where there is no such directory.
    """
    if _saver is not None:
        raise RuntimeError("autosave is configured before iocInit")
    if not Path(directory).is_dir():
        raise FileNotFoundError(f"autosave needs a directory that is there, not {directory}")
    if not name or "/" in name:
        raise ValueError(f"autosave needs a name for its file, such as the device's, not {name!r}")
    if not save_period > 0:
        raise ValueError(f"save_period is a number of seconds, not {save_period}")
    AutosaveConfig.directory = Path(directory)
    AutosaveConfig.device_name = name
    AutosaveConfig.timestamped_backups = timestamped_backups
    AutosaveConfig.save_period = save_period
    AutosaveConfig.enabled = enabled
    if enabled:
        _file()  # wherever the script then goes
    if _loaded:
        load_autosave()


def _file() -> "SaveFile":
    """That of the configuration."""
    global _opened
    # Not before, as it brings numpy and yaml, which an IOC without autosave has no use for.
    from ._savefile import SaveFile

    directory, name = AutosaveConfig.directory, AutosaveConfig.device_name
    if directory is None or name is None:
        raise RuntimeError("autosave needs a directory and a name: call autosave.configure")
    if _opened is None or not _opened.is_of(directory, name):
        _opened = SaveFile(directory, name)
    return _opened


class Autosave:
    """Context manager: of the records that are made in it ``fields`` are kept, too.

    ``fields`` are True for the value, a field's name, or a list of such. Records with autosave=False are left out.
    """

    _pvs: dict[str, "_Value"] = {}  # what is kept, by the name in the file
    _last_saved_state: dict[str, Any] = {}  # what the file has, and records have taken
    _stop_event = threading.Event()  # that saving is to end

    def __init__(self, fields: bool | str | list[str] = True) -> None:
        if _context._fields is not None:
            raise RuntimeError("an Autosave cannot be made within another one")
        self._fields = _names(fields)

    def __enter__(self) -> None:
        if _context._fields is not None:
            raise RuntimeError("an Autosave cannot be entered within another one")
        _context._fields = self._fields

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _context._fields = None

    @classmethod
    def _stop(cls) -> None:
        """Values are saved once more, and no longer."""
        cls._stop_event.set()

    @classmethod
    def _save(cls) -> None:
        """Writes the file now, if there are other values than in it."""
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
        raise ValueError(f"autosave is True, the name of a field, or a list of names, not {fields!r}")
    return list(names)


class _Value:
    """What is kept of a record: its value."""

    waits = False

    def __init__(self, record: Any) -> None:
        self._record = record

    def read(self) -> Any:
        """None where there is none yet."""
        parameter = self._record._parameter
        raw = parameter.get()
        return None if raw is None else self._record._codec.decode(raw)

    def restore(self, value: Any) -> None:
        """Before iocInit; neither validate nor on_update is called, since it was accepted once."""
        self._record._parameter.set(self._record._codec.encode(value))


class _Field(_Value):
    """What is kept of a record: a field that is not its value."""

    waits = True

    def __init__(self, record: Any, field: str) -> None:
        super().__init__(record)
        self._name = f"{record.name}.{field}"

    def read(self) -> Any:
        return _ioc.host().database_field(self._name)

    def restore(self, value: Any) -> None:
        _ioc.host().set_database_field(self._name, str(value))


def add_record(record: Any, saved: Any) -> None:
    """A record has been made, with that keyword; None where it has none."""
    if saved is False:
        return
    values: dict[str, _Value] = {}
    for field in dict.fromkeys([*_names(saved), *(_context._fields or [])]):
        if field == "VAL":
            values[record.name] = _Value(record)
        elif record._built.ValidFieldName(field):
            values[f"{record.name}.{field}"] = _Field(record, field)
        else:
            raise AttributeError(f"record {record.name}: there is no field {field} for autosave")
    Autosave._pvs.update(values)


def clear() -> None:
    """The records are forgotten."""
    Autosave._pvs.clear()


def load_autosave() -> None:
    """The database is loaded: what was saved is put into it."""
    global _loaded
    _loaded = True
    if not AutosaveConfig.enabled or not Autosave._pvs:
        return
    from ._savefile import BadSaveFile

    file = _file()
    try:
        values = file.read()
    except FileNotFoundError:
        _tell(f"there is no {file.path} yet, so records begin with their initial values")
        return
    except BadSaveFile as error:
        _tell(f"{file.path} cannot be used, so records begin with their initial values: {error}")
        _set_aside(file)
        return
    except OSError as error:
        _tell(f"{file.path} cannot be read, so records begin with their initial values: {error}")
        _set_aside(file)
        return
    try:
        file.back_up(AutosaveConfig.timestamped_backups)
    except OSError as error:
        _tell(f"{file.path} cannot be copied: {error}")
    Autosave._last_saved_state = _restore(file, values)


def _set_aside(file: "SaveFile") -> None:
    try:
        _tell(f"it is kept as {file.set_aside()}")
    except OSError as error:
        _tell(f"it cannot be renamed, and nothing is saved before it is: {error}")


def _restore(file: "SaveFile", values: dict[str, Any]) -> dict[str, Any]:
    """Those that their records have taken."""
    restored = {}
    for name in sorted(Autosave._pvs.keys() & values.keys()):
        try:
            Autosave._pvs[name].restore(values[name])
            restored[name] = values[name]
        except Exception as error:
            _tell(f"{name} is not restored to {_short(repr(values[name]))}: {error}")
    left = sorted(values.keys() - Autosave._pvs.keys())
    if left:
        names = ", ".join(left[:10]) + ", ..." * (len(left) > 10)
        _tell(f"{file.path} has {len(left)} values that are not kept by this IOC: {names}")
    return restored


def start() -> None:
    """The IOC is running: from now on values are saved."""
    global _saver
    if AutosaveConfig.enabled and Autosave._pvs and _saver is None:
        from ._autosaver import Saver

        _saver = Saver(
            _file(), AutosaveConfig.save_period, Autosave._pvs, Autosave._last_saved_state, Autosave._stop_event
        )


def _tell(message: str) -> None:
    from ._autosaver import tell

    tell(message)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "..."
