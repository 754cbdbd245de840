"""asynPythonIoc out of the folder ASYNPYTHON_STAGE, with a look for leaks before its end.

The command leaves by os._exit, at which the leak sanitizer does not look by itself.
"""

import ctypes
import os
import sys
from pathlib import Path
from typing import NoReturn

from asynPythonIoc import _cli


def look_for_leaks() -> None:
    try:
        look = ctypes.CDLL(None).__getattr__("__lsan_do_recoverable_leak_check")
    except AttributeError:  # another sanitizer
        return
    look()


def stray_libraries() -> list[str]:
    """Libraries of the project in this process that are not those of the stage."""
    stage = os.environ["ASYNPYTHON_STAGE"] + "/"
    files = {line.split()[-1] for line in Path("/proc/self/maps").read_text().splitlines()}
    own = [file for file in files if Path(file).name.startswith(("libasyn", "_host."))]
    if not own:
        return ["libasynPort"]
    return [file for file in own if not file.startswith(stage)]


def leave(code: int, leave: object = os._exit) -> NoReturn:
    look_for_leaks()
    if stray := stray_libraries():
        print(f"not instrumented: {stray}", file=sys.stderr, flush=True)
        leave(1)
    leave(code)


os._exit = leave
_cli.main()
