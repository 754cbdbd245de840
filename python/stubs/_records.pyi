"""The port of the records that a softioc script makes; ``_host.records()`` returns this module.

Source: asynPythonApp/src/softioc/recordsModule.cpp and recordParameter.cpp.
"""

from collections.abc import Callable
from typing import Any, final

@final
class Parameter:
    """The parameter behind one record."""

    def __init__(self, name: str, type: str, writer: Callable[[Any], bool] | None = None) -> None:
        """Create the record's parameter. ``writer`` is called when the record writes; False refuses the value."""

    @property
    def drvinfo(self) -> str:
        """The parameter's name, for the record's link."""

    @property
    def name(self) -> str:
        """The record's name."""

    def set(self, value: Any, severity: int = 0, alarm: int = 0, time: float | None = None, /) -> None:
        """Set the value and process the record. ``time`` is in seconds since 1970. Raises TypeError or ValueError."""

    def put(self, value: Any, severity: int = 0, alarm: int = 0, time: float | None = None, /) -> bool:
        """Do the same as ``set()`` and return whether the value changed."""

    def set_alarm(self, severity: int, alarm: int, time: float | None = None, /) -> None:
        """Set the alarm and process the record. Raises ValueError for an unknown severity or status."""

    def trigger(self) -> None:
        """Process the record again."""

    def store(self, value: Any, /) -> bool:
        """Keep the value that the record has written and return whether it changed."""

    def get(self) -> Any:
        """Return the value, or None if there is none yet."""

    def defer(self) -> int:
        """Return a number with which ``complete()`` ends the current write; 0 if no client waits. Only in the writer."""

    def forget(self) -> None:
        """Release the record's name, because no such record will be loaded."""

    def complete(self, number: int, problem: str | None = None, /) -> None:
        """End a deferred write. With ``problem`` the record gets an alarm and this message."""

def open(port: str, /) -> None:
    """Create the port of the records. Called once."""

def close(limit: float, /) -> bool:
    """Keep EPICS' threads out of Python from now on; return False if one is still in it after ``limit`` seconds."""

def running() -> bool:
    """Return whether iocInit has reached the state in which records process for clients."""

def alone() -> bool:
    """Return whether no port has a Python interpreter, not even one that was left behind."""

def wake(descriptor: int, /) -> None:
    """Signal a non-blocking eventfd or pipe. In a writer the signal is sent after its thread has left Python."""

def catch_sigterm() -> bool:
    """Make SIGTERM wake ``await_sigterm()``. Returns False if the process already has a handler."""

def await_sigterm() -> None:
    """Return when SIGTERM has arrived."""
