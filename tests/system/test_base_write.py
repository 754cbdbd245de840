"""PythonDriver.write, which assigns what a record has put."""

import re

from conftest import StartIoc, eventually

TEMPLATE = "".join(
    f'record(longout, "T:{name}") {{ field(DTYP, "asynInt32") field(OUT, "@asyn(P1){name}") info(pyname, "{name.lower()}") }}\n'
    f'record(longin, "T:{name}_R") {{ field(DTYP, "asynInt32") field(INP, "@asyn(P1){name}") field(SCAN, "I/O Intr") info(pyname, "{name.lower()}") }}\n'
    for name in ("PLAIN", "NAMED", "LATER", "WITHIN", "OTHER")
)

MODULE = """
from PythonDriver import PythonDriver

class D(PythonDriver):
    __db__ = "d.template"
    def write(self, reason, value):
        if reason == "LATER":
            self.later = 100
        elif reason == "WITHIN":
            super().write("OTHER", value + 1)
        if reason == "NAMED":
            super().write(value=value, reason=reason)
        else:
            super().write(reason, value)
        if reason == "PLAIN":
            assert self.plain == value
            for arguments in ((), (reason,), (reason, value, 1)):
                try:
                    super().write(*arguments)
                except TypeError as error:
                    print(error, flush=True)
            try:
                super().write("NO", value)
            except KeyError as error:
                print("KeyError", error, flush=True)

driver = D()
"""


def test_the_method_of_the_base_class_assigns_the_value(start_ioc: StartIoc) -> None:
    ioc = start_ioc(
        'asynPythonDriverConfigure("P1", "d")\ndbLoadRecords("d.template")\niocInit\n',
        modules={"d": MODULE},
        files={"d.template": TEMPLATE},
    )

    def shows(name: str, value: int) -> None:
        eventually(lambda: re.search(rf"DBF_LONG: +{value} ", ioc.ask(f"dbgf T:{name}_R")))

    for value in (3, 4, 4):
        for name in ("PLAIN", "NAMED", "LATER", "WITHIN"):
            ioc.ask(f"dbpf T:{name} {value}")
            assert "NO_ALARM" in ioc.ask(f"dbgf T:{name}.SEVR"), ioc.output
            shows(name, value)
        shows("OTHER", value + 1)
    ioc.wait_for_count(r"write\(\) takes the arguments reason and value", 9)
    ioc.wait_for_count("KeyError 'NO'", 3)
    assert "Traceback" not in ioc.output
    assert ioc.exit() == 0


PROPERTY_TEMPLATE = "".join(
    f'record(longout, "T:{name}") {{ field(DTYP, "asynInt32") field(OUT, "@asyn(P1){name}") info(pyname, "{name.lower()}") }}\n'
    f'record(longin, "T:{name}_R") {{ field(DTYP, "asynInt32") field(INP, "@asyn(P1){name}") field(SCAN, "I/O Intr") info(pyname, "{name.lower()}") }}\n'
    for name in ("LIMITED", "FREE", "LATE")
)

PROPERTY = """
from PythonDriver import PythonDriver

class Records(PythonDriver):
    __db__ = "d.template"

class D(Records):
    @property
    def limited(self):
        return Records.limited.__get__(self)

    @limited.setter
    def limited(self, value):
        print("the property gets", value, flush=True)
        Records.limited.__set__(self, min(value, 10))

    def write(self, reason, value):
        super().write(reason, value)
        if reason == "FREE" and value == 9:  # from now on
            D.late = property(Records.late.__get__, lambda self, value: Records.late.__set__(self, -value))

driver = D()
"""

SETATTR = """
from PythonDriver import PythonDriver

class D(PythonDriver):
    __db__ = "d.template"

    def __setattr__(self, name, value):
        print("set", name, value, flush=True)
        super().__setattr__(name, min(value, 10))

    def write(self, reason, value):
        super().write(reason, value)

driver = D()
"""


def test_a_property_in_the_place_of_an_attribute_gets_the_value(start_ioc: StartIoc) -> None:
    ioc = start_ioc(
        'asynPythonDriverConfigure("P1", "d")\ndbLoadRecords("d.template")\niocInit\n',
        modules={"d": PROPERTY},
        files={"d.template": PROPERTY_TEMPLATE},
    )

    def put(name: str, value: int, shown: int) -> None:
        ioc.ask(f"dbpf T:{name} {value}")
        eventually(lambda: re.search(rf"DBF_LONG: +{shown} ", ioc.ask(f"dbgf T:{name}_R")))

    for value, shown in ((5, 5), (20, 10), (10, 10), (7, 7)):
        put("LIMITED", value, shown)
        put("FREE", value, value)
        put("LATE", value, value)
    assert re.findall("the property gets (.+)", ioc.output) == ["5", "20", "10", "7"]
    put("FREE", 9, 9)
    put("LATE", 8, -8)  # a class may be changed while it is used
    assert "Traceback" not in ioc.output
    assert ioc.exit() == 0


def test_a_setattr_of_its_own_gets_the_value(start_ioc: StartIoc) -> None:
    ioc = start_ioc(
        'asynPythonDriverConfigure("P1", "d")\ndbLoadRecords("d.template")\niocInit\n',
        modules={"d": SETATTR},
        files={"d.template": PROPERTY_TEMPLATE},
    )
    for value, shown in ((5, 5), (20, 10)):
        ioc.ask(f"dbpf T:FREE {value}")
        ioc.wait_for(f"set free {value}")
        eventually(lambda: re.search(rf"DBF_LONG: +{shown} ", ioc.ask("dbgf T:FREE_R")))  # noqa: B023
    assert ioc.exit() == 0


BOUND = """
from PythonDriver import PythonDriver

class D(PythonDriver):
    __db__ = "d.template"
    assign = PythonDriver.write  # binds in a class, as any function does
    def write(self, reason, value):
        if reason == "PLAIN":
            self.assign(reason, value)
            PythonDriver.write(self, "NAMED", value + 1)
            base = super().write
            base("LATER", value + 2)
            D.of_another(Another(), reason)
            print(base.__name__, base.__self__ is self, base == super().write, "record writes" in base.__doc__, flush=True)
    def of_another(self, reason):
        super().write(reason, 7)

class Another(D):
    def __del__(self):
        print("another", vars(self), flush=True)
Another.params = {"PLAIN": "here"}

driver = D()
"""


def test_the_method_binds_as_a_function(start_ioc: StartIoc) -> None:
    ioc = start_ioc(
        'asynPythonDriverConfigure("P1", "d")\ndbLoadRecords("d.template")\niocInit\n',
        modules={"d": BOUND},
        files={"d.template": TEMPLATE},
    )
    for value in (3, 10):
        ioc.ask(f"dbpf T:PLAIN {value}")
        for name, expected in (("PLAIN", value), ("NAMED", value + 1), ("LATER", value + 2)):
            shown = re.compile(rf"DBF_LONG: +{expected} ")
            eventually(lambda name=name, shown=shown: shown.search(ioc.ask(f"dbgf T:{name}_R")))
    ioc.wait_for_count(r"write True True True", 2)
    ioc.wait_for_count(r"another \{'here': 7\}", 2)
    assert "Traceback" not in ioc.output
    assert ioc.exit() == 0


REFUSED = """
from PythonDriver import PythonDriver

async def later(reason, value):
    pass

class D(PythonDriver):
    __db__ = "d.template"
    def __init__(self):
        self.write = later
    def __del__(self):
        print("freed", flush=True)

driver = D()
"""


def test_a_driver_that_is_refused_is_freed(start_ioc: StartIoc) -> None:
    ioc = start_ioc(
        'asynPythonDriverConfigure("P1", "d")\necho up\n', modules={"d": REFUSED}, files={"d.template": TEMPLATE}
    )
    ioc.wait_for("up\n")
    assert "module d cannot be used" in ioc.output
    ioc.wait_for("freed\n")
    assert ioc.exit() == 0
