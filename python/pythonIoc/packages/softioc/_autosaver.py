"""The thread that saves values."""

import atexit
import sys
import threading
from typing import Any, Protocol

import numpy as np

from ._savefile import SaveFile

_EXIT_LIMIT = 5.0  # s for saving the last values, so that a record that hangs does not prevent the exit


class Kept(Protocol):
    """A source of a saved value. ``waits`` tells whether ``read()`` waits while the record processes."""

    waits: bool

    def read(self) -> Any:
        """Return the value, or None if there is none yet. Raises RuntimeError if it cannot be saved."""


class Saver:
    """Saves the values every ``period`` seconds if they changed, and once more when ``stop`` is set or Python exits.

    ``last`` are the values that the file contains.
    """

    def __init__(
        self, file: SaveFile, period: float, kept: dict[str, Any], last: dict[str, Any], stop: threading.Event
    ) -> None:
        self._file = file
        self._period = period
        self._kept: dict[str, Kept] = dict(kept)
        self._last = last
        self._stop = stop
        self._failure = ""  # the last reported failure
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
            return  # _end() has already saved the values.
        self._write(values)

    def _write(self, values: dict[str, Any]) -> None:
        if not changed(values, self._last):
            return
        self._file.write(values)
        self._last = values
        if self._failure:
            report(f"{self._file.path} is written again")
        self._failure = ""

    def _failed(self, error: Exception, final: bool) -> None:
        """Report a failure once, not in each period. The final attempt always reports it."""
        failure = str(error)
        if final or failure != self._failure:
            report(f"{self._file.path} cannot be written and is unchanged: {failure}")
        self._failure = failure

    def _end(self) -> None:
        self._stop.set()
        self._thread.join(_EXIT_LIMIT)
        if self._thread.is_alive():
            self._ended = True
            report("a record does not finish processing; for fields other than values the last saved values are kept")
            self._save_without_waiting()

    def _save_without_waiting(self) -> None:
        values = {name: self._last.get(name) if kept.waits else kept.read() for name, kept in self._kept.items()}
        try:
            self._write({name: value for name, value in values.items() if value is not None})
        except Exception as error:
            self._failed(error, final=True)


def values_of(kept: dict[str, Any]) -> dict[str, Any]:
    """Return the values to save. A field that cannot be saved is reported and removed from ``kept``."""
    values = {}
    for name, each in list(kept.items()):
        try:
            value = each.read()
        except RuntimeError as error:  # The field has no text.
            report(f"{error}; it is not saved")
            del kept[name]
            continue
        if value is not None:
            values[name] = value
    return values


def changed(values: dict[str, Any], last: dict[str, Any]) -> bool:
    return values.keys() != last.keys() or not all(same(values[name], last[name]) for name in values)


def same(one: Any, other: Any) -> bool:
    """Return whether values are equal. NaN is equal to NaN, and an array to a list of its elements."""
    if one is other:
        return True
    if isinstance(one, np.ndarray):
        elements = np.asarray(other)
        equal = one.shape == elements.shape
        return equal and bool(np.all((one == elements) | ((one != one) & (elements != elements))))
    return bool(one == other or (one != one and other != other))


def report(message: str) -> None:
    """Print a message to standard error, if that is possible."""
    try:
        print(f"autosave: {message}", file=sys.stderr, flush=True)
    except (OSError, ValueError, AttributeError):
        pass
