"""Waiting on the thread that may be cothread's: cothreads run only while it waits by cothread.

Nothing here imports cothread. Its thread is the one that imports it.
"""

import sys
import threading
from collections.abc import Callable
from typing import Any

_LOOK_FOR_SIGNALS = 0.5  # s


def imported() -> bool:
    """Whether the script uses cothread."""
    return "cothread.cothread" in sys.modules


def run_here() -> bool:
    """Whether the calling thread is cothread's."""
    return imported() and _cothread().cothread.scheduler_thread_id == threading.get_ident()


def _cothread() -> Any:
    return sys.modules["cothread"]


def sleep(seconds: float, end: threading.Event) -> None:
    """Waits; where the thread is not cothread's no longer than until the event is set."""
    if run_here():
        _cothread().Sleep(seconds)
    else:
        end.wait(seconds)


def reader() -> Callable[[str], str] | None:
    """How a shell on this thread reads a line; None for Python's way, by which cothreads run at a terminal only."""
    at_terminal = all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
    return _Reader() if run_here() and not at_terminal else None


class _Reader:
    """Has another thread read lines."""

    def __init__(self) -> None:
        self._line: Any = None  # the event of the line that is being read

    def __call__(self, prompt: str) -> str:
        if self._line is None:
            self._line = _cothread().Event(auto_reset=False)  # an interrupted wait is not to take the line
            threading.Thread(target=self._read, args=(prompt,), name="softioc-input", daemon=True).start()
        try:
            line = self._wait()
        except KeyboardInterrupt:
            raise  # the thread reads on
        except BaseException:
            self._line = None
            raise
        self._line = None
        return str(line)

    def _wait(self) -> object:
        # A signal that comes just before cothread waits is seen by Python only when that wait has ended.
        while True:
            try:
                return self._line.Wait(_LOOK_FOR_SIGNALS)
            except _cothread().Timedout:
                pass

    def _read(self, prompt: str) -> None:
        event, call_back = self._line, _cothread().Callback
        try:
            call_back(event.Signal, input(prompt))
        except BaseException as error:
            call_back(event.SignalException, error)
