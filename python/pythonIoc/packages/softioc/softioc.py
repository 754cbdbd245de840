"""Starts the IOC and runs its shell."""

import signal
import threading
from collections.abc import Callable
from typing import Any, NoReturn

from pythonIoc import _main_names

from . import _cothreads, _ioc, _threads, _updates, autosave, builder, device
from ._commands import *  # noqa: F403
from ._commands import COMMANDS
from .imports import dbLoadDatabase

__all__ = ["dbLoadDatabase", "iocInit", "interactive_ioc"]

#: The names of the functions in the interactive shell.
command_names = [*COMMANDS, "exit"]

_started = False


def iocInit(dispatcher: Callable[..., Any] | None = None, enable_pva: bool = True) -> None:
    """Start the IOC. Call it once, after LoadDatabase.

    ``dispatcher`` calls on_update. It is an :class:`~softioc.asyncio_dispatcher.AsyncioDispatcher`, a
    :class:`~softioc.cothread_dispatcher.CothreadDispatcher` or any function
    dispatcher(func, func_args=(), completion=None, completion_args=()). None selects a CothreadDispatcher if the script
    has imported cothread, otherwise threads of this package. ``enable_pva`` starts the PVAccess server, too.

    After iocInit, SIGTERM shuts the IOC down cleanly, unless the script has its own handler.

    Raises RuntimeError if the IOC does not start, LoadDatabase has failed, or iocInit was called before.
    """
    global _started
    if _started:
        raise RuntimeError("iocInit can be called only once in a process")
    builder.refuse_failure()
    if enable_pva:
        _ioc.load_pva()
    _started = True
    device.dispatcher = dispatcher or _default_dispatcher()
    _updates.start(device.dispatcher)
    _ioc.catch_termination()
    _ioc.flush()
    if _ioc.host().ioc_init():
        raise RuntimeError("iocInit failed; see the errors above")
    autosave.start()


def _default_dispatcher() -> Callable[..., Any]:
    if not _cothreads.imported():
        return _threads.ThreadDispatcher()
    from .cothread_dispatcher import CothreadDispatcher

    return CothreadDispatcher()


def dbLoadRecords(file: str, macros: str = "") -> None:
    """Load records from a database file or template. Call it before iocInit.

    ``macros`` is a string such as "P=TEST:,N=1". Raises RuntimeError if the file cannot be loaded.
    """
    if _ioc.host().load_records(file, macros):
        raise RuntimeError(f"{file} cannot be loaded; see the errors above")


def iocsh(line: str) -> None:
    """Run a line of the IOC shell, such as asynPythonDriverConfigure("PORT", "module")."""
    _ioc.command(line)


def devIocStats(ioc_name: str) -> None:
    """Create the records of an IOC's statistics, such as ioc_name:UPTIME. Call it before iocInit.

    Raises RuntimeError after iocInit, and ValueError if a record name cannot begin with ``ioc_name``.
    """
    from ._ioc_stats import load

    load(ioc_name)


def unfinished_updates() -> None:
    """Print the calls of on_update that have not returned, the oldest first."""
    import time

    for call in _updates.calls():
        blocks = ", the record waits" if call.write else ""
        print(f"{call.record.name}: on_update({call.value!r}) for {time.monotonic() - call.since:.1f} s{blocks}")


def safeEpicsExit(code: int = 0) -> NoReturn:
    """Shut the IOC down cleanly and end the process, without waiting for its threads and event loops."""
    _ioc.leave(code)


epicsExit = safeEpicsExit


class _Exit:
    """``exit`` and ``exit()`` end the IOC."""

    def __repr__(self) -> str:
        safeEpicsExit(0)

    def __call__(self, code: int = 0) -> NoReturn:
        safeEpicsExit(code)


exit = _Exit()  # for the interactive shell


def interactive_ioc(context: dict[str, Any] = {}, call_exit: bool = True) -> None:  # noqa: B006
    """Run a Python shell with the IOC's commands and the names in ``context``.

    At its end the process ends, unless ``call_exit`` is False.
    """
    import code

    names = {name: globals()[name] for name in COMMANDS}
    names["exit"] = exit if call_exit else _Leave()
    names["unfinished_updates"] = unfinished_updates
    local = {**names, **context}
    try:
        import readline
        import rlcompleter

        readline.set_completer(rlcompleter.Completer(local).complete)
        readline.parse_and_bind("tab: complete")
    except ImportError:
        pass
    _ioc.flush()
    try:
        code.interact(banner="", readfunc=_cothreads.reader(), local=local, exitmsg="")
    except SystemExit as end:
        if call_exit:
            safeEpicsExit(end.code if isinstance(end.code, int) else 0 if end.code is None else 1)
        raise
    if call_exit:
        safeEpicsExit(0)


class _Leave:
    """``exit`` and ``exit()`` end the shell but not the process."""

    def __repr__(self) -> str:
        raise SystemExit

    def __call__(self, code: int = 0) -> NoReturn:
        raise SystemExit(code)


def non_interactive_ioc() -> NoReturn:
    """Keep the IOC running until SIGINT or SIGTERM, then end the process. Call it on the main thread."""
    quit_ = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: quit_.set())
    while not quit_.is_set():
        _cothreads.sleep(0.5, quit_)
    safeEpicsExit(0)


_main_names.offer("builder", builder)
