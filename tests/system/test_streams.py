"""Standard streams that are closed, lost or replaced: the IOC starts, ends, and its exit code says how it did."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import DEADLINE, HOST_COMMAND, eventually

pytestmark = pytest.mark.python_host

MODES = [mode for mode in ("own", "shared", "main") if mode != "own" or sys.version_info >= (3, 12)]
# The port prints when it begins, when it is written to, and at its end.
DRIVER = """
import sys
from PythonDriver import PythonDriver
class D(PythonDriver):
    def shutdown(self):
        print("shutdown")
        print("shutdown", file=sys.stderr)
driver = D()
print("made")
"""
START = 'iocInit\nsystem "touch up"\n'


class Ended:
    """An IOC without the streams that tests usually read."""

    def __init__(self, folder: Path, mode: str, module: str, words: list[str], **streams: object) -> None:
        (folder / "d.py").write_text(module)
        (folder / "st.cmd").write_text(f'asynPythonDriverConfigure("P1", "d", 0, "interpreter={mode}")\n' + START)
        self._up = folder / "up"
        self.process = subprocess.Popen([*words, "st.cmd"], cwd=folder, **streams)  # type: ignore[call-overload]

    def wait_until_up(self) -> None:
        eventually(lambda: self._up.exists() or self.process.poll() is not None)
        assert self._up.exists(), f"it has ended with code {self.process.returncode}"

    def end(self, terminate: bool = True) -> int:
        self.wait_until_up()
        if terminate:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(15 + DEADLINE)


@pytest.fixture
def running() -> Iterator[list[Ended]]:
    iocs: list[Ended] = []
    yield iocs
    for ioc in iocs:
        if ioc.process.poll() is None:
            ioc.process.kill()
            ioc.process.wait()
        if ioc.process.stdin is not None:
            ioc.process.stdin.close()


@pytest.mark.parametrize("shell", ["", "-S"])
@pytest.mark.parametrize("closed", ["0", "1", "2", "0 1 2"])
def test_a_closed_stream_is_nothing(tmp_path: Path, running: list[Ended], closed: str, shell: str) -> None:
    closing = " ".join(f"{number}{'<' if number == '0' else '>'}&-" for number in closed.split())
    words = ["sh", "-c", f'exec "$0" "$@" {closing}', *HOST_COMMAND, *shell.split()]
    others = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    ioc = Ended(tmp_path, MODES[0], DRIVER, words, **others)
    running.append(ioc)
    # Without -S the shell is at the end of a stdin that is closed.
    assert ioc.end(terminate=shell == "-S" or "0" not in closed) == 0


REPLACED = {
    "None": "sys.stdout = sys.stderr = None",
    "closed": "sys.stdout.close()\nsys.stderr.close()",
    "broken": "class Broken:\n    def write(self, text): raise OSError(5, 'lost')\n"
    "    def flush(self): raise RuntimeError('lost')\nsys.stdout = sys.stderr = Broken()",
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("how", REPLACED)
def test_a_driver_may_replace_the_streams(tmp_path: Path, running: list[Ended], mode: str, how: str) -> None:
    module = DRIVER + REPLACED[how] + "\n"
    words = [*HOST_COMMAND, "-S"]
    ioc = Ended(tmp_path, mode, module, words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    running.append(ioc)
    assert ioc.end() == 0


# Becomes the leader of a terminal's session.
SESSION = """
import fcntl, os, signal, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGHUP, getattr(signal, sys.argv[1]))
os.execvp(sys.argv[2], sys.argv[2:])
"""


@pytest.mark.parametrize("hangup", ["taken", "ignored"])
def test_a_terminal_that_is_lost_ends_the_ioc(tmp_path: Path, running: list[Ended], hangup: str) -> None:
    master, slave = pty.openpty()
    leader = [sys.executable, "-c", SESSION, "SIG_IGN" if hangup == "ignored" else "SIG_DFL", *HOST_COMMAND]
    ioc = Ended(tmp_path, MODES[0], DRIVER, leader, stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
    running.append(ioc)
    os.close(slave)
    ioc.wait_until_up()
    os.close(master)
    assert ioc.process.wait(15 + DEADLINE) == 0


def test_nobody_reads_any_more(tmp_path: Path, running: list[Ended]) -> None:
    reading, writing = os.pipe()
    ioc = Ended(tmp_path, MODES[0], DRIVER, [*HOST_COMMAND, "-S"], stdout=writing, stderr=writing)
    running.append(ioc)
    os.close(writing)
    ioc.wait_until_up()
    os.close(reading)
    assert ioc.end() == 0
