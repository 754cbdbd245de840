"""The end of an IOC: exit code 0 within a bounded time, whatever its drivers' threads do."""

import itertools
import os
import re
import signal
import sys
import time
from pathlib import Path

import pytest
from conftest import DEADLINE, EXECUTABLE, Ioc, StartIoc

MODES = [mode for mode in ("own", "shared", "main") if mode != "own" or sys.version_info >= (3, 12)]
# s, from the request to the end: threads that do not end are given 2 s, an endless shutdown() 7 s, all ports' at once:
# one after the other they would take longer than this.
LIMIT = 12 + DEADLINE

# Each with a thread that does something else; shutdown() and an atexit handler leave their marks.
HEAD = """
import atexit, threading, time
from PythonDriver import PythonDriver
import _asynPython

def mark(what):
    with open(f"mark-{_asynPython.port}-{what}", "a") as file:
        file.write("x")

started = threading.Event()

class D(PythonDriver):
    def shutdown(self):
        mark("shutdown")

driver = D()
atexit.register(mark, "atexit")
"""
THREAD = "threading.Thread(target=work).start()\nassert started.wait(60)\n"
KINDS = {
    "finite": "def work():\n    started.set()\n    time.sleep(0.05)\n",
    "sleep": "def work():\n    started.set()\n    time.sleep(1e6)\n",
    "recv": "import socket\npair = socket.socketpair()\ndef work():\n    started.set()\n    pair[0].recv(1)\n",
    "lock": "lock = threading.Lock()\nlock.acquire()\ndef work():\n    started.set()\n    lock.acquire()\n",
    # cat ends with the IOC, whose end of the pipe is closed then
    "process": "import subprocess\ncat = subprocess.Popen(['cat'], stdin=subprocess.PIPE)\n"
    "def work():\n    started.set()\n    cat.wait()\n",
    "foreign": "import ctypes\ndef work():\n    started.set()\n    ctypes.CDLL(None).pause()\n",
    "loop": "import asyncio\ndef work():\n    loop = asyncio.new_event_loop()\n"
    "    loop.call_soon(started.set)\n    loop.run_forever()\n",
    "busyloop": "import asyncio\nasync def main():\n    started.set()\n    while True:\n"
    "        await asyncio.gather(asyncio.sleep(0.001), asyncio.to_thread(time.sleep, 0.001))\n"
    "def work():\n    asyncio.run(main())\n",
    "pool": "from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(3)\n"
    "def work():\n    started.set()\nlist(pool.map(abs, range(9)))\npool.submit(time.sleep, 1e6)\n",
}
LOOPING = "def work():\n    started.set()\n    while True:\n        pass\n"
NUMPY = (
    "import numpy as np\nmatrix = np.ones((300, 300))\ndef work():\n    while True:\n"
    "        matrix @ matrix\n        started.set()\n"
)
# Threads in a loop take the time of the others: the last.
MODULES = {name: HEAD + text + THREAD for name, text in KINDS.items()}
BUSY = {
    "blas": HEAD + NUMPY + THREAD,
    "looping": HEAD + LOOPING + THREAD,
    "daemon": HEAD + LOOPING + THREAD.replace("work)", "work, daemon=True)"),
    "updating": HEAD + "def work():\n    started.set()\n    while True:\n        driver.update()\n" + THREAD,
}
MODULES.update(BUSY)


def script(modules: list[str], *modes: str) -> str:
    """Each module in one of the modes, in turn."""
    return "".join(
        f'asynPythonDriverConfigure("{name.upper()}", "{name}", 0, "interpreter={mode}")\n'
        for name, mode in zip(modules, itertools.cycle(modes), strict=False)
    )


def marks(folder: Path, ports: list[str], what: str) -> dict[str, str]:
    files = {port: folder / f"mark-{port}-{what}" for port in ports}
    return {port: file.read_text() if file.exists() else "" for port, file in files.items()}


def end(ioc: Ioc, ending: str) -> int:
    assert ioc.process.stdin is not None
    if ending == "exit":
        ioc.command("exit")
    elif ending == "input":
        ioc.process.stdin.close()
    else:
        ioc.process.send_signal(getattr(signal, ending))
    start = time.monotonic()
    code = ioc.finish(LIMIT)
    print(f"ended by {ending} in {time.monotonic() - start:.1f} s")
    return code


# A facility's executable has the system's own way with signals.
ENDINGS = [(MODES, ending) for ending in ["exit", "input", "SIGTERM", "SIGINT"][: 2 if EXECUTABLE else 4]]


@pytest.mark.parametrize("modes, ending", [([mode], "exit") for mode in MODES] + ENDINGS)
def test_an_ioc_ends_whatever_its_threads_do(
    start_ioc: StartIoc, tmp_path: Path, modes: list[str], ending: str
) -> None:
    names = list(MODULES)
    if "own" in modes and sys.version_info < (3, 13):  # which refuses numpy and ctypes there
        names = [name for name in names if name not in ("blas", "foreign")]
    if len(modes) > 1:
        names = names[: -len(BUSY)] + names[-1:]
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    ioc = start_ioc(
        script(names, *modes) + "iocInit\necho up\n", modules=MODULES, environment={"TMPDIR": str(temporary)}
    )
    ioc.wait_for("(?m)^up$", 60)
    assert "Traceback" not in ioc.output
    assert end(ioc, ending) == 0, ioc.output
    ports = [name.upper() for name in names]
    assert marks(tmp_path, ports, "shutdown") == dict.fromkeys(ports, "x")
    assert marks(tmp_path, ports, "atexit") == dict.fromkeys(ports, "x")
    for port in ("SLEEP", "RECV", "LOCK", "PROCESS", "FOREIGN", "LOOP"):
        assert named(ioc, port) or port not in ports, port
    for port in ("FINITE", "UPDATING"):
        assert not named(ioc, port), port
    assert list(temporary.iterdir()) == []


def named(ioc: Ioc, port: str) -> bool:
    return re.search(rf"port {port}: thread \S+ .*still runs", ioc.output) is not None


HANGING = {
    "inshutdown": HEAD.replace('mark("shutdown")', 'mark("shutdown")\n        while True:\n            pass'),
    "inatexit": HEAD + "\n@atexit.register\ndef endless():\n    while True:\n        time.sleep(0.001)\n",
    "raises": HEAD.replace('mark("shutdown")', "raise OSError('no more')"),
}


def test_a_port_that_hangs_at_the_end_is_named(start_ioc: StartIoc, tmp_path: Path) -> None:
    """All modes in one IOC: it takes no longer with six such ports than with one."""
    lines = "".join(
        f'asynPythonDriverConfigure("{name}-{mode}", "{name}", 0, "interpreter={mode}")\n'
        for mode in MODES
        for name in HANGING
    )
    ioc = start_ioc(lines + "iocInit\necho up\n", modules=HANGING)
    ioc.wait_for("(?m)^up$", 60)
    assert end(ioc, "exit") == 0, ioc.output
    for mode in MODES:
        for name in ("inshutdown", "inatexit"):
            assert f"port {name}-{mode}: shutdown() or an atexit handler has not returned" in ioc.output
        assert f"port raises-{mode}: shutdown: Traceback" in ioc.output
    raised = [f"raises-{mode}" for mode in MODES]
    assert marks(tmp_path, raised, "atexit") == dict.fromkeys(raised, "x")


POLICY = "import os\n" + HEAD.replace('mark("shutdown")', 'print("policy", os.sched_getscheduler(0))')


@pytest.mark.python_host  # an executable is started without the right to real-time priorities, see conftest.py
def test_an_endless_shutdown_would_leave_the_processor_to_others(start_ioc: StartIoc) -> None:
    ioc = start_ioc(
        script(["policy"], "auto") + "iocInit\necho up\n",
        modules={"policy": POLICY},
        environment={"EPICS_ALLOW_POSIX_THREAD_PRIORITY_SCHEDULING": "YES"},
    )
    ioc.wait_for("(?m)^up$")
    threads = [int(task.name) for task in Path(f"/proc/{ioc.process.pid}/task").iterdir()]
    if {os.sched_getscheduler(thread) for thread in threads} == {os.SCHED_OTHER}:
        pytest.skip("the user has no right to real-time priorities")
    assert end(ioc, "exit") == 0, ioc.output
    assert f"policy {os.SCHED_OTHER}\n" in ioc.output


HOLDING = HEAD + (
    "import ctypes\ndef work():\n    started.set()\n    time.sleep(0.05)\n"
    "    ctypes.PyDLL(None).sleep(1000000)  # with the GIL\n"
    "driver.shutdown = lambda: threading.Thread(target=work).start()\n"
)


@pytest.mark.python_host
def test_a_thread_that_keeps_the_gil_does_not_keep_the_ioc(start_ioc: StartIoc) -> None:
    ioc = start_ioc(script(["holding"], "main") + "iocInit\necho up\n", modules={"holding": HOLDING})
    ioc.wait_for("(?m)^up$")
    assert end(ioc, "exit") == 0, ioc.output
    assert re.search("port HOLDING: (thread|shutdown)", ioc.output), ioc.output


def test_a_killed_ioc_does_not_hinder_the_next(start_ioc: StartIoc) -> None:
    start = script(["updating", "blas"], "shared") + "iocInit\necho up\n"
    ioc = start_ioc(start, modules=MODULES)
    ioc.wait_for("(?m)^up$")
    ioc.process.kill()
    assert ioc.finish() == -signal.SIGKILL
    ioc = start_ioc(start, modules=MODULES)
    ioc.wait_for("(?m)^up$")
    assert end(ioc, "exit") == 0, ioc.output


def test_a_port_that_is_shut_down_before_the_end(start_ioc: StartIoc, tmp_path: Path) -> None:
    """shutdown() is called once, there and not again at the end."""
    ioc = start_ioc(script(["finite", "sleep"], "auto") + "iocInit\necho up\n", modules=MODULES)
    ioc.wait_for("(?m)^up$")
    ioc.ask("asynShutdownPort FINITE")
    ioc.ask("asynShutdownPort SLEEP")
    assert "port SLEEP: its interpreter is left behind: threads" in ioc.output
    assert "drivers: 0" in (report := ioc.ask("asynPythonReport"))
    assert "interpreters: 1, left behind: 1" in report
    assert end(ioc, "exit") == 0, ioc.output
    assert set(marks(tmp_path, ["FINITE", "SLEEP"], "shutdown").values()) == {"x"}


# Runs at the start of each interpreter, before the port's module.
SLOW_SITE = """
import os, time
if "SLOW_SITE" in os.environ:
    print("made", flush=True)
    time.sleep(1)
"""


@pytest.mark.python_host
@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "main"])
def test_the_end_while_a_port_gets_its_interpreter(start_ioc: StartIoc, tmp_path: Path, mode: str) -> None:
    """The driver is not deleted under the shell's thread, and that one does not go on to iocInit."""
    ioc = start_ioc(
        script(["sleep"], mode)  # whose end takes 2 s
        + 'epicsEnvSet("SLOW_SITE", "1")\n'
        + script(["finite", "lock"], mode)
        + "iocInit\necho up\n",
        modules={**MODULES, "sitecustomize": SLOW_SITE},
        environment={"PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])},
    )
    ioc.wait_for("(?m)^made$")
    assert end(ioc, "SIGTERM") == 0, ioc.output
    assert "Mutex" not in ioc.output
    assert "port LOCK: it is not made, since the process ends" in ioc.output
    assert not re.search("(?m)^up$", ioc.output)
