"""Why a record is in alarm: AMSG, alarm.message over PVAccess, and the whole text on the log."""

import pytest
from clients import get, put
from conftest import Ioc, StartIoc

pytestmark = pytest.mark.python_host  # asyn's device support fills in no alarm message

TEMPLATE = """
record(ao, "A:SET") { field(DTYP, "asynFloat64") field(OUT, "@asyn(P1)VOLTAGE") info(pyname, "voltage") }
record(ai, "A:GET") { field(DTYP, "asynFloat64") field(INP, "@asyn(P1)READING") info(pyname, "reading") }
"""
MODULE = """
from PythonDriver import PythonDriver

class D(PythonDriver):
    __db__ = "d.template"
    def write(self, reason, value):
        if value == 1:
            raise ValueError("must be below 1 V")
        if value == 2:
            raise ValueError("die Spannung übersteigt den Höchstwert für dieses Netzgerät bei weitem")
        if value == 3:
            raise KeyError("voltage")
        if value == 4:
            raise RuntimeError
        if value == 5:
            self.voltage = "5 V"
    def read(self, reason):
        raise TimeoutError("no reply\\nwithin 1 s")

driver = D()
"""


@pytest.fixture
def ioc(start_ioc: StartIoc) -> Ioc:
    ioc = start_ioc(
        'asynPythonDriverConfigure("P1", "d")\ndbLoadRecords("d.template")\niocInit\necho up\n',
        modules={"d": MODULE},
        files={"d.template": TEMPLATE},
    )
    ioc.wait_for("(?m)^up$")
    return ioc


def message(name: str) -> str:
    return str(get(f"{name}.AMSG"))


def test_the_operator_reads_what_the_driver_says(ioc: Ioc, pva) -> None:  # type: ignore[no-untyped-def]
    expected = {
        1: "must be below 1 V",
        2: "die Spannung übersteigt den Höchst...",
        3: "KeyError: 'voltage'",
        4: "RuntimeError",
        0: "",
    }
    for value, text in expected.items():
        put("A:SET", value)
        assert message("A:SET") == text
        assert pva.get("A:SET").alarm.message == text
    ioc.wait_for("record A:SET.*für dieses Netzgerät bei weitem")
    put("A:SET", 5)
    assert "port P1" not in message("A:SET") and "voltage" in message("A:SET")
    put("A:GET.PROC", 1)
    assert message("A:GET") == "no reply within 1 s"
    assert ioc.exit() == 0
