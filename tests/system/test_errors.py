"""What bad input gets: an error that names everything, and an IOC that goes on."""

import re
import subprocess
import textwrap
import time
from pathlib import Path

import pytest
from conftest import EXECUTABLE, Ioc, StartIoc, eventually, installed_flags

TEMPLATE = """
record(longout, "$(P)SET") { field(DTYP, "asynInt32") field(OUT, "@asyn($(PORT))VALUE") info(pyname, "value") }
record(longin, "$(P)GET") { field(DTYP, "asynInt32") field(INP, "@asyn($(PORT))VALUE") field(SCAN, "I/O Intr") info(pyname, "value") }
record(longin, "$(P)ASK") { field(DTYP, "asynInt32") field(INP, "@asyn($(PORT))ASKED") info(pyname, "asked") }
"""

GOOD = """
from PythonDriver import PythonDriver
class D(PythonDriver):
    __db__ = "d.template"
    def __init__(self):
        self.value = 1
driver = D()
"""

LOAD = 'dbLoadRecords("d.template", "P=T:,PORT=P1")\niocInit\n'


def run(start_ioc: StartIoc, module: str, template: str = TEMPLATE, call: str = '("P1", "d")') -> Ioc:
    ioc = start_ioc(
        f'asynPythonDriverConfigure{call}\necho "it goes on"\n',
        modules={"d": textwrap.dedent(module)},
        files={"d.template": template},
    )
    ioc.wait_for("it goes on\n")
    return ioc


CASES = {
    "no such module": (GOOD, TEMPLATE, '("P1", "absent")', ["port P1", "absent", "the module was searched for in"]),
    "syntax error": ("def (", TEMPLATE, '("P1", "d")', ["port P1", "d.py", "SyntaxError"]),
    "no driver": (
        GOOD.replace("driver = D()", ""),
        TEMPLATE,
        '("P1", "d")',
        ["port P1", "no object named driver", "driver = D()"],
    ),
    "raises in __init__": (
        GOOD.replace("self.value = 1", "raise RuntimeError('no hardware')"),
        TEMPLATE,
        '("P1", "d")',
        ["port P1", "d.py", "line 6", "no hardware"],
    ),
    "no template": (
        GOOD.replace("d.template", "x.template"),
        TEMPLATE,
        '("P1", "d")',
        ["D.__db__", "x.template was not found in"],
    ),
    "template does not parse": (
        GOOD,
        'record(ai, "X") {\n  field(DTYP "asynInt32")\n}\n',
        '("P1", "d")',
        ["d.template, line 2"],
    ),
    "pyname is no identifier": (
        GOOD,
        TEMPLATE.replace('"asked"', '"a-b"'),
        '("P1", "d")',
        ["'a-b'", "d.template, line 4"],
    ),
    "pyname is a method": (
        GOOD,
        TEMPLATE.replace('"asked"', '"update"'),
        '("P1", "d")',
        ["'update'", "d.template, line 4"],
    ),
    "pyname for two drvInfo": (
        GOOD,
        TEMPLATE.replace('"asked"', '"value"'),
        '("P1", "d")',
        ["'value'", "ASKED", "VALUE", "line 4", "line 2"],
    ),
    "pyname on a soft record": (
        GOOD,
        'record(ai, "S") { info(pyname, "value") }\n',
        '("P1", "d")',
        ["record S", "expected a DTYP of asyn for an attribute, got Soft Channel"],
    ),
    "value of the wrong type": (
        GOOD.replace("= 1", "= 'one'"),
        TEMPLATE,
        '("P1", "d")',
        ["port P1: D.value", "VALUE", "'one'", "an integer"],
    ),
    "no port name": (GOOD, TEMPLATE, '("", "d")', ["expected a port name"]),
    "no module name": (GOOD, TEMPLATE, '("P1")', ["port P1", "name of a Python module"]),
    "negative count": (GOOD, TEMPLATE, '("P1", "d", -1)', ["port P1", "-1"]),
    "unknown option": (
        GOOD,
        TEMPLATE,
        '("P1", "d", 1, "interpreter=red")',
        ["port P1", "interpreter=red", "valid modes: auto, own, shared, main"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_configuration_errors_are_told_and_leave_no_port(start_ioc: StartIoc, case: str) -> None:
    module, template, call, words = CASES[case]
    ioc = run(start_ioc, module, template, call)
    report = ioc.ask("asynReport 0")
    for word in words:
        assert word in ioc.output, f"{word!r} is not in:\n{ioc.output}"
    assert "multiDevice" not in report
    if EXECUTABLE:
        return  # asyn keeps the name of a port that was shut down
    # The name is free for a better module.
    (ioc.cwd / "good.py").write_text(GOOD)
    (ioc.cwd / "d.template").write_text(TEMPLATE)
    ioc.ask('asynPythonDriverConfigure("P1", "good")')
    assert "P1 multiDevice" in ioc.ask("asynReport 0")
    assert ioc.exit() == 0


# In the module, in what it imports, and in Python itself.
UNUSABLE = {
    "missing": "import helper_that_is_missing\n",
    "raises": "def f():\n    raise ValueError('no such device')\nf()\n",
    "imports": "import raises\n",
    "mistyped": "x = (\n",
    "library": "import json\njson.loads('{')\n",
    "template": "from PythonDriver import PythonDriver\nclass D(PythonDriver):\n    __db__ = 'x.template'\n",
}


@pytest.mark.parametrize("mode", ["auto", "main"])
def test_an_import_error_shows_the_frames_of_the_drivers_author(start_ioc: StartIoc, mode: str) -> None:
    names = [*UNUSABLE, "absent"]
    options = f"interpreter={mode}"
    calls = [f'asynPythonDriverConfigure("P_{name}", "{name}", 1, "{options}")\n' for name in names]
    ioc = start_ioc("".join(calls) + "echo told\n", modules=UNUSABLE)
    ioc.wait_for("told\n")
    for line in ["import helper_that_is_missing", "raise ValueError('no such device')", "json.loads('{')", "class D"]:
        assert line in ioc.output
    assert "json/decoder.py" in ioc.output
    assert 'mistyped.py", line 1' in ioc.output
    for internal in ["importlib", "_bootstrap", "_binding.py", "_namespace.py", "_template.py"]:
        assert internal not in ioc.output
    folder = f"    {ioc.cwd}\n"
    told = ioc.output[ioc.output.index("x.template was not found in") :]
    assert told[: told.index("P_absent")].count(folder) == 1
    assert told[told.index("the module was searched for in") :].count(folder) == 1


def test_a_second_port_of_the_same_name_is_refused(start_ioc: StartIoc) -> None:
    ioc = run(start_ioc, GOOD)
    assert "a port of this name already" in ioc.ask('asynPythonDriverConfigure("P1", "d")')
    assert ioc.exit() == 0


@pytest.mark.python_host
def test_records_that_cannot_work_are_told_and_alarmed(start_ioc: StartIoc) -> None:
    bad = """
    record(longin, "T:PORT") { field(DTYP, "asynInt32") field(INP, "@asyn(NONE)VALUE") }
    record(longin, "T:INFO") { field(DTYP, "asynInt32") field(INP, "@asyn(P1)NOTHING") }
    record(longin, "T:LINK") { field(DTYP, "asynInt32") field(INP, "@asyn(P1") }
    """
    ioc = start_ioc(
        'asynPythonDriverConfigure("P1", "d")\ndbLoadRecords("bad.db")\n' + LOAD,
        modules={"d": GOOD},
        files={"d.template": TEMPLATE, "bad.db": bad},
    )
    for name, word in (("PORT", "NONE"), ("INFO", "NOTHING"), ("LINK", "parentheses")):
        ioc.wait_for(rf"record T:{name}, DTYP asynInt32.*{word}")
        assert "LINK" in ioc.ask(f"dbgf T:{name}.STAT")
        assert "INVALID" in ioc.ask(f"dbgf T:{name}.SEVR")
    assert ioc.exit() == 0


@pytest.mark.python_host
def test_every_bad_record_is_told(start_ioc: StartIoc) -> None:
    count = 300
    bad = "".join(
        f'record(longin, "T:{i}") {{ field(DTYP, "asynInt32") field(INP, "@asyn(NONE)VALUE") }}\n' for i in range(count)
    )
    ioc = start_ioc('dbLoadRecords("bad.db")\niocInit\n', files={"bad.db": bad})
    ioc.wait_for(rf"record T:{count - 1}, DTYP asynInt32")
    missing = [i for i in range(count) if f"record T:{i}, " not in ioc.output]
    assert not missing, ioc.output
    assert ioc.exit() == 0


RAISING = """
from PythonDriver import PythonDriver
class D(PythonDriver):
    __db__ = "d.template"
    def __init__(self):
        self.value = 1
    def write(self, reason, value):
        if value == 13:
            raise ValueError("thirteen is not lucky")
        super().write(reason, value)
    def read(self, reason):
        if reason == "ASKED":
            raise OSError("the cable is out")
driver = D()
"""


def test_exceptions_in_read_and_write_alarm_the_record(start_ioc: StartIoc) -> None:
    ioc = start_ioc(
        'asynPythonDriverConfigure("P1", "d")\n' + LOAD,
        modules={"d": RAISING},
        files={"d.template": TEMPLATE},
    )
    start = time.monotonic()
    ioc.ask("dbpf T:SET 13")
    ioc.wait_for("thirteen is not lucky")
    assert "WRITE" in ioc.ask("dbgf T:SET.STAT")
    assert "INVALID" in ioc.ask("dbgf T:SET.SEVR")
    assert "DBF_LONG:           1 " in ioc.ask("dbgf T:GET")
    ioc.ask("dbpf T:SET 14")
    assert "NO_ALARM" in ioc.ask("dbgf T:SET.SEVR")
    eventually(lambda: "DBF_LONG:           14" in ioc.ask("dbgf T:GET"))
    ioc.ask("dbpf T:ASK.PROC 1")
    assert "READ" in ioc.ask("dbgf T:ASK.STAT")
    ioc.wait_for("the cable is out")
    for _ in range(50):
        ioc.command("dbpf T:SET 13")
    ioc.ask("echo done")
    # Of write and of read, and each at most once more in 10 s.
    most = 2 + 2 * int((time.monotonic() - start) / 10)
    assert 2 <= ioc.output.count("Traceback (most recent call last)") <= most
    assert ioc.exit() == 0


REFUSING = """
from PythonDriver import PythonDriver
class D(PythonDriver):
    __db__ = "d.template"
    def write(self, reason, value):
        if reason == D.array.name:
            super().write(reason, value)
            raise ValueError("no array is taken")
        if value == 3:
            super().write(reason, value)
        if value != 2.0:
            raise ValueError(f"{value} is refused")
driver = D()
"""

NUMBER = """
record(ao, "T:SET") { field(DTYP, "asynFloat64") field(OUT, "@asyn(P1)VALUE") info(pyname, "value") }
record(ai, "T:GET") { field(DTYP, "asynFloat64") field(INP, "@asyn(P1)VALUE") info(pyname, "value") }
record(waveform, "T:ARRAY") { field(DTYP, "asynInt32ArrayOut") field(INP, "@asyn(P1)ARRAY") field(FTVL, "LONG") field(NELM, "3") info(pyname, "array") }
record(waveform, "T:READ") { field(DTYP, "asynInt32ArrayIn") field(INP, "@asyn(P1)ARRAY") field(FTVL, "LONG") field(NELM, "3") info(pyname, "array") }
"""


def test_what_was_refused_does_not_stay(start_ioc: StartIoc) -> None:
    ioc = start_ioc(
        'asynPythonDriverConfigure("P1", "d")\n' + LOAD, modules={"d": REFUSING}, files={"d.template": NUMBER}
    )
    ioc.ask("dbpf T:SET 2")
    for value in ("nan", "inf", "3"):
        ioc.ask(f"dbpf T:SET {value}")
        assert "INVALID" in ioc.ask("dbgf T:SET.SEVR"), value
        ioc.ask("dbpf T:GET.PROC 1")
        assert re.search(r"DBF_DOUBLE: +2\s", ioc.ask("dbgf T:GET")), value
    ioc.ask("dbpf T:ARRAY 7")
    assert ("READ" if EXECUTABLE else "WRITE") in ioc.ask("dbgf T:ARRAY.STAT")  # asyn says READ of any array
    ioc.ask("dbpf T:READ.PROC 1")
    assert "READ" in ioc.ask("dbgf T:READ.STAT")
    assert ioc.exit() == 0


CLIENTS_TEXT = """
from PythonDriver import PythonDriver
class D(PythonDriver):
    __db__ = "d.template"
    def __init__(self):
        self.value = 1
    def write(self, reason, value):
        error = ValueError(f"refused:\\n{value} is no number, ever")
        error.add_note(f"{value} came from a client")
        raise error
driver = D()
"""

# The time of day one day later, when the library is loaded.
TOMORROW = """
#include <time.h>
#include <epicsTime.h>
#include <epicsGeneralTime.h>
#include <generalTimeSup.h>
static int tomorrow(epicsTimeStamp *stamp)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    epicsTimeFromTimespec(stamp, &now);
    stamp->secPastEpoch += 86400;
    return 0;
}
__attribute__((constructor)) static void start(void)
{
    generalTimeRegisterCurrentProvider("tomorrow", 1, tomorrow);
}
"""


def test_what_a_client_sends_does_not_get_round_the_limit_of_tracebacks(start_ioc: StartIoc) -> None:
    ioc = start_ioc(
        'asynPythonDriverConfigure("P1", "d")\n' + LOAD, modules={"d": CLIENTS_TEXT}, files={"d.template": TEMPLATE}
    )
    start = time.monotonic()
    for value in range(100):
        ioc.command(f"dbpf T:SET {value}")
    ioc.ask("echo done")
    most = 1 + int((time.monotonic() - start) / 10)
    assert 1 <= ioc.output.count("Traceback (most recent call last)") <= most
    assert ioc.exit() == 0


@pytest.mark.python_host
def test_setting_the_clock_does_not_end_the_limit_of_tracebacks(start_ioc: StartIoc, tmp_path: Path) -> None:
    (tmp_path / "tomorrow.c").write_text(TOMORROW)
    flags = installed_flags("--cflags")
    subprocess.run(["cc", "-shared", "-fPIC", *flags, "tomorrow.c", "-o", "libtomorrow.so"], cwd=tmp_path, check=True)
    ioc = start_ioc(
        'asynPythonDriverConfigure("P1", "d")\n' + LOAD, modules={"d": RAISING}, files={"d.template": TEMPLATE}
    )
    start = time.monotonic()
    ioc.ask("dbpf T:SET 13")
    ioc.wait_for("thirteen is not lucky")
    ioc.ask('dlload "./libtomorrow.so"')
    ioc.ask("dbpf T:SET 13")
    ioc.ask("echo done")
    most = 1 + int((time.monotonic() - start) / 10)
    assert 1 <= ioc.output.count("Traceback (most recent call last)") <= most
    assert ioc.exit() == 0
