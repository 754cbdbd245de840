"""Makes an interpreter fit for a port's driver: what the port calls first in it."""

import importlib
import os
import sys
import threading
import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any


def prepare_main(strptime: Callable[..., Any]) -> None:
    """In the main interpreter, before a sub-interpreter is prepared: what must not be set up there first.

    strptime calls the function of that name, or the one kept here, of the interpreter that it is called in.
    """
    from . import _binding, _extensions  # noqa: F401

    if sys.version_info >= (3, 13):
        return
    import datetime

    # _datetime keeps the module that it used first, and calls it in every interpreter. It is to be this one, and
    # to go on to the caller's: Python 3.12 crashes where an interpreter runs the functions of another.
    _strptime: Any = importlib.import_module("_strptime")
    if not hasattr(_strptime, "_asynPython_original"):
        datetime.datetime.strptime("1", "%d")
        _strptime._asynPython_original = _strptime._strptime_datetime
        _strptime._strptime_datetime = strptime


def prepare(port_module: ModuleType, pythonpath: str, mode: str) -> ModuleType:
    """Prepares the current interpreter for a port and returns its module ``_binding``.

    pythonpath is PYTHONPATH as the environment has it now; mode is own, shared or main.
    """
    path = [os.path.abspath(entry) for entry in pythonpath.split(os.pathsep) if entry]
    path.append(os.getcwd())
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(line_buffering=True)
    threading.excepthook = _on_thread_exception
    _refuse_fork(port_module, mode)
    _keep_to_own_threads(port_module)
    if mode == "main":
        _follow_environment(port_module.environment())
        from ._namespace import Namespace

        return Namespace.of_port(port_module, path).binding()
    sys.modules["_asynPython"] = port_module
    _replace_what_is_per_process(mode)
    # Each interpreter has a numpy of its own, which is what this warning is about.
    warnings.filterwarnings("ignore", "NumPy was imported from a Python sub-interpreter", UserWarning)
    # Modules of the port's folders may hide some of Python's, but only for the driver.
    complete = list(dict.fromkeys([*path, *sys.path]))
    standard = os.path.dirname(os.__file__)  # which PYTHONPATH may name, too
    sys.path[:] = [entry for entry in sys.path if entry not in path or entry.startswith(standard)]
    from . import _binding, _extensions

    _extensions.install(port_module, mode)
    if mode == "own" and sys.version_info >= (3, 13):  # before, it cannot be imported there
        _refuse_faulthandler()
    sys.path[:] = complete
    return _binding


def _replace_what_is_per_process(mode: str) -> None:
    """C modules of the standard library that are not made for several interpreters; Python has each, too."""
    names: list[str] = []
    if sys.version_info < (3, 12):
        names.append("_asyncio")  # the running loop
    if sys.version_info < (3, 13):
        names.append("_zoneinfo")  # what the end of one interpreter clears for all
        if mode == "own":
            names.append("_datetime")  # types out of one interpreter's memory
    for name in names:
        sys.modules[name] = None  # type: ignore[assignment]


def _refuse_fork(port_module: Any, mode: str) -> None:
    """In the child CPython gives up where there is a sub-interpreter, whoever has forked.

    From a sub-interpreter the child is told to exit, and so to run the exit handlers of EPICS without its threads: it
    hangs, and with it whoever waits for it.
    """
    posix: Any = importlib.import_module("posix")
    if hasattr(posix.fork, "refuses"):
        return  # the main interpreter's second port
    alone = port_module.alone

    def guarded(original: Callable[[], Any]) -> Callable[[], Any]:
        def fork() -> Any:
            if mode == "main" and alone():
                return original()
            raise RuntimeError(
                "a process in which a port has a sub-interpreter, interpreter=own or shared, cannot be forked. Take "
                'subprocess, or multiprocessing.get_context("spawn")'
            )

        fork.refuses = True  # type: ignore[attr-defined]
        return fork

    for name in ("fork", "forkpty"):
        function = guarded(getattr(posix, name))
        setattr(posix, name, function)
        setattr(os, name, function)


def _refuse_faulthandler() -> None:
    """It is one for the process: it would give back, in this interpreter's memory, the file of another one."""
    faulthandler: Any = importlib.import_module("faulthandler")

    def refuse(*_: Any, **__: Any) -> None:
        raise RuntimeError(
            "in a port with interpreter=own faulthandler would crash the process, which has one for all interpreters. Set "
            "PYTHONFAULTHANDLER=1 before the IOC is started"
        )

    for name in ("enable", "register", "dump_traceback_later"):
        setattr(faulthandler, name, refuse)


def _follow_environment(now: dict[str, str]) -> None:
    """What the shell has set since Python started; a sub-interpreter is made with it."""
    for name in [name for name in os.environ if name not in now]:
        del os.environ[name]
    os.environ.update({name: value for name, value in now.items() if os.environ.get(name) != value})


def _keep_to_own_threads(port_module: Any) -> None:
    """CPython's own go to the threads of all interpreters, and hand out objects that are another one's."""

    def refuse() -> Any:
        raise RuntimeError(
            "sys._current_exceptions() looks into other ports' interpreters, under threads that run there"
        )

    sys._current_frames = port_module.thread_frames
    sys._current_exceptions = refuse


def _on_thread_exception(arguments: threading.ExceptHookArgs) -> None:
    # A thread that goes on after its port was shut down is to end in silence.
    if not (arguments.exc_type.__name__ == "PortClosed" and issubclass(arguments.exc_type, SystemExit)):
        threading.__excepthook__(arguments)
