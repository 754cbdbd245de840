"""EPICS in this process: loaded once, by the first module that needs it."""

import atexit
import os
import sys
import threading
import time
from types import ModuleType
from typing import Any, NoReturn

from asynPythonIoc import _environment, _libraries, _limits, _streams

#: The port of all records that a script makes.
PORT = "softioc"

_streams.open_missing()
_limits.allow_files()
_environment.set_environment(None)
_libraries.load(pva=False)

from asynPythonIoc import _host  # noqa: E402  (its module needs the libraries)

_host.start(_libraries.dbd_files(pva=False))
records: Any = _host.records()
records.open(PORT)


#: Seconds that the IOC's exit handlers may take.
LIMIT = 30.0

_ended = False
_noted: Any = None  # what sys.exit was called with
_exit = sys.exit


def _note_exit(code: Any = None, /) -> NoReturn:
    global _noted
    _noted = code
    _exit(code)


sys.exit = _note_exit


def _code() -> int:
    """That Python is about to end with; it does not say so itself."""
    if hasattr(sys, "last_value"):
        return 1  # an exception was shown
    return _noted if isinstance(_noted, int) else 0 if _noted is None else 1


def end(code: int | None = None) -> None:
    """The IOC's exit handlers, once. With a code the process is ended where it then does not end itself.

    Without one Python is about to go down. It cannot while a thread of EPICS is in its code, or another
    interpreter is there.
    """
    global _ended
    if _ended:
        return
    _ended = True
    flush()
    _host.shutdown(LIMIT, -1 if code is None else code)
    if code is not None:
        return
    empty = records.close(2.0)
    if not empty:
        print("softioc: a client's write has not ended, and Python cannot go down", file=sys.stderr)
    if not empty or not records.alone():
        # What was registered with atexit before us is not called: it would all be called once more.
        if "logging" in sys.modules:
            sys.modules["logging"].shutdown()
        flush()
        os._exit(_code() or int(not empty))


def leave(code: int) -> NoReturn:
    """Ends the process without Python's going down, but with what it then calls. Any thread; the first one does it."""
    thread = threading.get_ident()
    try:
        atexit.unregister(end)
        atexit.register(_stay, thread)
        atexit._run_exitfuncs()
    finally:
        atexit.register(_stay, thread)
        end(code)
        flush()
        os._exit(code)


def _stay(leaver: int) -> None:
    """What others come to who want to end the process, too, when Python goes down around the one that does it."""
    while threading.get_ident() != leaver:
        time.sleep(3600)


def catch_termination() -> None:
    """From now on SIGTERM ends the process in good order, unless the script has a handler for it."""
    if records.catch_sigterm():
        threading.Thread(target=_await_termination, name="softioc-sigterm", daemon=True).start()


def _await_termination() -> None:
    records.await_sigterm()
    leave(0)


# Threads of EPICS must not look for Python when it goes down, whether or not the IOC was started.
atexit.register(end)


_pva: ModuleType | None = None


def load_pva() -> None:
    """Makes the PVAccess server part of the IOC. Before iocInit."""
    global _pva
    _libraries.load()
    from asynPythonIoc import _pva as module  # which needs the libraries

    _pva = module
    _host.load_dbds(_libraries.dbd_files()[-1:])


def command(line: str) -> None:
    """Runs a line of the IOC shell, whose output goes to standard output."""
    flush()
    _host.iocsh_command(line)


def flush() -> None:
    """Brings out what Python has printed, before C does."""
    _streams.flush()


def pva_connections() -> dict[str, float]:
    """Clients of the PVAccess server, and their channels; nothing where there is no server."""
    if _pva is None:
        return {}
    clients, channels = _pva.connections()
    return {"PVA_CLNT_CNT": clients, "PVA_CONN_CNT": channels}


def host() -> ModuleType:
    """The module of the process that is an IOC."""
    return _host
