"""A live IOC as a subprocess, with ports of its own on loopback, and clients for it.

The IOC is a Python process, asynPythonIoc. With ASYNPYTHON_IOC set to the scope IOC's executable, built on a
facility's asyn, it is that; tests of the Python process itself are then left out.
"""

import atexit
import ctypes
import os
import random
import re
import resource
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXECUTABLE = Path(os.environ["ASYNPYTHON_IOC"]) if os.environ.get("ASYNPYTHON_IOC") else None
# The top of the scope IOC as an application: bin/<architecture>/scope, dbd/scope.dbd, iocBoot/iocscope.
SCOPE = EXECUTABLE.parents[2] if EXECUTABLE else ROOT / "iocs" / "scopeIOC"
# A facility's Base may be built without the modules of PVAccess.
SERVES_PVA = not EXECUTABLE or "QSRVRegistrar" in (SCOPE / "dbd" / "scope.dbd").read_text()
# An executable of a facility finds its own Python, the packages are those of this environment.
HOST_ENVIRONMENT = {"VIRTUAL_ENV": sys.prefix, "PYTHONPATH": str(ROOT / "python")} if EXECUTABLE else {}
HOST_COMMAND = [str(EXECUTABLE)] if EXECUTABLE else [sys.executable, "-m", "asynPythonIoc"]
SCRIPT_COMMAND = [sys.executable, "-m", "pythonIoc"]
if "ASYNPYTHON_PYTHON" in os.environ:  # Python in another way: see tests/sanitizers/run
    python = shlex.split(os.environ["ASYNPYTHON_PYTHON"])
    HOST_COMMAND, SCRIPT_COMMAND = [*python, "-m", "asynPythonIoc"], [*python, "-m", "pythonIoc"]
# What every classic startup script begins with.
HOST_SCRIPT = (
    f'dbLoadDatabase "{SCOPE}/dbd/scope.dbd"\nscope_registerRecordDeviceDriver pdbbase\n' if EXECUTABLE else ""
)
CRASHES = [-number for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE)]
# s, for anything that a healthy IOC does at once
DEADLINE = float(os.environ.get("ASYNPYTHON_DEADLINE", 20))
# s, for the end of an IOC: a script ends itself with code 1 when that takes more than 30 s
END = 30 + DEADLINE


def _is_free(port: int, kind: int) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _free_ports(count: int) -> list[int]:
    """Ports of this run alone. The IOCs of its tests follow each other there, and in between the ports are free:
    so they are below those that the system gives to clients, and the one before them is held to the end of the run,
    for other runs to see.
    """
    for first in random.sample(range(10000, 32000, count + 1), 1000):
        holder = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        ports = list(range(first + 1, first + 1 + count))
        try:
            holder.bind(("127.0.0.1", first))
        except OSError:
            holder.close()
            continue
        if all(_is_free(port, kind) for port in ports for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM)):
            atexit.register(holder.close)
            return ports
        holder.close()
    raise AssertionError("no free ports from 10000 to 32000")


def _network() -> dict[str, str]:
    ca, repeater, pva, broadcast = _free_ports(4)
    return {
        "EPICS_CA_SERVER_PORT": str(ca),
        "EPICS_CA_REPEATER_PORT": str(repeater),
        "EPICS_CA_ADDR_LIST": "127.0.0.1",
        "EPICS_CA_AUTO_ADDR_LIST": "NO",
        "EPICS_CAS_INTF_ADDR_LIST": "127.0.0.1",
        "EPICS_PVA_SERVER_PORT": str(pva),
        "EPICS_PVA_BROADCAST_PORT": str(broadcast),
        "EPICS_PVA_ADDR_LIST": "127.0.0.1",
        "EPICS_PVA_AUTO_ADDR_LIST": "NO",
        "EPICS_PVAS_SERVER_PORT": str(pva),
        "EPICS_PVAS_BROADCAST_PORT": str(broadcast),
        "EPICS_PVAS_INTF_ADDR_LIST": "127.0.0.1",
        "EPICS_PVAS_BEACON_ADDR_LIST": "127.0.0.1",
    }


def installed_flags(option: str) -> list[str]:
    """What `python -m PythonDriver` tells the build of a C++ driver."""
    command = [sys.executable, "-m", "PythonDriver", option]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if EXECUTABLE:
        skip = pytest.mark.skip(reason="of the Python process or of the bundled library")
        for item in items:
            if item.get_closest_marker("python_host"):
                item.add_marker(skip)


# Before any client library is imported, since they look once.
os.environ.update(_network())
os.environ.setdefault("EPICS_ALLOW_POSIX_THREAD_PRIORITY_SCHEDULING", "NO")
if EXECUTABLE:
    # A Base that does not know this variable gives root's threads real-time priorities, and the endless loops of
    # some tests would have the machine to themselves. What is started without the capability has none.
    PR_CAPBSET_DROP, CAP_SYS_NICE = 24, 23
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_SYS_NICE, 0, 0, 0)


def native_backtrace(folder: Path) -> str:
    """Of the core file in the folder that the IOC ran in, where the system writes it there and gdb is installed."""
    cores = sorted(folder.glob("core*"))
    if not cores or shutil.which("gdb") is None:
        return "there is no core file, or no gdb, for a native backtrace"
    program = str(EXECUTABLE or sys.executable)
    command = ["gdb", "-batch", "-nx", "-ex", "bt 40", "-ex", "thread apply all bt 12", program, str(cores[0])]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, errors="replace")
    cores[0].unlink()
    return "\n".join(line for line in done.stdout.splitlines() if re.match("#|Thread|Program term", line))


class Ioc:
    """The IOC as a subprocess."""

    def __init__(
        self,
        arguments: list[str],
        cwd: Path,
        environment: dict[str, str] | None = None,
        command: list[str] | None = None,
    ):
        self.output = ""
        self.cwd = cwd
        self._changed = threading.Condition()
        self.process = subprocess.Popen(
            [*(command or HOST_COMMAND), *arguments],
            cwd=cwd,
            env={**os.environ, **HOST_ENVIRONMENT, "NO_COLOR": "1", "PYTHONFAULTHANDLER": "1", **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="backslashreplace",
            bufsize=1,
        )
        most = resource.getrlimit(resource.RLIMIT_CORE)[1]
        resource.prlimit(self.process.pid, resource.RLIMIT_CORE, (most, most))
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._changed:
                self.output += line
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    def wait_for(self, pattern: str, timeout: float = DEADLINE) -> re.Match[str]:
        """Waits until the output has a match."""
        return self.wait_for_count(pattern, 1, timeout)[0]

    def wait_for_count(self, pattern: str, count: int, timeout: float = DEADLINE) -> list[re.Match[str]]:
        """Waits until the output has as many matches, or more.

        What the IOC writes comes through a pipe and from threads of its own, so it may come after the answer to a
        client. That there are no more matches is to be asserted after something that the IOC writes behind them.
        """
        deadline = time.monotonic() + timeout
        with self._changed:
            while len(matches := list(islice(re.finditer(pattern, self.output), count))) < count:
                left = deadline - time.monotonic()
                if left <= 0 or (not self._reader.is_alive()):
                    break
                self._changed.wait(min(left, 0.5))
        if len(matches) < count:
            found = f"{len(matches)} of {count}" if matches else "no"
            raise AssertionError(f"{found} {pattern!r} in the output of the IOC, {self._post_mortem()}")
        return matches

    def _post_mortem(self) -> str:
        """How it ended and what it wrote; one that still runs is aborted, so that its threads are to be seen."""
        try:
            state = f"which has ended with exit code {self.process.wait(0 if self._reader.is_alive() else 10)}"
        except subprocess.TimeoutExpired:
            state = "which still runs"
            self.process.send_signal(signal.SIGABRT)
            try:
                self.process.wait(60)  # for its core file
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._reader.join(10)
        code = self.process.returncode
        backtrace = native_backtrace(self.cwd) if code < 0 and code != -signal.SIGKILL else ""
        return f"{state}:\n{self.output}\n{backtrace}"

    def command(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def ask(self, line: str, timeout: float = DEADLINE) -> str:
        """The output of one command, with what it sends to the error log."""
        mark = f"mark-{time.monotonic_ns()}"
        start = len(self.output)
        self.command(line)
        self.command("eltc 1")  # waits for the error log, which has a thread of its own
        self.command(f"echo {mark}")
        self.wait_for(rf"(?m)^.*{mark}$", timeout)
        return self.output[start:]

    def finish(self, timeout: float = END) -> int:
        """Waits for the process's end; its exit code."""
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"no end within {timeout:g} s of the IOC, {self._post_mortem()}") from None
        self._reader.join(10)
        if code in CRASHES:
            self.output += native_backtrace(self.cwd)
        return code

    def exit(self) -> int:
        self.command("exit")
        return self.finish()

    def terminate(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.finish()

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.finish()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()


StartIoc = Callable[..., Ioc]


@pytest.fixture
def start_ioc(tmp_path: Path) -> Iterator[StartIoc]:
    """start_ioc(script, modules={"name": source}, files={"x.template": text}): an IOC that is killed at the end."""
    running = []

    def start(
        script: str = "",
        modules: dict[str, str] | None = None,
        files: dict[str, str] | None = None,
        arguments: list[str] | None = None,
        environment: dict[str, str] | None = None,
    ) -> Ioc:
        for name, source in (modules or {}).items():
            (tmp_path / f"{name}.py").write_text(source)
        for name, text in (files or {}).items():
            (tmp_path / name).write_text(text)
        if script:
            (tmp_path / "st.cmd").write_text(HOST_SCRIPT + script)
            arguments = [*(arguments or []), "st.cmd"]
        ioc = Ioc(arguments or [], tmp_path, environment)
        running.append(ioc)
        return ioc

    yield start
    for ioc in running:
        ioc.kill()


@pytest.fixture(scope="module")
def scope_ioc() -> Iterator[Ioc]:
    """The scope IOC with its own startup script."""
    ioc = Ioc(["st.cmd"], SCOPE / "iocBoot" / "iocscope")
    try:
        ioc.command('echo "scope is ready"')
        ioc.wait_for(r"(?m)^.*scope is ready$")
        yield ioc
        assert ioc.exit() == 0
    finally:
        ioc.kill()


@pytest.fixture
def pva() -> Iterator[object]:
    """A PVAccess client, for one test: it would look ever more seldom for names of an IOC that has ended."""
    from clients import Pva

    if not SERVES_PVA:
        pytest.skip("this Base has no PVAccess")
    with Pva(nt=False) as context:
        yield context


def eventually(check: Callable[[], object], timeout: float = DEADLINE) -> object:
    """Calls check until it returns something true, and returns that."""
    deadline = time.monotonic() + timeout
    while not (result := check()):
        assert time.monotonic() < deadline, f"{check} did not come true within {timeout} s"
        time.sleep(0.02)
    return result
