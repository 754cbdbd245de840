"""The command asynPythonIoc."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from . import _environment, _libraries
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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="asynPythonIoc",
        description="An EPICS IOC with asyn and Python port drivers. With -d the databases are loaded and "
        "the IOC is started; then the startup script is run; then commands are read.",
    )
    parser.add_argument("-m", dest="macros", metavar="MACROS", default="", help="for the -d that follow")
    parser.add_argument(
        "-d",
        dest="databases",
        metavar="FILE",
        action=_Database,
        default=[],
        help="load a database, and start the IOC before the script",
    )
    parser.add_argument("-S", dest="shell", action="store_false", help="no shell; run until a signal")
    parser.add_argument("-V", "--version", action="version", version=version("asynPythonDriver"))
    parser.add_argument("script", nargs="?", metavar="st.cmd", help="startup script")
    return parser


def main() -> None:
    """Runs the IOC; ends the process."""
    options = _parser().parse_args()
    _environment.set_environment(options.script)
    _libraries.load()
    from ._run import run  # its module needs the libraries

    sys.stdout.flush()
    process = Process(lambda: run(options.databases, options.script, options.shell))
    code = process.wait()
    from . import _host

    _host.shutdown(30.0, code)
    process.restore_terminal()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    # Not sys.exit: drivers' threads may be running in sub-interpreters, which Python must not take down.
    os._exit(code)
