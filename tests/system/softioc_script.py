"""An IOC that is a Python script, for the tests of softioc."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import DEADLINE, SCRIPT_COMMAND, Ioc

HEAD = "import sys, threading, time\nimport numpy as np\nfrom softioc import alarm, builder, softioc\n"
START = "builder.LoadDatabase()\nsoftioc.iocInit()\nprint('up')\n"
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
SHELL = "softioc.interactive_ioc(globals())\n"


class Script(Ioc):
    """The process; its shell is Python's."""

    def ask(self, line: str, timeout: float = DEADLINE) -> str:
        """What an expression is, as repr shows it."""
        mark = f"mark-{time.monotonic_ns()}"
        self.command(f"print('{mark}', repr(({line})), '{mark}')")
        return self.wait_for(rf"(?s)mark.{mark[5:]} (.*?) {mark}", timeout)[1]

    def do(self, line: str, timeout: float = DEADLINE) -> str:
        """Runs a statement; what it has printed."""
        mark = f"mark-{time.monotonic_ns()}"
        start = len(self.output)
        self.command(line)
        self.command(f"print('{mark}')")
        self.wait_for(rf"(?m){mark}$", timeout)
        return self.output[start:]

    def until(self, line: str, expected: str, timeout: float = DEADLINE) -> None:
        """Asks until the answer is the expected one."""
        deadline = time.monotonic() + timeout
        while (answer := self.ask(line)) != expected:
            assert time.monotonic() < deadline, f"{line} is {answer}, not {expected}\n{self.output}"


StartScript = Callable[..., Script]


@pytest.fixture
def start_script(tmp_path: Path) -> Iterator[StartScript]:
    """start_script(records): a script that makes records, starts the IOC and reads commands.

    ``after`` runs once the IOC has started; ``whole`` leaves the start and the shell to the script.
    """
    running = []

    def start(
        source: str,
        after: str = "",
        whole: bool = False,
        command: list[str] | None = None,
        environment: dict[str, str] | None = None,
    ) -> Script:
        path = tmp_path / f"ioc{len(running)}.py"
        path.write_text(HEAD + source + ("" if whole else START + after + SHELL))
        ioc = Script([path.name], tmp_path, environment, command or [*SCRIPT_COMMAND, "-u"])
        running.append(ioc)
        if not whole:
            ioc.wait_for("(?m)^up$", 3 * DEADLINE)
        return ioc

    yield start
    for ioc in running:
        ioc.kill()
