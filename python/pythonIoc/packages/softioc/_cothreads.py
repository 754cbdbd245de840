"""Functions that wait on a thread that may be cothread's. Cothreads run only while their thread waits in cothread.

This module does not import cothread, because the thread that imports it becomes cothread's thread.
"""

import sys
import threading
from collections.abc import Callable
from typing import Any

_LOOK_FOR_SIGNALS = 0.5  # s between two looks


def imported() -> bool:
    """Return whether the script has imported cothread."""
    return "cothread.cothread" in sys.modules


def run_here() -> bool:
    """Return whether the calling thread is cothread's thread."""
    return imported() and _cothread().cothread.scheduler_thread_id == threading.get_ident()


def _cothread() -> Any:
    return sys.modules["cothread"]


def sleep(seconds: float, end: threading.Event) -> None:
    """Wait. On a thread that is not cothread's, return earlier if the event is set."""
    if run_here():
        _cothread().Sleep(seconds)
    else:
        end.wait(seconds)


def reader() -> Callable[[str], str] | None:
    """Return a function that reads a line while cothreads run; None if Python's own way is sufficient.

    Python's own way is sufficient on other threads, and at a terminal, where cothread runs its threads meanwhile.
    """
    at_terminal = all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
    return _Reader() if run_here() and not at_terminal else None


class _Reader:
    """Reads lines on another thread."""

    def __init__(self) -> None:
        self._line: Any = None  # the event that is signalled with the next line

    def __call__(self, prompt: str) -> str:
        if self._line is None:
            self._line = _cothread().Event(auto_reset=False)  # An interrupted wait must not lose the line.
            threading.Thread(target=self._read, args=(prompt,), name="softioc-input", daemon=True).start()
        try:
            line = self._wait()
        except KeyboardInterrupt:
            raise  # The thread continues to read; the next call gets its line.
        except BaseException:
            self._line = None
            raise
        self._line = None
        return str(line)

    def _wait(self) -> object:
        # Python handles a signal that arrives just before cothread waits only after that wait.
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
