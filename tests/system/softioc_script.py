"""IOCs that are Python scripts, for the tests of softioc."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import uuid4

import pytest
from conftest import DEADLINE, SCRIPT_COMMAND, Ioc

# What a script prints is written by lines, each in one piece: nothing comes between a text and its end.
HEAD = """import sys, threading, time
sys.stdout.reconfigure(line_buffering=True)
import numpy as np
from softioc import alarm, builder, softioc
builder.SetDeviceName({prefix!r})
"""
START = "\nbuilder.LoadDatabase()\nsoftioc.iocInit()\nprint('up')\n"
SHELL = "softioc.interactive_ioc(globals())\n"
# Says "up" when the script listens to signals.
QUIET = """
import signal
def tell():
    while signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        time.sleep(0.01)
    print("up")
builder.LoadDatabase()
softioc.iocInit()
threading.Thread(target=tell).start()
softioc.non_interactive_ioc()
"""


class Script(Ioc):
    """The process; its shell is Python's."""

    def __init__(
        self,
        arguments: list[str],
        folder: Path,
        environment: dict[str, str] | None = None,
        before: Sequence[str] = (),
    ) -> None:
        super().__init__(arguments, folder, environment, [*before, *SCRIPT_COMMAND])

    def wait_until_up(self) -> None:
        self.wait_for("(?m)^up$", 3 * DEADLINE)

    def ask(self, line: str, timeout: float = DEADLINE) -> str:
        """What an expression is, as repr shows it."""
        mark = f"mark-{time.monotonic_ns()}"
        # With its end in the same write: another thread may flush between two of them.
        self.command(f"print('{mark} ' + repr(({line})) + ' {mark[5:]}\\n', end='')")
        return self.wait_for(rf"(?s){mark} (.*?) {mark[5:]}\n", timeout)[1]

    def do(self, line: str, timeout: float = DEADLINE) -> str:
        """Runs a statement; what it has printed."""
        mark = f"mark-{time.monotonic_ns()}"
        start = len(self.output)
        self.command(line)
        self.command(f"print('{mark}\\n', end='')")
        self.wait_for(rf"(?m){mark}$", timeout)
        return self.output[start:]

    def until(self, line: str, expected: str, timeout: float = DEADLINE) -> None:
        """Asks until the answer is the expected one."""
        deadline = time.monotonic() + timeout
        while (answer := self.ask(line)) != expected:
            assert time.monotonic() < deadline, f"{line} is {answer}, not {expected}\n{self.output}"


class Scripts:
    """Starts the scripts of one test, in one folder, and ends what is left of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.prefix = f"T{uuid4().hex[:8]}"  # of records, unless the script names another
        self._iocs: list[Script] = []

    def start(
        self,
        source: str,
        head: str = HEAD,
        environment: dict[str, str] | None = None,
        before: Sequence[str] = (),
    ) -> Script:
        """A script as it is, behind its head; ``before`` goes before the command."""
        (self.folder / "ioc.py").write_text(head.format(prefix=self.prefix) + source)
        ioc = Script(["-W", "error", "ioc.py"], self.folder, environment, before)
        self._iocs.append(ioc)
        return ioc

    def run(self, records: str, after: str = "", head: str = HEAD, before: Sequence[str] = ()) -> Script:
        """A script that makes records, starts the IOC, does what comes after, and reads commands: when it is up."""
        ioc = self.start(records + START + after + SHELL, head, before=before)
        ioc.wait_until_up()
        return ioc

    def say(self, source: str) -> str:
        """The output of a script that ends by itself, with code 0."""
        ioc = self.start(source)
        assert ioc.finish() == 0, ioc.output
        return ioc.output

    def kill(self) -> None:
        for ioc in self._iocs:
            ioc.kill()


@pytest.fixture
def scripts(tmp_path: Path) -> Iterator[Scripts]:
    scripts = Scripts(tmp_path)
    yield scripts
    scripts.kill()
