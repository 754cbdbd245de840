"""Waiting on the thread that may be cothread's: cothreads run only while it waits by cothread.

Nothing here imports cothread. Its thread is the one that imports it.
"""

import sys
import threading
from collections.abc import Callable
from typing import Any


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
    return _read if run_here() and not at_terminal else None


def _read(prompt: str) -> str:
    """Has another thread read the line."""
    line = _cothread().Event()
    call_back = _cothread().Callback

    def read() -> None:
        try:
            call_back(line.Signal, input(prompt))
        except BaseException as error:
            call_back(line.SignalException, error)

    threading.Thread(target=read, name="softioc-input", daemon=True).start()
    return str(line.Wait())
