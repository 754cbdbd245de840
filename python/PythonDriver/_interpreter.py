"""Prepares an interpreter for a port's driver. The port calls this module first."""

import importlib
import os
import sys
import threading
import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any


def prepare_main(strptime: Callable[..., Any]) -> None:
    """Initialise in the main interpreter what a sub-interpreter must not initialise first.

    Called before a sub-interpreter is prepared. ``strptime`` calls the ``_strptime`` function of the interpreter in
    which it is called.
    """
    from . import _binding, _extensions  # noqa: F401

    if sys.version_info >= (3, 13):
        return
    import datetime

    # _datetime keeps the first _strptime that it used and calls it in every interpreter. Python 3.12 crashes if an
    # interpreter runs another one's functions. So _datetime gets the main interpreter's module, which forwards each
    # call to the module of the calling interpreter.
    _strptime: Any = importlib.import_module("_strptime")
    if not hasattr(_strptime, "_asynPython_original"):
        datetime.datetime.strptime("1", "%d")
        _strptime._asynPython_original = _strptime._strptime_datetime
        _strptime._strptime_datetime = strptime


def prepare(port_module: ModuleType, pythonpath: str, mode: str) -> ModuleType:
    """Prepare the current interpreter for a port and return its module ``_binding``.

    ``pythonpath`` is the current value of PYTHONPATH. ``mode`` is own, shared or main.
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
    # The warning does not apply: each interpreter has its own copy of numpy.
    warnings.filterwarnings("ignore", "NumPy was imported from a Python sub-interpreter", UserWarning)
    # A module in the port's folders may have the name of a standard module. The driver gets the port's module, but
    # this package must get the standard one.
    complete = list(dict.fromkeys([*path, *sys.path]))
    standard = os.path.dirname(os.__file__)  # may be in PYTHONPATH, too
    sys.path[:] = [entry for entry in sys.path if entry not in path or entry.startswith(standard)]
    from . import _binding, _extensions

    _extensions.install(port_module, mode)
    if mode == "own" and sys.version_info >= (3, 13):  # Older versions cannot import faulthandler in mode own.
        _refuse_faulthandler()
    sys.path[:] = complete
    return _binding


def _replace_what_is_per_process(mode: str) -> None:
    """Replace C modules of the standard library that do not support sub-interpreters by their Python versions."""
    names: list[str] = []
    if sys.version_info < (3, 12):
        names.append("_asyncio")  # keeps one running loop for all interpreters
    if sys.version_info < (3, 13):
        names.append("_zoneinfo")  # the end of one interpreter clears its data for all
        if mode == "own":
            names.append("_datetime")  # its types are in one interpreter's memory
    for name in names:
        sys.modules[name] = None  # type: ignore[assignment]


def _refuse_fork(port_module: Any, mode: str) -> None:
    """Make fork raise RuntimeError while the process has a sub-interpreter.

    CPython aborts the forked child if there is a sub-interpreter. If a sub-interpreter forks, the child exits and runs
    the exit handlers of EPICS without the threads of EPICS. It hangs, and so does a parent that waits for it.
    """
    posix: Any = importlib.import_module("posix")
    if hasattr(posix.fork, "refuses"):
        return  # An earlier port in the main interpreter has done it.
    alone = port_module.alone

    def guarded(original: Callable[[], Any]) -> Callable[[], Any]:
        def fork() -> Any:
            if mode == "main" and alone():
                return original()
            raise RuntimeError(
                "cannot fork a process in which a port uses a sub-interpreter (interpreter=own or shared); use "
                'subprocess or multiprocessing.get_context("spawn")'
            )

        fork.refuses = True  # type: ignore[attr-defined]
        return fork

    for name in ("fork", "forkpty"):
        function = guarded(getattr(posix, name))
        setattr(posix, name, function)
        setattr(os, name, function)


def _refuse_faulthandler() -> None:
    """Make faulthandler's functions raise RuntimeError.

    faulthandler keeps one file object for the process. It would release another interpreter's file object here.
    """
    faulthandler: Any = importlib.import_module("faulthandler")

    def refuse(*_: Any, **__: Any) -> None:
        raise RuntimeError(
            "faulthandler cannot be used in a port with interpreter=own, because all interpreters share it and it "
            "would crash the process; set PYTHONFAULTHANDLER=1 before the IOC starts"
        )

    for name in ("enable", "register", "dump_traceback_later"):
        setattr(faulthandler, name, refuse)


def _follow_environment(now: dict[str, str]) -> None:
    """Update os.environ with the variables that the IOC shell has set since Python started.

    Only the main interpreter needs it: a new sub-interpreter reads the current environment.
    """
    for name in [name for name in os.environ if name not in now]:
        del os.environ[name]
    os.environ.update({name: value for name, value in now.items() if os.environ.get(name) != value})


def _keep_to_own_threads(port_module: Any) -> None:
    """Replace the functions of sys that would return other interpreters' objects."""

    def refuse() -> Any:
        raise RuntimeError(
            "sys._current_exceptions() cannot be used in a port, because it accesses other interpreters' threads"
        )

    sys._current_frames = port_module.thread_frames
    sys._current_exceptions = refuse


def _on_thread_exception(arguments: threading.ExceptHookArgs) -> None:
    # A thread that uses the port after its shutdown ends without a message.
    if not (arguments.exc_type.__name__ == "PortClosed" and issubclass(arguments.exc_type, SystemExit)):
        threading.__excepthook__(arguments)
