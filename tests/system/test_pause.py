"""iocPause and iocRun, and a port that is configured while the IOC runs."""

import re

import pytest
from conftest import StartIoc, eventually

TEMPLATE = """
record(waveform, "T:DATA") { field(DTYP, "asynInt32ArrayIn") field(INP, "@asyn(P1)DATA") field(SCAN, "I/O Intr")
    field(FTVL, "LONG") field(NELM, "4") field(FLNK, "T:COUNT") info(pyname, "data") }
record(calc, "T:COUNT") { field(INPA, "T:COUNT") field(CALC, "A+1") }
record(longout, "T:SET") { field(DTYP, "asynInt32") field(OUT, "@asyn(P1)SET") info(pyname, "set") }
"""

ARRAY = """
from PythonDriver import PythonDriver
class D(PythonDriver):
    __db__ = "d.template"
    def __init__(self):
        self.data = [1, 2, 3]
    def write(self, reason, value):
        self.data = [value]
driver = D()
"""


def test_what_was_announced_is_not_announced_again_after_a_pause(start_ioc: StartIoc) -> None:
    ioc = start_ioc(
        'asynPythonDriverConfigure("P1", "d")\ndbLoadRecords("d.template")\niocInit\n',
        modules={"d": ARRAY},
        files={"d.template": TEMPLATE},
    )

    def counted(times: int) -> None:
        eventually(lambda: re.search(rf"DBF_DOUBLE: +{times} ", ioc.ask("dbgf T:COUNT")))

    counted(1)
    for _ in range(3):
        ioc.ask("iocPause")
        ioc.ask("iocRun")
    ioc.ask("dbpf T:SET 7")  # comes behind what iocRun would have announced
    eventually(lambda: re.search(r"DBF_LONG(\[1\])?:? +7 ", ioc.ask("dbgf T:DATA")))
    counted(2)
    assert ioc.exit() == 0


# Of no template: it becomes an attribute when the port is bound to its records.
EARLY = """
record(waveform, "T:EARLY") { field(DTYP, "asynInt32ArrayIn") field(INP, "@asyn(P1)EARLY") field(SCAN, "I/O Intr")
    field(FTVL, "LONG") field(NELM, "4") info(pyname, "early") }
"""

BUSY = """
import threading
from PythonDriver import PythonDriver
class D(PythonDriver):
    __db__ = "d.template"
    def __init__(self):
        self.data = [0]
        self.early = [1, 2]
        self.ends = threading.Event()
        self.runs = threading.Event()
        for _ in range(6):
            threading.Thread(target=self.announce).start()
        self.runs.wait(20)
    def announce(self):
        count = 0
        while not self.ends.is_set():
            count += 1
            self.data = [count]
            self.runs.set()
    def shutdown(self):
        self.ends.set()
driver = D()
"""


@pytest.mark.python_host  # asyn keeps the names of ports that were shut down
def test_a_port_that_is_configured_late_while_its_threads_announce_arrays(start_ioc: StartIoc) -> None:
    ioc = start_ioc(
        'asynPythonDriverConfigure("P1", "d")\ndbLoadRecords("d.template")\ndbLoadRecords("early.db")\niocInit\n',
        modules={"d": BUSY},
        files={"d.template": TEMPLATE, "early.db": EARLY},
    )
    ioc.ask("echo up")
    for _ in range(8):
        ioc.ask('asynShutdownPort "P1"')
        ioc.ask('asynPythonDriverConfigure("P1", "d")')
    before = int(re.search(r"DBF_DOUBLE: +(\d+) ", ioc.ask("dbgf T:COUNT"))[1])  # type: ignore[index]
    eventually(lambda: int(re.search(r"DBF_DOUBLE: +(\d+) ", ioc.ask("dbgf T:COUNT"))[1]) > before + 5)  # type: ignore[index]
    assert ioc.exit() == 0
