"""The thread that saves values."""

import atexit
import sys
import threading
from typing import Any, Protocol

import numpy as np

from ._savefile import SaveFile

_EXIT_LIMIT = 5.0  # s, for the last values; a record that hangs does not keep the process from its end


class Kept(Protocol):
    """What a value is read from; None where there is none yet. ``waits``: while the record processes."""

    waits: bool

    def read(self) -> Any: ...


class Saver:
    """Saves values each period when there are other ones than ``last``, and once when ``stop`` is set."""

    def __init__(
        self, file: SaveFile, period: float, kept: dict[str, Any], last: dict[str, Any], stop: threading.Event
    ) -> None:
        self._file = file
        self._period = period
        self._kept: dict[str, Kept] = dict(kept)
        self._last = last
        self._stop = stop  # at the process's end, if not before
        self._failure = ""  # that was told
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="softioc-autosave", daemon=True)
        self._thread.start()
        atexit.register(self._end)

    def _run(self) -> None:
        stopped = False
        while not stopped:
            stopped = self._stop.wait(self._period)
            try:
                self._save()
            except Exception as error:
                self._failed(error, final=stopped)

    def _save(self) -> None:
        values = values_of(self._kept)
        if self._ended:
            return  # too late
        self._write(values)

    def _write(self, values: dict[str, Any]) -> None:
        if not changed(values, self._last):
            return
        self._file.write(values)
        self._last = values
        if self._failure:
            tell(f"{self._file.path} is written again")
        self._failure = ""

    def _failed(self, error: Exception, final: bool) -> None:
        """Told once, and not in each period; and at the end, when no other one comes."""
        failure = str(error)
        if final or failure != self._failure:
            tell(f"{self._file.path} cannot be written, and is what it was: {failure}")
        self._failure = failure

    def _end(self) -> None:
        self._stop.set()
        self._thread.join(_EXIT_LIMIT)
        if self._thread.is_alive():
            self._ended = True
            tell("a record hangs; fields that are not values are saved as they were")
            self._save_without_waiting()

    def _save_without_waiting(self) -> None:
        values = {name: self._last.get(name) if kept.waits else kept.read() for name, kept in self._kept.items()}
        try:
            self._write({name: value for name, value in values.items() if value is not None})
        except Exception as error:
            self._failed(error, final=True)


def values_of(kept: dict[str, Any]) -> dict[str, Any]:
    """What is to be saved. What has no text is told of, and taken out."""
    values = {}
    for name, each in list(kept.items()):
        try:
            value = each.read()
        except RuntimeError as error:  # of a field that has no text
            tell(f"{error}; it is not saved")
            del kept[name]
            continue
        if value is not None:
            values[name] = value
    return values


def changed(values: dict[str, Any], last: dict[str, Any]) -> bool:
    return values.keys() != last.keys() or not all(same(values[name], last[name]) for name in values)


def same(one: Any, other: Any) -> bool:
    """Whether values are equal; a NaN is equal to itself, an array to a list of its elements."""
    if one is other:
        return True
    if isinstance(one, np.ndarray):
        elements = np.asarray(other)
        equal = one.shape == elements.shape
        return equal and bool(np.all((one == elements) | ((one != one) & (elements != elements))))
    return bool(one == other or (one != one and other != other))


def tell(message: str) -> None:
    """To those who watch the IOC, where anybody does."""
    try:
        print(f"autosave: {message}", file=sys.stderr, flush=True)
    except (OSError, ValueError, AttributeError):
        pass
