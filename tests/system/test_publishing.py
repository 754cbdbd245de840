"""What reaches the records, and when: who publishes what, and the first values."""

import re

import pytest
from conftest import EXECUTABLE, Ioc, StartIoc, eventually

DRIVER_TEMPLATE = """
record(longout, "T:START") { field(DTYP, "asynInt32") field(OUT, "@asyn(P1)START") info(pyname, "start") }
record(longout, "T:PLAIN") { field(DTYP, "asynInt32") field(OUT, "@asyn(P1)PLAIN") info(pyname, "plain") }
record(longin, "T:OTHER") { field(DTYP, "asynInt32") field(INP, "@asyn(P1)OTHER") field(SCAN, "I/O Intr") info(pyname, "other") }
record(stringin, "T:TEXT") { field(DTYP, "asynOctetRead") field(INP, "@asyn(P1)TEXT") field(SCAN, "I/O Intr") info(pyname, "text") }
record(longin, "T:POLL") { field(DTYP, "asynInt32") field(INP, "@asyn(P1)OTHER") info(pyname, "other") }
record(stringin, "T:POLLTEXT") { field(DTYP, "asynOctetRead") field(INP, "@asyn(P1)TEXT") info(pyname, "text") }
record(longin, "T:OWN") { field(DTYP, "asynInt32") field(INP, "@asyn(P1)OWN") field(SCAN, "I/O Intr") info(pyname, "own") }
record(longin, "T:NEVER") { field(DTYP, "asynInt32") field(INP, "@asyn(P1)NEVER") info(pyname, "never") }
record(waveform, "T:ARRAY") { field(DTYP, "asynInt32ArrayIn") field(INP, "@asyn(P1)ARRAY") field(FTVL, "LONG") field(NELM, "3") info(pyname, "array") }
record(waveform, "T:SET") { field(DTYP, "asynInt32ArrayOut") field(INP, "@asyn(P1)SET") field(FTVL, "LONG") field(NELM, "3") info(pyname, "set") }
"""

# One thread assigns and does not call update(); methods that the port calls assign, too.
OTHERS = """
import threading
from PythonDriver import PythonDriver

class D(PythonDriver):
    __db__ = "d.template"
    def assign(self, value):
        self.other = value
        self.text = f"text {value}"
        print(f"assigned {value}", flush=True)
        if value < 0:
            self.update()
%s
driver = D()
"""
WRITING = """
    def write(self, reason, value):
        if reason == D.start.name:
            threading.Thread(target=self.assign, args=(value,)).start()
        self.own = value if isinstance(value, int) else 100 + value[0]
        if reason == D.plain.name and value == 13:
            raise ValueError("not 13")
"""
READING = """
    count = 0
    def read(self, reason):
        if reason == D.never.name:
            self.count += 1
            threading.Thread(target=self.assign, args=(self.count,)).start()
            self.own = self.count
        elif reason == D.array.name:
            self.own = 50
"""


def start(start_ioc: StartIoc, methods: str) -> Ioc:
    ioc = start_ioc(
        'asynPythonDriverConfigure("P1", "d")\ndbLoadRecords("d.template")\niocInit\necho up\n',
        modules={"d": OTHERS % methods},
        files={"d.template": DRIVER_TEMPLATE},
    )
    ioc.wait_for("up\n")
    return ioc


def number(ioc: Ioc, record: str) -> int:
    found = re.search(r"DBF_LONG: +(-?\d+)", ioc.ask(f"dbgf {record}"))
    assert found
    return int(found[1])


def test_a_put_publishes_what_its_own_method_has_assigned(start_ioc: StartIoc) -> None:
    ioc = start(start_ioc, WRITING)
    ioc.ask("dbpf T:START 5")
    ioc.wait_for("assigned 5")
    eventually(lambda: number(ioc, "T:OWN") == 5)
    for value in (6, 13):  # the second raises
        ioc.ask(f"dbpf T:PLAIN {value}")
        eventually(lambda value=value: number(ioc, "T:OWN") == value)
    ioc.ask("dbpf T:SET 7")
    eventually(lambda: number(ioc, "T:OWN") == 107)
    assert number(ioc, "T:OTHER") == 0
    assert "text" not in ioc.ask("dbgf T:TEXT")
    # A record that asks gets what was assigned, and publishes nothing either.
    ioc.ask("dbpf T:POLL.PROC 1")
    assert number(ioc, "T:POLL") == 5
    assert "NO_ALARM" in ioc.ask("dbgf T:POLL.SEVR")
    ioc.ask("dbpf T:POLLTEXT.PROC 1")
    assert '"text 5"' in ioc.ask("dbgf T:POLLTEXT")
    ioc.ask("dbpf T:PLAIN 8")
    eventually(lambda: number(ioc, "T:OWN") == 8)
    assert number(ioc, "T:OTHER") == 0
    # update() publishes everything, whoever has assigned it.
    ioc.ask("dbpf T:START -2")
    eventually(lambda: number(ioc, "T:OTHER") == -2)
    assert '"text -2"' in ioc.ask("dbgf T:TEXT")
    assert ioc.exit() == 0


def test_a_put_without_a_method_publishes_itself_alone(start_ioc: StartIoc) -> None:
    ioc = start(start_ioc, READING)
    ioc.ask("dbpf T:NEVER.PROC 1")
    ioc.wait_for("assigned 1")
    eventually(lambda: number(ioc, "T:OWN") == 1)  # read() returned None, and raised nothing
    ioc.ask("dbpf T:PLAIN 8")
    ioc.ask("dbpf T:ARRAY.PROC 1")
    eventually(lambda: number(ioc, "T:OWN") == 50)
    assert number(ioc, "T:OTHER") == 0
    ioc.ask("dbpf T:POLL.PROC 1")
    assert number(ioc, "T:POLL") == 1
    assert ioc.exit() == 0


FIRST_TEMPLATE = "".join(
    f'record({type_}, "T:{name}{number}") {{ field(DTYP, "{dtyp}") field({link}, "@asyn(P1){name}") {extra} {pini} '
    f'info(pyname, "{name.lower()}") }}\n'
    for type_, name, dtyp, link, extra in (
        ("longin", "SCALAR", "asynInt32", "INP", 'field(SCAN, "I/O Intr")'),
        (
            "waveform",
            "ARRAY",
            "asynFloat64ArrayIn",
            "INP",
            'field(SCAN, "I/O Intr") field(FTVL, "DOUBLE") field(NELM, "3")',
        ),
        ("aai", "BYTES", "asynInt8ArrayIn", "INP", 'field(SCAN, "I/O Intr") field(FTVL, "CHAR") field(NELM, "3")'),
        ("lsi", "LONG", "asynOctetRead", "INP", 'field(SCAN, "I/O Intr") field(SIZV, "100")'),
        ("waveform", "CHARS", "asynOctetRead", "INP", 'field(SCAN, "I/O Intr") field(FTVL, "CHAR") field(NELM, "100")'),
        ("mbbi", "CHOICE", "asynInt32", "INP", 'field(SCAN, "I/O Intr")'),
        ("mbbo", "CHOSEN", "asynInt32", "OUT", ""),
    )
    for number, pini in enumerate(("", 'field(PINI, "YES")'))
)

FIRST = """
from PythonDriver import PythonDriver

class D(PythonDriver):
    %s
    def __init__(self):
        self.scalar = 7
        self.array = [1.0, 2.0]
        self.bytes = b"ab"
        self.long = "x" * 60
        self.chars = "y" * 60
        self.choice = 1
        self.chosen = 1
        self.updateEnum("CHOICE", [("Off", 0, 0), ("Running", 1, 0)])
        self.updateEnum("CHOSEN", [("Off", 0, 0), ("Running", 1, 0)])

driver = D()
"""

CONFIGURE = 'asynPythonDriverConfigure("P1", "d")\n'
LOAD = 'dbLoadRecords("d.template")\n'
FIRST_VALUES = {
    "SCALAR": r"DBF_LONG: +7 ",
    "ARRAY": r"DBF_DOUBLE\[2\]: +1 +2",
    "BYTES": '"ab"',
    "LONG": "xxxxxxxxxx",
    "CHARS": rf"DBF_CHAR\[{61 if EXECUTABLE else 60}\]",  # asyn counts the terminator, too
    "CHOICE": '"Running"',
    "CHOSEN": '"Running"',
}


@pytest.mark.parametrize("db", ['__db__ = "d.template"', "pass"], ids=["template", "records"])
@pytest.mark.parametrize("order", [CONFIGURE + LOAD, LOAD + CONFIGURE], ids=["configured", "loaded"])
def test_first_values_reach_the_records(start_ioc: StartIoc, db: str, order: str) -> None:
    ioc = start_ioc(order + "iocInit\necho up\n", modules={"d": FIRST % db}, files={"d.template": FIRST_TEMPLATE})
    ioc.wait_for("up\n")
    for name, value in FIRST_VALUES.items():
        for record in (f"T:{name}0", f"T:{name}1"):
            eventually(lambda record=record, value=value: re.search(value, ioc.ask(f"dbgf {record}")))
            if record != "T:CHOSEN0":  # an output that was never processed
                assert "NO_ALARM" in ioc.ask(f"dbgf {record}.SEVR"), record
    assert "Traceback" not in ioc.output
    assert ioc.exit() == 0


def test_choices_of_no_parameter_are_reported(start_ioc: StartIoc) -> None:
    source = FIRST % "pass" + "driver.updateEnum('CHOISE', [('Off', 0, 0)])\n"
    ioc = start_ioc(CONFIGURE + LOAD + "iocInit\n", modules={"d": source}, files={"d.template": FIRST_TEMPLATE})
    ioc.wait_for(r"port P1: updateEnum\('CHOISE'\): the port has no parameter of this name")
    assert ioc.exit() == 0


def test_a_port_made_after_iocinit_has_the_attributes_of_its_records(start_ioc: StartIoc) -> None:
    ioc = start_ioc(LOAD + "iocInit\n" + CONFIGURE, modules={"d": FIRST % "pass"}, files={"d.template": FIRST_TEMPLATE})
    ioc.wait_for("(?m)^port P1: module d")
    report = ioc.ask("asynReport 3 P1")
    for parameter in FIRST_VALUES:
        assert parameter in report
    assert ioc.exit() == 0
