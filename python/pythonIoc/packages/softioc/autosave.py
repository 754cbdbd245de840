"""Keeps values of records in a file, from one run of the IOC to the next.

:func:`configure` says where. What is kept is said by the keyword ``autosave`` of a record, True for its value, a
field's name, or a list of such, and by :class:`Autosave` for all records that are made in it::

    autosave.configure("/var/lib/ioc", "TEST")
    builder.aOut("SETPOINT", autosave=True)
    with autosave.Autosave(["VAL", "EGU"]):
        builder.aOut("GAIN")

LoadDatabase brings the values back; a saved value comes before initial_value.
"""

import atexit
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from . import _ioc
from ._savefile import BadSaveFile, SaveFile

__all__ = ["Autosave", "configure"]

_EXIT_LIMIT = 10.0  # s, for the last values; a record that hangs does not keep the process from its end


class _Configuration:
    def __init__(self, file: SaveFile, period: float, timestamped: bool) -> None:
        self.file = file
        self.period = period
        self.timestamped = timestamped


_configuration: _Configuration | None = None
_saved: dict[str, "_Value"] = {}  # by the name in the file
_last: dict[str, Any] = {}  # what the file has
_loaded = False
_saver: "_Saver | None" = None


class _Context(threading.local):
    fields: list[str] | None = None  # of the Autosave that the thread is in


_context = _Context()


def configure(
    directory: str | Path,
    name: str,
    save_period: float = 30.0,
    timestamped_backups: bool = True,
    enabled: bool = True,
) -> None:
    """Values are kept in directory/name.softsav, looked at each save_period seconds. Before iocInit.

    The file is copied when it is read, to a name with the time or, without ``timestamped_backups``, always to
    the same one. Where ``enabled`` is false nothing is read or written.

    Raises FileNotFoundError where there is no such directory.
    """
    global _configuration
    if _saver is not None:
        raise RuntimeError("autosave is configured before iocInit")
    if not Path(directory).is_dir():
        raise FileNotFoundError(f"autosave needs a directory that is there, not {directory}")
    if not name or "/" in name:
        raise ValueError(f"autosave needs a name for its file, such as the device's, not {name!r}")
    if not save_period > 0:
        raise ValueError(f"save_period is a number of seconds, not {save_period}")
    file = SaveFile(Path(directory), name)
    _configuration = _Configuration(file, save_period, timestamped_backups) if enabled else None
    if _loaded:
        load_autosave()


class Autosave:
    """Context manager: of the records that are made in it ``fields`` are kept, too.

    ``fields`` are True for the value, a field's name, or a list of such. Records with autosave=False are left out.
    """

    def __init__(self, fields: bool | str | list[str] = True) -> None:
        if _context.fields is not None:
            raise RuntimeError("an Autosave cannot be made within another one")
        self._fields = _names(fields)

    def __enter__(self) -> None:
        if _context.fields is not None:
            raise RuntimeError("an Autosave cannot be entered within another one")
        _context.fields = self._fields

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _context.fields = None


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
    for field in dict.fromkeys([*_names(saved), *(_context.fields or [])]):
        if field == "VAL":
            values[record.name] = _Value(record)
        elif record._built.ValidFieldName(field):
            values[f"{record.name}.{field}"] = _Field(record, field)
        else:
            raise AttributeError(f"record {record.name}: there is no field {field} for autosave")
    _saved.update(values)


def load_autosave() -> None:
    """The database is loaded: what was saved is put into it."""
    global _loaded, _last
    _loaded = True
    configuration = _configuration
    if configuration is None or not _saved:
        return
    file = configuration.file
    try:
        values = file.read()
    except FileNotFoundError:
        _tell(f"there is no {file.path} yet, so records begin with their initial values")
        return
    except BadSaveFile as error:
        _set_aside(file, error)
        return
    except OSError as error:
        _tell(f"saved values cannot be read: {error}; records begin with their initial values")
        return
    _attempt(f"{file.path} cannot be copied", lambda: file.back_up(configuration.timestamped))
    _last = _restore(file, values)


def _set_aside(file: SaveFile, error: BadSaveFile) -> None:
    _tell(f"{file.path} cannot be used, so records begin with their initial values: {error}")
    _attempt(f"{file.path} cannot be copied", lambda: _tell(f"it is kept as {file.keep_broken()}"))


def _restore(file: SaveFile, values: dict[str, Any]) -> dict[str, Any]:
    """Those that their records have taken."""
    restored = {}
    for name in sorted(_saved.keys() & values.keys()):
        try:
            _saved[name].restore(values[name])
            restored[name] = values[name]
        except Exception as error:
            _tell(f"{name} is not restored to {_short(repr(values[name]))}: {error}")
    left = sorted(values.keys() - _saved.keys())
    if left:
        names = ", ".join(left[:10]) + ", ..." * (len(left) > 10)
        _tell(f"{file.path} has {len(left)} values that are not kept by this IOC: {names}")
    return restored


def start() -> None:
    """The IOC is running: from now on values are saved."""
    global _saver
    if _configuration is not None and _saved and _saver is None:
        _saver = _Saver(_configuration)


class _Saver:
    """The thread that saves values when there are other ones."""

    def __init__(self, configuration: _Configuration) -> None:
        self._configuration = configuration
        self._stop = threading.Event()
        self._said = ""
        self._thread = threading.Thread(target=self._run, name="softioc-autosave", daemon=True)
        self._thread.start()
        atexit.register(self._end)

    def _run(self) -> None:
        stopped = False
        while not stopped:
            stopped = self._stop.wait(self._configuration.period)
            try:
                self._save()
                self._said = ""
            except Exception as error:
                self._say(f"{self._configuration.file.path} cannot be written: {error}")

    def _save(self) -> None:
        global _last
        values = self._values()
        if values.keys() == _last.keys() and all(same(values[name], _last[name]) for name in values):
            return
        self._configuration.file.write(values)
        _last = values

    def _values(self) -> dict[str, Any]:
        values = {}
        for name, saved in _saved.copy().items():
            try:
                value = saved.read()
            except RuntimeError as error:  # of a field that has no text
                _tell(f"{error}; it is no longer saved")
                del _saved[name]
                continue
            if value is not None:
                values[name] = value
        return values

    def _say(self, message: str) -> None:
        """Once, and not in each period."""
        if message != self._said:
            _tell(message)
        self._said = message

    def _end(self) -> None:
        self._stop.set()
        self._thread.join(_EXIT_LIMIT)
        if self._thread.is_alive():
            _tell(f"the last values are not saved: a record does not answer for {_EXIT_LIMIT:g} s")


def same(one: Any, other: Any) -> bool:
    """Whether values are equal; a NaN is equal to itself, an array to a list of its elements."""
    if one is other:
        return True
    if isinstance(one, np.ndarray):
        elements = np.asarray(other)
        return one.shape == elements.shape and bool(
            np.all((one == elements) | ((one != one) & (elements != elements)))
        )
    return bool(one == other or (one != one and other != other))


def _attempt(failure: str, action: Callable[[], None]) -> None:
    try:
        action()
    except OSError as error:
        _tell(f"{failure}: {error}")


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:60] + "..."


def _tell(message: str) -> None:
    if sys.stderr is not None:
        print(f"autosave: {message}", file=sys.stderr, flush=True)
