"""Sequences that change while the port looks at them."""

from typing import Any

from conftest import StartIoc, eventually

CHANGING = """
from PythonDriver import PythonDriver

choices = []

class Item:
    def __len__(self):
        return 3
    def __getitem__(self, index):
        choices.clear()
        return ("off", 0, 0)[index]

choices += [Item(), ("on", 1, 0), ("auto", 2, 0)]

class D(PythonDriver):
    __db__ = "d.template"
    def read(self, reason):
        self.updateEnum(reason, choices)
        return len(choices)

driver = D()
"""


def test_choices_that_change_while_they_are_looked_at(start_ioc: StartIoc, pva: Any) -> None:
    ioc = start_ioc(
        'asynPythonDriverConfigure("P", "d")\ndbLoadRecords("d.template")\niocInit\n',
        modules={"d": CHANGING},
        files={
            "d.template": 'record(mbbi, "E:CHOICE") { field(DTYP, "asynInt32") field(INP, "@asyn(P)CHOICE") '
            'info(pyname, "choice") }\n'
        },
    )
    ioc.ask("dbpf E:CHOICE.PROC 1")
    eventually(lambda: pva.get("E:CHOICE")["value"]["choices"] == ["off", "on", "auto"])
    assert ioc.exit() == 0
