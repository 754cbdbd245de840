"""Macros in the template that a driver's class names: macLib expands them, with the variables of the environment."""

import pytest
from conftest import StartIoc

TEMPLATE = """
record(longin, $(P)NOW) {
    field(DTYP, "asynInt32") field(INP, "@asyn($(PORT))NOW$(N=1)") info(pyname, "$(NAME)")
}
record(longin, $(P)LATER) {
    field(DTYP, "asynInt32") field(INP, "@asyn($(PORT))LATER$(N=1)$(UNKNOWN)") info(pyname, "later")
}
"""

MODULE = """
from PythonDriver import PythonDriver
class D(PythonDriver):
    __db__ = "d.template"
    def __init__(self):
        print("attributes", sorted(self.params.items()))
        self.lamp = 7
        self.later = 8
driver = D()
"""


@pytest.mark.parametrize("mode", ["auto", "main"])
def test_attributes_have_the_macros_of_the_environment(start_ioc: StartIoc, mode: str) -> None:
    ioc = start_ioc(
        f'epicsEnvSet NAME lamp\nasynPythonDriverConfigure("P1", "d", 1, "interpreter={mode}")\n'
        'dbLoadRecords("d.template", "P=T:,PORT=P1,UNKNOWN=2,N=1")\niocInit\n',
        modules={"d": MODULE},
        files={"d.template": TEMPLATE},
    )
    ioc.wait_for(r"attributes \[\('NOW1', 'lamp'\)\]")
    for record, value in (("NOW", 7), ("LATER", 8)):
        ioc.ask(f"dbpf T:{record}.PROC 1")
        assert f"DBF_LONG:           {value}" in ioc.ask(f"dbgf T:{record}")
    assert ioc.exit() == 0
