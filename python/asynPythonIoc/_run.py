"""What the IOC does between its start and its end. On the shell's thread."""

import sys
import threading
from pathlib import Path

from . import _host, _libraries
from ._script import calls_ioc_init
from ._shell import run_shell


def run(databases: list[tuple[str, str]], script: str | None, macros: str, shell: bool) -> int:
    """Starts the IOC, runs the script with the macros, and the shell. Returns the exit code."""
    try:
        return _run(databases, script, macros, shell)
    finally:
        _host.leave_thread()  # no thread of EPICS' own, which would do so itself


def _run(databases: list[tuple[str, str]], script: str | None, macros: str, shell: bool) -> int:
    _host.start(_libraries.dbd_files())
    if databases and script is not None and calls_ioc_init(script, macros):
        _host.load_at_init(databases)  # records need the ports that the script makes
        databases = []
    for file, values in databases:
        if _host.load_records(file, values):
            return _fail(f"{file} cannot be loaded")
    if databases and _host.ioc_init():
        return _fail("iocInit failed")
    if script is not None:
        if not Path(script).is_file():
            return _fail(f"there is no startup script {script}")
        if _host.iocsh(script, macros):
            return _fail(f"the startup script {script} failed")
        for file, _ in _host.waiting_databases():
            return _fail(f"{file} cannot be loaded")
    if shell:
        run_shell()
    else:
        threading.Event().wait()  # until a signal ends the process
    return 0


def _fail(message: str) -> int:
    print(f"asynPythonIoc: {message}", file=sys.stderr)
    return 1
