"""EPICS in this process. Importing this module starts it, once, because scripts create records right after the import.

The import does the following, in this order, by :func:`_start_epics` and :func:`_prepare_exit`:

- It opens the standard streams that are closed, raises the limit of open files, and sets environment variables.
- It loads the libraries of EPICS and their dbd files, without the PVAccess server. iocInit is not called.
- It opens the asyn port ``softioc``, which has a parameter for each record that the script creates.
- It replaces ``sys.exit`` by a function that notes the exit code, which Python does not tell exit handlers.
- It registers :func:`end` with atexit, because threads of EPICS must not enter Python while it finalises.

Raises ImportError if a library is missing, and OSError if the limit of open files is too low.
"""

import atexit
import os
import sys
import threading
import time
from types import ModuleType
from typing import TYPE_CHECKING, Any, NoReturn

from asynPythonIoc import _environment, _libraries, _limits, _streams

#: The port of all records that a script creates.
PORT = "softioc"


def _start_epics() -> tuple[ModuleType, Any]:
    """Start EPICS and open the port. Return the modules ``_host`` and ``_records``."""
    _streams.open_missing()
    _limits.allow_files()
    _environment.set_environment(None)
    _libraries.load(pva=False)
    from asynPythonIoc import _host  # The import needs the loaded libraries.

    _host.start(_libraries.dbd_files(pva=False))
    records = _host.records()
    records.open(PORT)
    return _host, records


if TYPE_CHECKING:
    import _records
    from asynPythonIoc import _host

    records = _records
else:
    _host, records = _start_epics()

#: Seconds that the exit handlers of EPICS may take.
LIMIT = 30.0

_ended = False
_noted: Any = None  # the argument of the last sys.exit
_exit = sys.exit


def _note_exit(code: Any = None, /) -> NoReturn:
    global _noted
    _noted = code
    _exit(code)


def _code() -> int:
    """Return the exit code with which Python is about to end."""
    if hasattr(sys, "last_value"):
        return 1  # An exception was printed.
    return _noted if isinstance(_noted, int) else 0 if _noted is None else 1


def end(code: int | None = None) -> None:
    """Run the exit handlers of EPICS, once.

    With ``code``, the caller ends the process; if it hangs, the process is ended with that code. Without ``code``,
    Python is about to finalise. It cannot do so while a thread of EPICS runs Python code or a sub-interpreter exists;
    then this function ends the process.
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
        print("softioc: a client's write does not return, so Python cannot finalise; the process ends", file=sys.stderr)
    if not empty or not records.alone():
        # atexit handlers that were registered before this one are not called. Calling them from here would call all
        # handlers again. Only logging is shut down.
        if "logging" in sys.modules:
            sys.modules["logging"].shutdown()
        flush()
        os._exit(_code() or int(not empty))


def leave(code: int) -> NoReturn:
    """Run the atexit handlers and end the process without finalising Python.

    May be called on any thread. The first call does it; later calls wait for the end.
    """
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
    """Block all threads that run atexit handlers, except the one that ends the process."""
    while threading.get_ident() != leaver:
        time.sleep(3600)


def catch_termination() -> None:
    """Make SIGTERM shut the IOC down cleanly, unless the script has its own handler."""
    if records.catch_sigterm():
        threading.Thread(target=_await_termination, name="softioc-sigterm", daemon=True).start()


def _await_termination() -> None:
    records.await_sigterm()
    leave(0)


def _prepare_exit() -> None:
    """Replace ``sys.exit`` and register the exit handler, whether or not the script calls iocInit later."""
    sys.exit = _note_exit
    atexit.register(end)


_prepare_exit()


_pva: ModuleType | None = None


def load_pva() -> None:
    """Add the PVAccess server to the IOC. Before iocInit."""
    global _pva
    _libraries.load()
    from asynPythonIoc import _pva as module  # The import needs the loaded libraries.

    _pva = module
    _host.load_dbds(_libraries.dbd_files()[-1:])


def command(line: str) -> None:
    """Run a line of the IOC shell. Its output goes to standard output."""
    flush()
    _host.iocsh_command(line)


def flush() -> None:
    """Flush Python's output, so that it appears before output of C code."""
    _streams.flush()


def pva_connections() -> dict[str, float]:
    """Return the numbers of PVAccess clients and channels by devIocStats' names; empty without a server."""
    if _pva is None:
        return {}
    clients, channels = _pva.connections()
    return {"PVA_CLNT_CNT": clients, "PVA_CONN_CNT": channels}


def host() -> ModuleType:
    """Return the module ``_host``."""
    return _host
