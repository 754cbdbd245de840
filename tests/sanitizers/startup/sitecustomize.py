"""What a Python with an instrumented IOC runs first: at the process's end it looks for leaks, and at its libraries.

An IOC leaves by os._exit, at which the leak sanitizer does not look by itself. A script may also end as Python's do: what
is registered first with atexit is called last.
"""

import atexit
import ctypes
import os
import sys
from pathlib import Path
from typing import NoReturn

_exit = os._exit
_process = os.getpid()


def look_for_leaks() -> None:
    try:
        look = ctypes.CDLL(None).__getattr__("__lsan_do_recoverable_leak_check")
    except AttributeError:  # another sanitizer
        return
    look()


def stray_libraries() -> list[str]:
    """Libraries of the project in this process that are not those of the folder ASYNPYTHON_STAGE."""
    stage = os.environ["ASYNPYTHON_STAGE"] + "/"
    files = {line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines()}
    own = [file for file in files if Path(file).name.startswith(("libasyn", "_host."))]
    return [file for file in own if not file.startswith(stage)]


def look() -> None:
    if os.getpid() != _process:  # a fork, which has the memory of its parent's threads, and not the threads
        return
    look_for_leaks()
    if stray := stray_libraries():
        print(f"not instrumented: {stray}", file=sys.stderr, flush=True)
        _exit(1)


def leave(code: int) -> NoReturn:
    look()
    _exit(code)


_run_exitfuncs = atexit._run_exitfuncs


def run_exitfuncs() -> None:
    """What a script calls that then leaves by os._exit, and looks there; Python's own end does not call it."""
    atexit.unregister(look)
    _run_exitfuncs()


os._exit = leave
atexit._run_exitfuncs = run_exitfuncs
atexit.register(look)
