"""A port is shut down and configured again while the IOC runs: its records are in alarm, and then work again."""

import re
from pathlib import Path

import pytest
from clients import get, put
from conftest import Ioc, StartIoc, eventually
from modes import MODES

pytestmark = pytest.mark.python_host  # asyn keeps the names of ports that were shut down

TEMPLATE = """
record(longout, "R:SET") { field(DTYP, "asynInt32") field(OUT, "@asyn(P1)SETPOINT") info(pyname, "setpoint") }
record(longin, "R:GET") { field(DTYP, "asynInt32") field(INP, "@asyn(P1)READING") field(SCAN, "I/O Intr")
    info(pyname, "reading") }
record(waveform, "R:WAVE") { field(DTYP, "asynFloat64ArrayIn") field(INP, "@asyn(P1)WAVE") field(SCAN, "I/O Intr")
    field(FTVL, "DOUBLE") field(NELM, "4") info(pyname, "wave") }
record(longin, "R:PASSIVE") { field(DTYP, "asynInt32") field(INP, "@asyn(P1)READING") }
"""
MODULE = """
import time
from PythonDriver import PythonDriver

class D(PythonDriver):
    TEMPLATE
    def __init__(self):
        time.sleep(1)  # records look for the port meanwhile
        self.reading = START
        self.setpoint = START + 1
        self.wave = [START]
    def write(self, reason, value):
        if reason == "SETPOINT":
            self.reading = value * 2
            self.update()

driver = D()
"""
RECORDS = ("R:SET", "R:GET", "R:WAVE", "R:PASSIVE")


def module(start: int, template: bool) -> str:
    return MODULE.replace("START", str(start)).replace("TEMPLATE", '__db__ = "d.template"' if template else "pass")


def alarms() -> list[tuple[str, str]]:
    return [(str(get(f"{name}.STAT", datatype=str)), str(get(f"{name}.SEVR", datatype=str))) for name in RECORDS]


def gone(ioc: Ioc) -> None:
    ioc.ask("asynShutdownPort P1")
    eventually(lambda: alarms() == [("COMM", "INVALID")] * len(RECORDS))
    assert get("R:SET.AMSG") == "port P1 is shut down"
    put("R:SET", 3)
    put("R:PASSIVE.PROC", 1)
    assert alarms() == [("COMM", "INVALID")] * len(RECORDS)


def works(value: int) -> None:
    put("R:SET", value)
    eventually(lambda: get("R:GET") == 2 * value)
    assert get("R:SET.SEVR") == 0


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("template", [True, False])
def test_records_work_again_when_their_port_is_configured_again(start_ioc: StartIoc, mode: str, template: bool) -> None:
    modules = {f"d{start}": module(start, template) for start in (10, 20, 30)}
    configure = 'asynPythonDriverConfigure("P1", "d{}", 0, "interpreter={}")'
    ioc = start_ioc(
        configure.format(10, mode) + '\ndbLoadRecords("d.template")\niocInit\necho up\n',
        modules=modules,
        files={"d.template": TEMPLATE},
    )
    ioc.wait_for("(?m)^up$")
    works(4)
    for start in (20, 30):
        gone(ioc)
        ioc.ask(configure.format(start, mode))
        eventually(lambda: alarms() == [("NO_ALARM", "NO_ALARM")] * len(RECORDS))
        assert [get("R:SET"), get("R:GET"), get("R:PASSIVE"), list(get("R:WAVE"))] == [start + 1, start, start, [start]]
        works(start + 5)
    assert "there again, but" not in ioc.output
    assert ioc.exit() == 0


MANY = "".join(
    f'record(longin, "R:V{number}") {{ field(DTYP, "asynInt32") field(INP, "@asyn(P1)V{number}") field(SCAN, "I/O Intr") '
    f'info(pyname, "v{number}") }}\n'
    for number in range(6)
)
READS = """
import os, time
from PythonDriver import PythonDriver

class D(PythonDriver):
    __db__ = "d.template"
    times = 0
    def read(self, reason):
        self.times += 1
        for number in range(6):
            if reason != f"V{number}":
                setattr(self, f"v{number}", self.times)
        self.update()
        print(f"read {self.times}: {reason}", flush=True)
        if os.path.exists("again"):
            time.sleep(0.4)  # those that have not joined yet are told again that their port is there
            deadline = time.monotonic() + 60
            while self.times == 4 and not os.path.exists("go") and time.monotonic() < deadline:
                time.sleep(0.01)
        return self.times

driver = D()
"""


def test_a_record_that_has_joined_is_served_while_others_join(start_ioc: StartIoc, tmp_path: Path) -> None:
    ioc = start_ioc(
        'asynPythonDriverConfigure("P1", "d")\ndbLoadRecords("d.template")\niocInit\necho up\n',
        modules={"d": READS},
        files={"d.template": MANY},
    )
    ioc.wait_for("up\n")
    ioc.ask("asynShutdownPort P1")
    (tmp_path / "again").touch()
    before = len(ioc.output)
    ioc.command('asynPythonDriverConfigure("P1", "d")')
    ioc.wait_for_count("read 4: ", ioc.output[:before].count("read 4: ") + 1)
    joined = re.findall(r"read [123]: (V\d)", ioc.output[before:])
    assert len(joined) == 3
    for name in joined:
        eventually(lambda name=name: get(f"R:{name}") == 4)
    (tmp_path / "go").touch()
    ioc.wait_for_count("read 6: ", ioc.output[:before].count("read 6: ") + 1)
    assert ioc.exit() == 0
