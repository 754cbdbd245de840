"""Starts the IOC and runs its startup script and shell, on the shell's thread."""

import sys
import threading
from pathlib import Path

from . import _host, _libraries
from ._script import calls_ioc_init
from ._shell import run_shell


def run(databases: list[tuple[str, str]], script: str | None, macros: str, shell: bool) -> int:
    """Start the IOC, run the script with the macros, and run the shell. Return the exit code.

    ``databases`` are the files to load, each (file, macros).
    """
    try:
        return _run(databases, script, macros, shell)
    finally:
        _host.leave_thread()  # A thread that EPICS created would do this itself.


def _run(databases: list[tuple[str, str]], script: str | None, macros: str, shell: bool) -> int:
    _host.start(_libraries.dbd_files())
    if databases and script is not None and calls_ioc_init(script, macros):
        _host.load_at_init(databases)  # The records need the ports that the script creates.
        databases = []
    for file, values in databases:
        if _host.load_records(file, values):
            return _fail(f"{file} cannot be loaded; see the errors above")
    if databases and _host.ioc_init():
        return _fail("iocInit failed; see the errors above")
    if script is not None:
        if not Path(script).is_file():
            return _fail(f"the startup script {script} was not found")
        if _host.iocsh(script, macros):
            return _fail(f"the startup script {script} failed; see the errors above")
        for file, _ in _host.waiting_databases():
            return _fail(f"{file} cannot be loaded; see the errors above")
    if shell:
        run_shell()
    else:
        threading.Event().wait()  # A signal ends the process.
    return 0


def _fail(message: str) -> int:
    print(f"asynPythonIoc: {message}", file=sys.stderr)
    return 1
