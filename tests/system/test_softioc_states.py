"""mbbIn and mbbOut: the value is the number of a state, however the states were given."""

import pytest
from clients import get, put
from conftest import eventually
from epicscorelibs.ca.dbr import DBR_STRING
from softioc_script import Scripts, scripts

__all__ = ["scripts"]
pytestmark = pytest.mark.python_host

STATES = """
NAMES = {"ZRST": "A", "ONST": "B", "TWST": "C"}
VALUES = {"ZRVL": 10, "ONVL": 20, "TWVL": 20}
log = []
records = {}
for name, fields in {"N": NAMES, "V": {**NAMES, **VALUES}, "SHIFTED": {**NAMES, "NOBT": 4, "SHFT": 2}}.items():
    records[name + "I"] = builder.mbbIn(name + "I", initial_value=1, **fields)
    records[name + "O"] = builder.mbbOut(name + "O", initial_value=1, on_update=log.append, **fields)
"""


@pytest.mark.parametrize("name", ["N", "V", "SHIFTED"])
def test_states_that_are_given_as_fields(scripts: Scripts, name: str) -> None:
    ioc = scripts.run(STATES)
    for direction in "IO":
        record = f"{scripts.prefix}:{name}{direction}"
        assert ioc.ask(f"records['{name}{direction}'].get()") == "1"
        assert (get(record), get(record, datatype=DBR_STRING), get(record + ".SEVR")) == (1, "B", 0)
        ioc.do(f"records['{name}{direction}'].set(2)")
        eventually(lambda record=record: get(record, datatype=DBR_STRING) == "C")
    ioc.until("log", "[2]")
    for text, number in (("A", 0), ("C", 2), ("B", 1)):
        assert put(f"{scripts.prefix}:{name}O", text)
        ioc.until("log[-1]", str(number))
        assert ioc.ask(f"records['{name}O'].get()") == str(number)
    assert get(f"{scripts.prefix}:{name}O", datatype=DBR_STRING) == "B"
    assert ioc.exit() == 0


def test_a_state_that_is_named_while_the_ioc_runs(scripts: Scripts) -> None:
    ioc = scripts.run(STATES)
    ioc.do("records['NO'].set_field('THST', 'D')")
    ioc.do("records['NO'].set(3)")
    ioc.until("log", "[3]")
    eventually(lambda: get(f"{scripts.prefix}:NO", datatype=DBR_STRING) == "D")
    assert ioc.exit() == 0
