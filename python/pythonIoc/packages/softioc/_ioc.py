"""EPICS in this process: loaded once, by the first module that needs it."""

import atexit
import sys
from types import ModuleType
from typing import Any

from asynPythonIoc import _environment, _libraries

#: The port of all records that a script makes.
PORT = "softioc"

_environment.set_environment(None)
_libraries.load(pva=False)

from asynPythonIoc import _host  # noqa: E402  (its module needs the libraries)

_host.start(_libraries.dbd_files(pva=False))
records: Any = _host.records()
records.open(PORT)


_ended = False


def end(code: int | None = None) -> None:
    """The IOC's exit handlers, once. With a code the process is ended where it then does not end itself."""
    global _ended
    if not _ended:
        _ended = True
        flush()
        _host.shutdown(30.0, -1 if code is None else code)


# Threads of EPICS must not look for Python when it goes down, whether or not the IOC was started.
atexit.register(end)


def load_pva() -> None:
    """Makes the PVAccess server part of the IOC. Before iocInit."""
    _libraries.load()
    _host.load_dbds(_libraries.dbd_files()[-1:])


def command(line: str) -> None:
    """Runs a line of the IOC shell, whose output goes to standard output."""
    flush()
    _host.iocsh_command(line)


def flush() -> None:
    """Brings out what Python has printed, before C does."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()


def host() -> ModuleType:
    """The module of the process that is an IOC."""
    return _host
