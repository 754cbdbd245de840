"""Eight ports of all modes at once: threads in C++ that put and process, threads in Python that assign and update,
exceptions at random, and a port that is shut down and made again meanwhile.

ASYNPYTHON_STRESS_SECONDS says for how long.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import DEADLINE, ROOT, StartIoc, eventually, installed_flags

pytestmark = pytest.mark.python_host  # its library is built with the flags of the installation
SECONDS = float(os.environ.get("ASYNPYTHON_STRESS_SECONDS", 10))
PORTS, THREADS = 8, 8
MODES = (["own"] if sys.version_info >= (3, 12) else []) + ["shared", "main"]

DRIVER = """
import array, random, threading
from PythonDriver import PythonDriver

class Stress(PythonDriver):
    __db__ = "stress.template"
    def __init__(self):
        self.count = 0
        self.train = [0.0]
        self.value = 0
        for work in self.scalars, self.arrays:
            threading.Thread(target=work).start()
    def read(self, reason):
        if random.random() < 0.01:
            raise OSError("read fails at random")
        return self.count if reason == "ASK" else None
    def write(self, reason, value):
        if random.random() < 0.01:
            raise ValueError("write fails at random")
        super().write(reason, value)
        self.update()
    def scalars(self):
        while True:  # the port's end ends it
            self.count += 1
            self.value = self.count % 1000
            self.update()
    def arrays(self):
        number = 0
        while True:
            number += 1
            self.train = array.array("d", [number]) * (number % 500 + 1)
            assert len(self.train) > 0
            self.count

driver = Stress()
"""

TEMPLATE = """
record(longout, "$(PORT):SET") { field(DTYP, "asynInt32") field(OUT, "@asyn($(PORT))SET") info(pyname, "set_") }
record(waveform, "$(PORT):WAVE") { field(DTYP, "asynFloat64ArrayOut") field(INP, "@asyn($(PORT))WAVE")
    field(FTVL, "DOUBLE") field(NELM, "1000") info(pyname, "wave") }
record(longin, "$(PORT):ASK") { field(DTYP, "asynInt32") field(INP, "@asyn($(PORT))ASK") info(pyname, "ask") }
record(longin, "$(PORT):COUNT") { field(DTYP, "asynInt32") field(INP, "@asyn($(PORT))COUNT") field(SCAN, "I/O Intr")
    info(pyname, "count") }
record(longin, "$(PORT):VALUE") { field(DTYP, "asynInt32") field(INP, "@asyn($(PORT))VALUE") field(SCAN, ".1 second")
    info(pyname, "value") }
record(waveform, "$(PORT):TRAIN") { field(DTYP, "asynFloat64ArrayIn") field(INP, "@asyn($(PORT))TRAIN")
    field(FTVL, "DOUBLE") field(NELM, "500") field(SCAN, "I/O Intr") info(pyname, "train") }
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("stress") / "libstress.so"
    flags = ["-std=c++17", "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]
    source = str(ROOT / "tests" / "stress" / "stress.cpp")
    command = ["c++", *flags, *installed_flags("--cflags"), source, "-o", str(target), *installed_flags("--libs")]
    subprocess.run(command, check=True)
    return target


def configure(port: str, number: int) -> str:
    return f'asynPythonDriverConfigure("{port}", "stress", 0, "interpreter={MODES[number % len(MODES)]}")\n'


@pytest.mark.timeout(SECONDS + 10 * DEADLINE)
@pytest.mark.parametrize("order", ["ports first", "exit at once"])
def test_ports_stand_the_stress(start_ioc: StartIoc, library: Path, order: str) -> None:
    ports = [f"S{number}" for number in range(PORTS)]
    seconds = SECONDS if order == "ports first" else min(SECONDS, 2)
    ioc = start_ioc(
        f'dlload "{library}"\n'
        + "".join(configure(port, number) for number, port in enumerate(ports))
        + "".join(f'dbLoadRecords("stress.template", "PORT={port}")\n' for port in ports)
        + f'asynSetTraceMask "" 0 0\niocInit\nstressStart {PORTS} {THREADS} {seconds}\necho up\n',
        modules={"stress": DRIVER},
        files={"stress.template": TEMPLATE},
    )
    ioc.wait_for("(?m)^up$", 3 * DEADLINE)
    end = time.monotonic() + seconds
    rounds, longest = 0, 0.0
    while time.monotonic() < end or not rounds:
        start = time.monotonic()
        assert "port REMADE: module stress" in ioc.ask(configure("REMADE", rounds).strip(), 3 * DEADLINE)
        ioc.ask("asynShutdownPort REMADE", 3 * DEADLINE)
        longest = max(longest, time.monotonic() - start)
        rounds += 1
    counts = [count(ioc.ask(f"dbgf {port}:COUNT")) for port in ports]
    if order == "exit at once":  # with all threads at work
        ioc.command(f"stressStart {PORTS} {THREADS} 1000")
        assert ioc.exit() == 0, ioc.output
        return
    ioc.command("stressWait")
    ioc.wait_for("stress: over", seconds + 3 * DEADLINE)
    done = [int(number) for number in re.findall(r"stress: (\d+) done", ioc.output)]
    print(f"{rounds} rounds of at most {longest:.1f} s, {done} done, {counts} in Python")
    assert len(done) == THREADS and min(done) > 0
    assert min(counts) > 0
    for port in ports:
        ioc.ask(f"asynShutdownPort {port}", 3 * DEADLINE)
    gone = ("drivers: 0", "interpreters: 0, left behind: 0", "thread states: 0", "arrays: 0")
    eventually(lambda: all(what in ioc.ask("asynPythonReport") for what in gone))
    assert ioc.exit() == 0, ioc.output


def count(text: str) -> int:
    match = re.search(r"DBF_LONG:\s+(\d+)", text)
    assert match, text
    return int(match[1])
