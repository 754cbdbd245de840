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
    """Stores each -d with the macros of the last -m before it."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        namespace.databases.append((values, namespace.macros))


class _Version(argparse.Action):
    """Prints the version. Unlike argparse's own action, it looks the version up only if it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib.metadata import version

        parser.exit(message=version("asynPythonDriver") + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="asynPythonIoc",
        description="Run an EPICS IOC with asyn and Python port drivers. The databases of -d are loaded and the IOC is "
        "started. Then the startup script is run. Then the IOC shell reads commands. If the script calls iocInit, "
        "the databases are loaded just before iocInit instead.",
    )
    parser.add_argument(
        "-m",
        dest="macros",
        metavar="MACROS",
        default="",
        help="set the macros for the -d options that follow; the last -m also applies to the script",
    )
    parser.add_argument(
        "-d",
        dest="databases",
        metavar="FILE",
        action=_Database,
        default=[],
        help="load a database; the IOC starts before the script, unless the script calls iocInit",
    )
    parser.add_argument("-S", dest="shell", action="store_false", help="run without a shell until a signal arrives")
    parser.add_argument("-V", "--version", action=_Version, nargs=0, help="print the version and exit")
    parser.add_argument("script", nargs="?", metavar="st.cmd", help="startup script")
    return parser


def main() -> None:
    """Run the IOC and end the process."""
    _streams.open_missing()
    _streams.replace_missing()
    options = _parser().parse_args()
    try:
        _limits.allow_files()
    except OSError as error:
        sys.exit(f"asynPythonIoc: {error}")
    _environment.set_environment(options.script)
    _libraries.load()
    from ._run import run  # The import needs the loaded libraries.

    _streams.flush()
    _end(Process(lambda: run(options.databases, options.script, options.macros, options.shell)))


def _end(process: Process) -> NoReturn:
    """Wait for the end of the IOC, shut it down and end the process, even if a step fails.

    The exit code is that of the IOC, or 1 if waiting for it fails.
    """
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
            # Not sys.exit: Python cannot finalise while drivers' threads may run in sub-interpreters.
            os._exit(code)
