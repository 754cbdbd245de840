"""The command asynPythonIoc."""

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any, NoReturn

from . import _environment, _libraries, _limits, _streams
from ._process import Process


class _Database(argparse.Action):
    """-m holds for the -d options that follow it."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        namespace.databases.append((values, namespace.macros))


class _Version(argparse.Action):
    """Prints the version, which takes a moment to look up."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        parser.exit(message=version("asynPythonDriver") + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="asynPythonIoc",
        description="An EPICS IOC with asyn and Python port drivers. With -d the databases are loaded and "
        "the IOC is started; then the startup script is run; then commands are read. If the script calls iocInit, "
        "the databases are loaded just before that.",
    )
    parser.add_argument(
        "-m", dest="macros", metavar="MACROS", default="", help="for the -d that follow; the last also for the script"
    )
    parser.add_argument(
        "-d",
        dest="databases",
        metavar="FILE",
        action=_Database,
        default=[],
        help="load a database, and start the IOC before the script unless that calls iocInit",
    )
    parser.add_argument("-S", dest="shell", action="store_false", help="no shell; run until a signal")
    parser.add_argument("-V", "--version", action=_Version, nargs=0, help="print the version and exit")
    parser.add_argument("script", nargs="?", metavar="st.cmd", help="startup script")
    return parser


def main() -> None:
    """Runs the IOC; ends the process."""
    _streams.open_missing()
    _streams.replace_missing()
    options = _parser().parse_args()
    try:
        _limits.allow_files()
    except OSError as error:
        sys.exit(f"asynPythonIoc: {error}")
    _environment.set_environment(options.script)
    _libraries.load()
    from ._run import run  # its module needs the libraries

    _streams.flush()
    _end(Process(lambda: run(options.databases, options.script, options.macros, options.shell)))


def _end(process: Process) -> NoReturn:
    """Waits for the end, and ends the process; whatever fails on the way, with the code that was decided first."""
    code = 1
    try:
        code = process.wait()
        from . import _host

        _host.shutdown(_host.EXIT_LIMIT, code)
        process.restore_terminal()
    except Exception:
        traceback.print_exc()
    finally:
        try:
            _streams.flush()
        finally:
            # Not sys.exit: drivers' threads may be running in sub-interpreters, which Python must not take down.
            os._exit(code)
