"""A write() that does not return: the IOC ends soon all the same, and prints where the thread is."""

import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import DEADLINE, HOST_COMMAND, Ioc, StartIoc, eventually

pytestmark = pytest.mark.python_host

MODES = [mode for mode in ("own", "shared", "main") if mode != "own" or sys.version_info >= (3, 12)]
LIMIT = 10 + DEADLINE / 4  # s, on a busy machine

TEMPLATE = """
record(longout, "T:SET") { field(DTYP, "asynInt32") field(OUT, "@asyn(P1)VALUE") info(pyname, "value") }
"""
DRIVER = """
import time
from PythonDriver import PythonDriver
class D(PythonDriver):
    __db__ = "d.template"
    def write(self, reason, value):
        print("write begins")
        STUCK  # here
    def shutdown(self):
        print("shutdown() is called")
driver = D()
"""
STUCK = {
    "sleeps": "time.sleep(1e6)",
    "endless": "while True: pass",
    "asks": "input('what now? ')",
    "pdb": "breakpoint()",
}


def ended(ioc: Ioc, module: str, how: str) -> None:
    ioc.wait_for("write begins")
    start = time.monotonic()
    assert ioc.terminate() == 0, ioc.output
    assert time.monotonic() - start < LIMIT
    assert "shutdown() is called" in ioc.output
    assert "port P1: a thread has not returned from it" in ioc.output
    line = 1 + module.splitlines().index(next(line for line in module.splitlines() if "# here" in line))
    assert f'd.py", line {line}, in write' in ioc.output


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("how", STUCK)
def test_a_write_that_does_not_return(start_ioc: StartIoc, mode: str, how: str) -> None:
    module = DRIVER.replace("STUCK", STUCK[how])
    ioc = start_ioc(
        f'asynPythonDriverConfigure("P1", "d", 0, "interpreter={mode}")\ndbLoadRecords("d.template")\niocInit\n',
        modules={"d": module},
        files={"d.template": TEMPLATE},
    )
    ioc.command("dbpf T:SET 1")
    ended(ioc, module, how)


def test_by_a_scan_thread(start_ioc: StartIoc) -> None:
    module = DRIVER.replace("STUCK", STUCK["sleeps"])
    ioc = start_ioc(
        'asynPythonDriverConfigure("P1", "d")\ndbLoadRecords("d.template")\niocInit\n',
        modules={"d": module},
        files={"d.template": TEMPLATE.replace("info(", 'field(SCAN, ".1 second") info(')},
    )
    ended(ioc, module, "sleeps")


def test_a_debugger_at_a_terminal(tmp_path: Path) -> None:
    module = DRIVER.replace("STUCK", STUCK["pdb"])
    for name, text in {"d.py": module, "d.template": TEMPLATE}.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "st.cmd").write_text(
        'asynPythonDriverConfigure("P1", "d")\ndbLoadRecords("d.template")\niocInit\nsystem "touch up"\ndbpf T:SET 1\n'
    )
    master, slave = pty.openpty()
    process = subprocess.Popen([*HOST_COMMAND, "st.cmd"], cwd=tmp_path, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    try:
        eventually((tmp_path / "up").exists)
        output = ""
        while "(Pdb)" not in output:
            output += os.read(master, 1000).decode(errors="replace")
        process.terminate()
        assert process.wait(LIMIT) == 0
    finally:
        process.kill()
        process.wait()
        os.close(master)


# Runs at the start of each interpreter, before the port's module.
HANGING_SITE = """
import os, time
if "HANGING_SITE" in os.environ:
    print("write begins", flush=True)
    time.sleep(1e6)
"""


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "main"])
def test_a_sitecustomize_that_does_not_return(start_ioc: StartIoc, tmp_path: Path, mode: str) -> None:
    ioc = start_ioc(
        f'epicsEnvSet("HANGING_SITE", "1")\nasynPythonDriverConfigure("P1", "d", 0, "interpreter={mode}")\n',
        modules={"d": DRIVER, "sitecustomize": HANGING_SITE},
        environment={"PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])},
    )
    ioc.wait_for("write begins")
    start = time.monotonic()
    assert ioc.terminate() == 0, ioc.output
    assert time.monotonic() - start < LIMIT
