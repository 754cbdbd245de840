"""A port that is shut down out of its own Python code: refused where that would return into a driver that is gone."""

import pytest
from conftest import StartIoc, eventually
from modes import MODES, configure

MODULE = """
import ctypes, sys, threading, time
from PythonDriver import PythonDriver

shell = ctypes.CDLL(None).iocshCmd
shell.argtypes = [ctypes.c_char_p]

def shut_down(where):
    shell(b"asynShutdownPort P1")
    sys.stdout.write(f"back {where}\\n")

class D(PythonDriver):
    def read(self, reason):
        shut_down("in read")
        return 3
    def write(self, reason, value):
        shut_down("in write")
    def readEnum(self, reason):
        shut_down("in readEnum")
        return [("zero", 0, 0), ("one", 1, 0)]

driver = D()
"""
RECORDS = """
record(longout, "T:OUT") { field(DTYP, "asynInt32") field(OUT, "@asyn(P1)OUT") info(pyname, "out") }
record(longin, "T:IN") { field(DTYP, "asynInt32") field(INP, "@asyn(P1)IN") info(pyname, "in_") }
record(mbbi, "T:CHOICE") { field(DTYP, "asynInt32") field(INP, "@asyn(P1)CHOICE") info(pyname, "choice") }
"""


@pytest.mark.python_host
@pytest.mark.parametrize("mode", MODES)
def test_a_request_of_the_port_is_refused(start_ioc: StartIoc, mode: str) -> None:
    ioc = start_ioc(
        configure("P1", "inside", mode) + 'dbLoadRecords("t.db")\niocInit\necho up\n',
        modules={"inside": MODULE},
        files={"t.db": RECORDS},
    )
    ioc.wait_for("up\n")
    refused = "asynShutdownPort: port P1 cannot be shut down by a thread that has its lock or runs a request"
    before = ioc.output.count(refused)
    for command, where in (("dbpf T:OUT 5", "in write"), ("dbpf T:IN.PROC 1", "in read")):
        ioc.ask(command)
        assert f"back {where}\n" in ioc.output, ioc.output
    assert ioc.output.count(refused) == before + 2, ioc.output
    assert "NO_ALARM" in ioc.ask("dbgf T:IN.SEVR") and "3" in ioc.ask("dbgf T:IN")
    assert ioc.output.count("back in readEnum") <= ioc.output.count(refused), ioc.output
    ioc.ask("asynShutdownPort P1")
    report = ioc.ask("asynPythonReport")
    assert "drivers: 0" in report and "interpreters: 0, left behind: 0" in report
    assert ioc.exit() == 0, ioc.output


# Outside the port's lock nothing of the driver is on the thread's stack: the port goes, and the thread with it.
THREAD = MODULE.replace("driver = D()", "driver = D()\nthreading.Thread(target=shut_down, args=('thread',)).start()")


@pytest.mark.python_host
@pytest.mark.parametrize("mode", MODES)
def test_a_thread_of_the_port_may_end_it(start_ioc: StartIoc, mode: str) -> None:
    ioc = start_ioc(configure("P1", "inside", mode) + "iocInit\necho up\n", modules={"inside": THREAD})
    ioc.wait_for("up\n")
    ioc.wait_for("thread .* still runs")  # it waits for itself
    eventually(lambda: "drivers: 0" in ioc.ask("asynPythonReport"))
    assert "P1" not in ioc.ask("asynReport 0")
    assert ioc.exit() == 0, ioc.output


IMPORT = MODULE.replace("driver = D()", "shut_down('in import')\ndriver = D()")


@pytest.mark.python_host
@pytest.mark.parametrize("mode", MODES)
def test_a_module_that_ends_its_port_while_it_is_imported(start_ioc: StartIoc, mode: str) -> None:
    ioc = start_ioc(configure("P1", "inside", mode) + "iocInit\necho up\n", modules={"inside": IMPORT})
    ioc.wait_for("up\n")
    ioc.wait_for("asynPythonDriverConfigure: port P1: .*shut down")
    assert "drivers: 0" in ioc.ask("asynPythonReport")
    ioc.ask(configure("P1", "inside", mode).strip())
    assert ioc.exit() == 0, ioc.output
