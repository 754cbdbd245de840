"""Arrays without elements, which have no memory. The sanitizers look at how they are copied."""

import pytest
from clients import get
from conftest import StartIoc
from softioc_script import START, Scripts, scripts

__all__ = ["scripts"]

MODULE = """
from PythonDriver import PythonDriver
class D(PythonDriver):
    __db__ = "d.template"
    def __init__(self):
        self.data = []
driver = D()
"""
TEMPLATE = (
    'record(waveform, "E:DATA") { field(DTYP, "asynInt32ArrayIn") field(INP, "@asyn(P)DATA") '
    'field(FTVL, "LONG") field(NELM, "10") info(pyname, "data") }\n'
)


def test_an_attribute(start_ioc: StartIoc) -> None:
    ioc = start_ioc(
        'asynPythonDriverConfigure("P", "d")\ndbLoadRecords("d.template")\niocInit\n',
        modules={"d": MODULE},
        files={"d.template": TEMPLATE},
    )
    ioc.ask("dbpf E:DATA.PROC 1")
    assert "NO_ALARM" in ioc.ask("dbgf E:DATA.SEVR")
    assert "0" in ioc.ask("dbgf E:DATA.NORD").split()
    assert ioc.exit() == 0


@pytest.mark.python_host
def test_a_record_of_a_script(scripts: Scripts) -> None:
    ioc = scripts.start(
        'builder.SetDeviceName("E")\nempty = builder.WaveformIn("EMPTY", [], length=5)\n'
        + START
        + "softioc.interactive_ioc(globals())\n"
    )
    ioc.wait_until_up()
    assert len(get("E:EMPTY")) == 0
    assert ioc.exit() == 0
