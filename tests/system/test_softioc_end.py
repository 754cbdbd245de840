"""How an IOC that is a Python script ends at SIGTERM."""

import signal
from pathlib import Path

import pytest
from clients import get
from softioc_script import Scripts, scripts

__all__ = ["scripts"]
pytestmark = pytest.mark.python_host

ENDS = """
import atexit, ctypes, os, signal, threading, time
from softioc import autosave
builder.SetDeviceName("S")
autosave.configure(".", "kept", save_period=1000)
r = builder.longOut("R", initial_value=1, autosave=True)
softioc.iocsh('asynPythonDriverConfigure("PY", "other")')
builder.LoadDatabase()
atexit.register(sys.stdout.write, "at exit\\n")  # at once: the IOC may print, too
"""
PORT = (
    "from PythonDriver import PythonDriver\nclass D(PythonDriver):\n"
    "    def shutdown(self):\n        import sys; sys.stdout.write('port shut down\\n'); sys.stdout.flush()\ndriver = D()\n"
)
# Where the main thread may be when the signal comes; the last one is in a library, and signals do not get it out.
BUSY = {
    "in Python": "while True: r.get()\n",
    "asleep": "time.sleep(1000)\n",
    "in a lock": "threading.Event().wait()\n",
    "at the prompt": "softioc.interactive_ioc(globals())\n",
    "in a library": "c, m = ctypes.CDLL(None), ctypes.create_string_buffer(100)\nwhile True: c.pthread_mutex_lock(m)\n",
}


@pytest.mark.parametrize("main", BUSY)
def test_a_termination_from_init_on_is_an_end_in_good_order(scripts: Scripts, tmp_path: Path, main: str) -> None:
    (tmp_path / "other.py").write_text(PORT)
    ioc = scripts.start(ENDS + "softioc.iocInit()\nr.set(5)\nprint('up', flush=True)\n" + BUSY[main])
    ioc.wait_for("(?m)^up$")
    assert ioc.terminate() == 0, ioc.output
    assert "at exit\n" in ioc.output and "port shut down\n" in ioc.output
    assert (tmp_path / "kept.softsav").read_text() == "S:R: 5\n"


def test_a_termination_while_the_ioc_starts(scripts: Scripts, tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text(PORT)
    for marker in ("Starting iocInit", "iocRun: All initialization complete"):
        ioc = scripts.start(ENDS + "softioc.iocInit()\ntime.sleep(1000)\n")
        ioc.wait_for(marker)
        assert ioc.terminate() == 0, ioc.output
        assert "at exit\n" in ioc.output and "port shut down\n" in ioc.output


@pytest.mark.parametrize("before", [True, False])
def test_a_handler_of_the_script_stays(scripts: Scripts, tmp_path: Path, before: bool) -> None:
    (tmp_path / "other.py").write_text(PORT)
    lines = ["signal.signal(signal.SIGTERM, lambda *_: os._exit(7))\n", "softioc.iocInit()\n"]
    ioc = scripts.start(
        ENDS + "".join(lines if before else reversed(lines)) + "print('up', flush=True)\ntime.sleep(1000)\n"
    )
    ioc.wait_for("(?m)^up$")
    assert ioc.terminate() == 7
    assert "at exit" not in ioc.output


def test_a_second_termination_ends_the_process_at_once(scripts: Scripts, tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text(PORT)
    ioc = scripts.start(
        ENDS + "atexit.register(lambda: (print('it', 'hangs', flush=True), time.sleep(1000)))\n"
        "softioc.iocInit()\nprint('up', flush=True)\ntime.sleep(1000)\n"
    )
    ioc.wait_for("(?m)^up$")
    ioc.process.send_signal(signal.SIGTERM)
    ioc.wait_for("it hangs")
    assert ioc.terminate() == -signal.SIGTERM


def test_a_termination_of_a_child_is_its_own(scripts: Scripts) -> None:
    """Of a fork, and of another program."""
    ioc = scripts.run(
        "import multiprocessing as mp, os, signal, subprocess\nbuilder.SetDeviceName('P')\na = builder.aOut('A', initial_value=1)\n"
        "def forked():\n    if (child := os.fork()) == 0: time.sleep(30); os._exit(1)\n"
        "    os.kill(child, signal.SIGTERM); return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])\n"
        "def program():\n    p = subprocess.Popen(['sleep', '30']); p.terminate(); return p.wait()\n"
        "def worker():\n    p = mp.get_context('fork').Process(target=time.sleep, args=(30,)); p.start(); p.terminate(); p.join(); return p.exitcode\n"
    )
    assert ioc.ask("forked(), program(), worker()", 60) == "(-15, -15, -15)"
    assert get("P:A") == 1
    assert ioc.terminate() == 0, ioc.output


def test_an_end_of_python_while_another_thread_ends_the_process(scripts: Scripts) -> None:
    """The main thread comes to its last line while the exit handlers run."""
    ioc = scripts.start(
        "import atexit, os, signal\nbuilder.SetDeviceName('P')\na = builder.aOut('A', initial_value=1)\nbuilder.LoadDatabase()\n"
        "inside = threading.Event()\n"
        "atexit.register(lambda: (inside.set(), time.sleep(1), sys.stdout.write('at exit\\n')))\n"
        "softioc.iocInit()\nos.kill(os.getpid(), signal.SIGTERM)\ninside.wait()\n"
    )
    assert ioc.finish() == 0, ioc.output
    assert ioc.output.count("at exit") == 1
