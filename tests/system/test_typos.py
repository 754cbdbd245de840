"""Misspelled names are reported once, at iocInit, and correct drivers report nothing."""

import sys

import pytest
from conftest import Ioc, StartIoc, eventually
from modes import MODES, configure

TEMPLATE = """
record(ai, "T:RAND") { field(DTYP, "asynFloat64") field(INP, "@asyn(P1)RAND") field(SCAN, "I/O Intr") info(pyname, "rand") }
record(ao, "T:GAIN") { field(DTYP, "asynFloat64") field(OUT, "@asyn(P1)GAIN") info(pyname, "gain") }
record(ai, "T:GAIN_RBV") { field(DTYP, "asynFloat64") field(INP, "@asyn(P1)GAIN") field(SCAN, "I/O Intr") info(pyname, "gain") }
record(ai, "T:GIVEN") { field(DTYP, "asynFloat64") field(INP, "@asyn(P1)GIVEN") field(VAL, "5") info(pyname, "given") }
record(longin, "T:SLOW") { field(DTYP, "asynInt32") field(INP, "@asyn(P1)SLOW") field(SCAN, "I/O Intr") info(pyname, "slowly") }
record(longin, "T:HELPED") { field(DTYP, "asynInt32") field(INP, "@asyn(P1)HELPED") info(pyname, "helped") }
"""

GOOD = """
import threading, time
from PythonDriver import PythonDriver
import helper

class D(PythonDriver):
    __db__ = "d.template"
    def __init__(self):
        self.rand = 0.5
        self.rands = []
        self._gain = 1.0
        threading.Thread(target=self.loop).start()
    def loop(self):
        time.sleep(3600 if self.rands else 0.1)
        self.slowly = 1
        helper.help(self)
    def write(self, reason, value):
        self.rands.append(value)

driver = D()
"""
HELPER = "def help(driver):\n    driver.helped = 3\n"
READER = GOOD.replace(
    "def write", "def read(self, reason):\n        return super().read(reason)\n    def write"
).replace("self.rand = 0.5", "pass")


def run(start_ioc: StartIoc, module: str, template: str = TEMPLATE, mode: str = "auto", helper: str = HELPER) -> Ioc:
    ioc = start_ioc(
        configure("P1", "d", mode) + 'dbLoadRecords("d.template")\niocInit\neltc 1\necho up\n',
        modules={"d": module, "helper": helper},
        files={"d.template": template},
    )
    ioc.wait_for("up\n")
    return ioc


@pytest.mark.parametrize("mode", MODES)
def test_a_correct_driver_reports_nothing(start_ioc: StartIoc, mode: str) -> None:
    ioc = run(start_ioc, GOOD, mode=mode)
    assert "port P1: record" not in ioc.output and "port P1: class" not in ioc.output, ioc.output
    assert ioc.exit() == 0


@pytest.mark.parametrize("mode", MODES)
def test_a_misspelled_attribute(start_ioc: StartIoc, mode: str) -> None:
    ioc = run(start_ioc, GOOD.replace("self.rand =", "self.rnad ="), mode=mode)
    line = "port P1: record T:RAND: attribute rand (parameter RAND) has no value, and the code of class D contains neither name"
    assert ioc.output.count(line) == 1, ioc.output
    assert f"{line}; the closest attribute that it sets is rnad\n" in ioc.output
    assert ioc.output.count("port P1: record") == 1 and "port P1: class" not in ioc.output, ioc.output
    assert ioc.exit() == 0


# What may give an attribute its value, so that nothing is reported of it.
UNDECIDED = {
    "a name made at run time": GOOD.replace("self.rand = 0.5", 'self.name = "rand"').replace(
        "self.slowly = 1", "self.slowly = 1; setattr(self, self.name[:4], 1)"
    ),
    "its name in a table": GOOD.replace("self.rand = 0.5", "pass").replace(
        "def write", 'def names(self): return {"rand": 1}\n    def write'
    ),
    "its drvInfo in a table": GOOD.replace("self.rand = 0.5", "pass").replace(
        "def write", 'def names(self): return {"Rand": 1}\n    def write'
    ),
    "write() called by the driver": GOOD.replace("self.rand = 0.5", "pass").replace(
        "helper.help(self)", "self.helped = 1; self.write(chr(82) + 'AND', 3)"
    ),
    "a property that assigns it": GOOD.replace("self.rand = 0.5", "pass").replace(
        "def write", "@property\n    def noise(self):\n        self.rand = 1\n    def write"
    ),
    "a closure": GOOD.replace("self.rand = 0.5", "self.later = lambda: self.__class__.rand"),
}


@pytest.mark.parametrize("case", UNDECIDED)
def test_what_cannot_be_decided_is_not_reported(start_ioc: StartIoc, case: str) -> None:
    ioc = run(start_ioc, UNDECIDED[case])
    assert "port P1: record" not in ioc.output and "port P1: class" not in ioc.output, ioc.output
    assert ioc.exit() == 0


def test_a_misspelled_pyname(start_ioc: StartIoc) -> None:
    ioc = run(start_ioc, GOOD, TEMPLATE.replace('"rand"', '"rnad"'))
    assert "port P1: record T:RAND: attribute rnad (parameter RAND) has no value" in ioc.output
    assert "the closest attribute that it sets is rand\n" in ioc.output
    assert ioc.exit() == 0


def test_one_assignment_that_is_misspelled(start_ioc: StartIoc) -> None:
    ioc = run(start_ioc, GOOD.replace("self.rands.append(value)", "self.sloowly = value"))
    assert (
        "port P1: class D: attribute sloowly is set but is not a parameter; the closest parameter is slowly of record T:SLOW\n"
        in ioc.output
    )
    assert ioc.exit() == 0


QUICK = """
import gc, sys
from PythonDriver import PythonDriver

class D(PythonDriver):
    __db__ = "d.template"
    def __init__(self):
        self.count = self.rand = self.slowly = self.helped = 1
        self.early = 2.5  # an attribute of a loaded record only
    def write(self, reason, value):
        # CPython 3.11 makes a dictionary of an object when it is asked for it, and is slower from then on.
        made = any(type(each) is dict for each in gc.get_referents(self))
        print("made" if made else "not made", self.early, "early" in vars(self), flush=True)

driver = D()
"""


def test_the_look_at_names_leaves_the_driver_as_quick_as_it_is(start_ioc: StartIoc) -> None:
    ioc = start_ioc(
        'asynPythonDriverConfigure("P1", "d")\ndbLoadRecords("d.template")\ndbLoadRecords("late.db")\niocInit\n',
        modules={"d": QUICK if sys.version_info < (3, 12) else QUICK.replace("any(", "False and any(")},
        files={
            "d.template": TEMPLATE,
            "late.db": TEMPLATE.splitlines()[1].replace("RAND", "EARLY").replace('"rand"', '"LATE"'),
        },
    )
    ioc.ask("dbpf T:GAIN 4")
    ioc.wait_for("not made 2.5 True")
    assert ioc.exit() == 0


def test_what_was_assigned_before_its_record_is_loaded_is_the_records_value(start_ioc: StartIoc) -> None:
    late = TEMPLATE.splitlines()[1].replace("RAND", "EARLY").replace('"rand"', '"early"')
    ioc = start_ioc(
        'asynPythonDriverConfigure("P1", "d")\ndbLoadRecords("d.template")\ndbLoadRecords("late.db")\niocInit\n',
        modules={"d": QUICK},
        files={"d.template": TEMPLATE, "late.db": late},
    )
    eventually(lambda: "2.5" in ioc.ask("dbgf T:EARLY"))
    ioc.ask("dbpf T:GAIN 4")
    ioc.wait_for("made 2.5 False")
    assert ioc.exit() == 0


def test_a_class_without_parameters(start_ioc: StartIoc) -> None:
    ioc = run(start_ioc, GOOD.replace('__db__ = "d.template"', ""), TEMPLATE.replace("pyname", "pyName"))
    assert ioc.output.count("port P1: class D has no parameters") == 1, ioc.output
    assert ioc.exit() == 0


def test_reading_what_has_no_value_is_no_error(start_ioc: StartIoc) -> None:
    ioc = run(start_ioc, READER, helper=HELPER.replace("driver.helped = 3", "pass"))
    ioc.ask("dbpf T:HELPED.PROC 1")
    assert "Traceback" not in ioc.output, ioc.output
    assert "INVALID" in ioc.ask("dbgf T:HELPED.SEVR")
    ioc.ask("dbpf T:GAIN 4")
    eventually(lambda: "4" in ioc.ask("dbgf T:GAIN_RBV"))
    assert ioc.exit() == 0
