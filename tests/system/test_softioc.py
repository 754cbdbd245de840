"""softioc: an IOC that is a Python script, with clients."""

import os
import socket
from pathlib import Path

import aioca
import pytest
from clients import Pva, get, put
from conftest import ROOT, eventually
from epicscorelibs.ca.dbr import DBR_CHAR_STR
from softioc_script import QUIET, SHELL, START, Script, Scripts, scripts

__all__ = ["scripts"]
pytestmark = pytest.mark.python_host

EVERY = """
builder.SetDeviceName("T")
log = []
r = dict(
    AI=builder.aIn("AI", 0, 10, "V", 3, initial_value=1.5),
    AO=builder.aOut("AO", -5, 5, "V", 3, initial_value=2.5, on_update=log.append),
    BI=builder.boolIn("BI", "off", "on", initial_value=True),
    BO=builder.boolOut("BO", "off", "on", initial_value=1, on_update=log.append),
    LI=builder.longIn("LI", initial_value=-7), LO=builder.longOut("LO", initial_value=8, on_update=log.append),
    QI=builder.int64In("QI", initial_value=2**40), QO=builder.int64Out("QO", initial_value=2**41, on_update=log.append),
    SI=builder.stringIn("SI", initial_value="grün"), SO=builder.stringOut("SO", initial_value="b", on_update=log.append),
    MI=builder.mbbIn("MI", "a", ("b", "MINOR"), ("c", 7, 2), initial_value=7),
    MO=builder.mbbOut("MO", "a", ("b", 1), "c", initial_value=1, on_update_name=lambda v, n: log.append((v, n))),
    WI=builder.WaveformIn("WI", [1.5, 2.5]), WO=builder.WaveformOut("WO", length=5, datatype=np.int16, on_update=log.append),
    WU=builder.WaveformIn("WU", np.array([1, 255], np.uint8)), WS=builder.WaveformOut("WS", ["x", "yz"], length=3, on_update=log.append),
    TI=builder.longStringIn("TI", initial_value="long " * 20, length=500), TO=builder.longStringOut("TO", on_update=log.append),
    ACT=builder.Action("ACT", on_update=log.append),
)
"""


def test_every_kind_of_record(scripts: Scripts) -> None:
    ioc = scripts.run(EVERY)
    starts = {"AI": 1.5, "AO": 2.5, "BI": 1, "BO": 1, "LI": -7, "LO": 8, "SI": "grün", "SO": "b", "MI": 2, "MO": 1}
    for name, value in starts.items():
        assert get(f"T:{name}") == value
        assert get(f"T:{name}.SEVR") == (2 if name == "MI" else 0)
    assert list(get("T:WI")) == [1.5, 2.5]
    assert list(get("T:WU")) == [1, 255]
    assert list(get("T:WS")) == ["x", "yz"]
    assert len(get("T:WO")) == 0
    assert get("T:TI", datatype=DBR_CHAR_STR) == "long " * 20
    with Pva() as pva:
        assert pva.get("T:QI") == 2**40 and pva.get("T:QO") == 2**41
        assert pva.get("T:TI") == "long " * 20
        pva.put("T:QO", 2**42 + 1)
        pva.put("T:AO", 1.25)
    for name, value in {"BO": 0, "LO": -3, "SO": "µ", "MO": 2, "ACT": 1}.items():
        assert put(f"T:{name}", value)
    assert put("T:ACT", 1)  # the same value again: it is always told
    assert put("T:WO", [4, 5, 6]) and put("T:WS", ["ä", "b", "c"])
    assert put("T:TO", "text", datatype=DBR_CHAR_STR)
    ioc.until("len(log)", "11")
    assert ioc.ask("log[:8]") == repr([2**42 + 1, 1.25, 0, -3, "µ", (2, "T:MO"), 1, 1])
    assert ioc.ask("log[8].tolist(), log[9:]") == repr(([4, 5, 6], [["ä", "b", "c"], "text"]))
    assert ioc.ask("[str(r['WO'].get().dtype), r['WO'].get().flags.writeable, r['WS'].get()]") == repr(
        ["int16", False, ["ä", "b", "c"]]
    )
    assert ioc.ask("r['AO'].get_field('DRVH'), r['AO'].get_field('HOPR'), str(r['AO'])") == repr(
        ("5.000", "5.000", "T:AO")
    )
    assert ioc.exit() == 0


VALUES = """
builder.SetDeviceName("V")
made = {}
for kind in ("aIn", "longIn", "int64In", "boolIn", "mbbIn"):
    made[kind] = getattr(builder, kind)(kind)
    made[kind.replace("In", "Out")] = getattr(builder, kind.replace("In", "Out"))(kind.replace("In", "Out"))
def tries(record, values):
    out = []
    for value in values:
        try:
            record.set(value)
            out.append(record.get())
        except Exception as error:
            out.append(type(error).__name__)
    return out
small = [np.dtype(t).type(3) for t in "b B h H i I l L f d e ?".split()]
name60 = builder.aIn("n" * 58, initial_value=1)
waves = {t: builder.WaveformIn("w" + t, length=4, datatype=np.dtype(t)) for t in "b B h H i I l L f d".split()}
text, longtext = builder.stringIn("s"), builder.longStringIn("ls", length=10)
strings = builder.WaveformIn("ws", length=2, FTVL="STRING")
"""


def test_values_of_every_dtype_and_those_that_do_not_fit(scripts: Scripts) -> None:
    ioc = scripts.run(VALUES)
    for kind in ("aIn", "longIn", "int64In", "mbbOut", "longOut"):
        expected = [3] * 11 + [1]
        assert ioc.ask(f"tries(made[{kind!r}], small) == {expected}") == "True", kind
    assert ioc.ask("tries(made['boolOut'], [True, np.True_, 0, np.int8(1)])") == "[1, 1, 0, 1]"
    assert ioc.ask("tries(made['longIn'], [2**31, -2**31, 1.5, '1', None, 2.0])") == repr(
        ["OverflowError", -(2**31), "TypeError", "TypeError", "TypeError", 2]
    )
    assert ioc.ask("tries(made['aIn'], ['1', None, 1j, [1.0], 2**70])") == repr(
        ["TypeError", "TypeError", "TypeError", "TypeError", float(2**70)]
    )
    for letter in "bBhHiIlLfd":
        assert (
            ioc.ask(
                f"[list(v) for v in tries(waves[{letter!r}], [[1, 2], np.arange(4.0), [], (3,), np.array([7], '{letter}')])] == [[1, 2], [0, 1, 2, 3], [], [3], [7]]"
            )
            == "True"
        ), letter
    assert ioc.ask("tries(waves['b'], [[200], [float('nan')], range(5), [[1]], ['a'], [1j]])") == repr(
        ["ValueError", "ValueError", "ValueTooLong", "AssertionError", "ValueError", "TypeError"]
    )
    assert ioc.ask("tries(text, ['x' * 39, 'x' * 40, 'é' * 20, '', 5])") == repr(
        ["x" * 39, "ValueTooLong", "ValueTooLong", "", "TypeError"]
    )
    assert ioc.ask("tries(longtext, ['123456789', '1234567890', 'äöü'])") == repr(["123456789", "ValueTooLong", "äöü"])
    assert ioc.ask("tries(strings, [['a', 'é'], 'one', [1, 2], ['x' * 40], list('abc')])") == repr(
        [["a", "é"], ["one"], ["1", "2"], "ValueTooLong", "ValueTooLong"]
    )
    assert get("V:" + "n" * 58) == 1
    assert ioc.exit() == 0


CHOICES = """
builder.SetDeviceName("C")
bools = [builder.boolIn("BI", "no", "yes", initial_value=4), builder.boolOut("BO", "no", "yes", initial_value=4)]
named = [builder.mbbIn("MI", "a", ("b", 1), "c"), builder.mbbOut("MO", "a", ("b", 1), "c")]
valued = builder.mbbIn("VALUED", ("a", 5, 0), ("b", "0x7", 0))
fields = builder.mbbOut("FIELDS", ZRVL=1, ZRST="one", ONVL=2, ONST="two")
free = builder.mbbOut("FREE")
masked = builder.mbbOut("MASKED", ("a", 0, 0), ("b", 1, 0), NOBT=4)
def fails(call):
    try: return call()
    except Exception as error: return type(error).__name__ + ": " + str(error)
made = [fails(lambda: builder.mbbIn("X", "a", "b", initial_value=2)), fails(lambda: builder.longIn("X", initial_value="2"))]
def tries(record, value):
    return fails(lambda: record.set(value)), record.get()
"""


def test_a_choice_is_one_that_the_record_has(scripts: Scripts) -> None:
    ioc = scripts.run(CHOICES)
    assert ioc.ask("made") == repr(
        [
            "ValueError: record X: expected one of 0 (a), 1 (b), got 2",
            "TypeError: record X: expected an integer, got '2' (str)",
        ]
    )
    assert ioc.ask("valued.get(), fields.get()") == "(0, 0)"
    assert ioc.ask("tries(free, 2**16)[0]").startswith("'ValueError: record C:FREE: expected the number of a state")
    for i, name in enumerate(("MI", "MO")):
        assert ioc.ask(f"tries(named[{i}], 2)") == "(None, 2)"
        for wrong in (3, -1, 2**16, 2**40):
            expected = (f"ValueError: record C:{name}: expected one of 0 (a), 1 (b), 2 (c), got {wrong}", 2)
            assert ioc.ask(f"tries(named[{i}], {wrong})") == repr(expected)
        assert ioc.ask(f"tries(named[{i}], 'a')") == repr(
            (f"TypeError: record C:{name}: expected an integer, got 'a' (str)", 2)
        )
        eventually(lambda name=name: get(f"C:{name}") == 2)
    assert ioc.ask("tries(valued, 7), tries(valued, 1)[0]") == repr(
        ((None, 7), "ValueError: record C:VALUED: expected one of 5 (a), 7 (b), got 1")
    )
    assert (
        ioc.ask("tries(fields, 1), tries(fields, 2)[1], tries(free, 11), tries(masked, 3)")
        == "((None, 1), 1, (None, 11), (None, 3))"
    )
    # A state that the record has got since.
    ioc.do("named[1].set_field('THST', 'd'); named[1].set_field('THVL', 3)")
    assert ioc.ask("tries(named[1], 3)") == "(None, 3)"
    eventually(lambda: get("C:MO") == 3)
    assert ioc.exit() == 0


def test_any_integer_but_0_is_true(scripts: Scripts) -> None:
    """For the script as for the record, which shows 1."""
    ioc = scripts.run(CHOICES)
    for i, name in enumerate(("BI", "BO")):
        assert get(f"C:{name}") == 1 and ioc.ask(f"bools[{i}].get()") == "1"
        for value, expected in ((0, 0), (2, 1), (0, 0), (-1, 1), (0, 0), (2**40, 1)):
            assert ioc.ask(f"tries(bools[{i}], {value})") == repr((None, expected))
            eventually(lambda name=name, expected=expected: get(f"C:{name}") == expected)
        assert ioc.ask(f"tries(bools[{i}], 'yes')[0]").startswith(f'"TypeError: record C:{name}: expected an integer')
    assert ioc.exit() == 0


WRONG = [
    ('builder.aIn("X", FOO=1)', "AttributeError", "FOO"),
    ('builder.aIn("X", SCAN="often")', "AssertionError", "often"),
    ('builder.aIn("X", on_update=print)', "AssertionError", "on_update"),
    ('builder.aIn("X", initial_value="a")', "TypeError", "a number"),
    ('builder.aOut("X", on_update=print, on_update_name=print)', "AssertionError", "got both"),
    ('builder.mbbIn("X", *"abcdefghijklmnopq")', "AssertionError", "16"),
    ('builder.WaveformIn("X")', "AssertionError", "length"),
    ('builder.WaveformIn("X", length=3, NELM=3)', "AssertionError", "length or NELM"),
    ('builder.WaveformIn("X", [1], datatype=int, FTVL="LONG")', "AssertionError", "datatype or FTVL"),
    ('builder.WaveformIn("X", length=0)', "AssertionError", "at least 1"),
    ('builder.WaveformIn("X", [1j])', "TypeError", "complex"),
    ('builder.WaveformIn("X", np.zeros((2, 2)))', "AssertionError", "dimension"),
    ('builder.stringIn("X", initial_value="y" * 40)', "ValueTooLong", "39"),
    ('builder.longStringIn("X", FTVL="UCHAR")', "AssertionError", "FTVL"),
    ('builder.aIn("x" * 59)', "AssertionError", "too long"),
    ('builder.aIn("OK")', "AssertionError", "already"),
]


def test_what_is_wrong_is_said_and_nothing_is_left_of_it(scripts: Scripts) -> None:
    source = 'builder.SetDeviceName("E")\nok = builder.aIn("OK", initial_value=1)\nfor text in ' + repr(
        [line for line, _, _ in WRONG]
    )
    source += """:
    try:
        eval(text)
        print("NOTHING WRONG", text)
    except Exception as error:
        print(type(error).__name__, error, "|", text)
"""
    ioc = scripts.run(source, "try:\n    builder.aIn('LATE')\nexcept AssertionError as error:\n    print(error)\n")
    for line, kind, words in WRONG:
        said = [each for each in ioc.output.splitlines() if each.endswith("| " + line)]
        assert said and said[0].startswith(kind) and words in said[0], (line, said)
    ioc.wait_for("LATE.*before LoadDatabase")
    assert ioc.ask("ok.get()") == "1.0"
    assert "no record or field E:OK.NOPE" in ioc.do("ok.get_field('NOPE')")
    assert "cannot write E:OK.SCAN" in ioc.do("ok.set_field('SCAN', 'often')")
    ioc.do("softioc.iocInit()")
    assert "once" in ioc.output
    assert ioc.exit() == 0


def test_a_script_that_fails_ends_as_python_does(scripts: Scripts, tmp_path: Path) -> None:
    for source, code in (("1/0\n", 1), (START + "sys.exit(3)\n", 3), (START, 0)):
        ioc = scripts.start("builder.SetDeviceName('F')\nbuilder.aIn('A')\n" + source)
        assert ioc.finish() == code, ioc.output


NO_ROOM = """
builder.SetDeviceName("F")
builder.aIn("A")
import os, tempfile
tempfile.tempdir = "/there/is/none"
try: builder.LoadDatabase()
except OSError as error: print("first:", error)
"""


def test_an_ioc_without_its_records_does_not_start(scripts: Scripts) -> None:
    start = "softioc.iocInit()\nprint('started')\n"
    ioc = scripts.start(NO_ROOM + start)
    assert ioc.finish() == 1
    assert "first: [Errno 2] No such file or directory: '/there/is/none/" in ioc.output
    assert "RuntimeError: iocInit cannot start the IOC, because LoadDatabase failed: [Errno 2] No such" in ioc.output
    assert "started" not in ioc.output and "iocRun" not in ioc.output
    # The records themselves are not the fault: the next one may load them.
    ioc = scripts.start(NO_ROOM + "tempfile.tempdir = None\nbuilder.LoadDatabase()\n" + start + SHELL)
    ioc.wait_for("(?m)^started$")
    assert get("F:A") == 0
    assert ioc.exit() == 0


@pytest.mark.parametrize("call", ["softioc.iocInit()", "softioc.iocsh('iocInit')"])
def test_an_ioc_whose_init_fails_ends_at_once(scripts: Scripts, call: str) -> None:
    ioc = scripts.start(
        "builder.SetDeviceName('F')\nbuilder.aIn('A')\nbuilder.LoadDatabase()\n"
        f"softioc.iocsh('asSetFilename /there/is/none.acf')\n{call}\n"
    )
    assert ioc.finish() == (1 if "iocsh" not in call else 0), ioc.output
    assert "asInit Failed" in ioc.output and "did not shut down" not in ioc.output
    assert "iocsh" in call or "RuntimeError: iocInit failed; see the errors above" in ioc.output


LOOPS = """
import asyncio
from softioc.asyncio_dispatcher import AsyncioDispatcher
builder.SetDeviceName("F")
a, w = builder.aIn("A"), builder.WaveformIn("W", length=100)
o = builder.aOut("O", on_update=lambda v: time.sleep(1000))
def loop():
    n = 0
    while True:
        n += 1; a.set(n); w.set([n] * 10); o.get(); o.set(n)
builder.LoadDatabase()
dispatcher = AsyncioDispatcher() if "asyncio" in sys.argv else None
softioc.iocInit(dispatcher)
for i in range(4): threading.Thread(target=loop, daemon=True).start()
time.sleep(0.1)
"""


@pytest.mark.parametrize("end, code", [("", 0), ("sys.exit(3)\n", 3), ("1/0\n", 1)])
def test_a_script_may_end_while_its_threads_run(scripts: Scripts, end: str, code: int) -> None:
    """At its last line, not by softioc's exit: Python then goes down around them."""
    ioc = scripts.start(LOOPS + end)
    assert ioc.finish() == code, ioc.output
    assert "softioc:" not in ioc.output


def test_a_script_may_end_while_a_client_is_in_its_code(scripts: Scripts) -> None:
    ioc = scripts.start(
        """
builder.SetDeviceName("F")
from softioc import _ioc
_ioc.LIMIT = 3.0
inside = threading.Event()
def validate(record, value):
    inside.set()
    time.sleep(1000)
a = builder.aOut("A", validate=validate)
builder.LoadDatabase()
softioc.iocInit()
print("up", flush=True)
inside.wait()
"""
    )
    ioc.wait_until_up()
    assert put("F:A", 1, wait=False)
    assert ioc.finish() == 1  # told and bounded
    assert "write does not return" in ioc.output or "did not shut down" in ioc.output


def test_a_script_with_a_python_port_may_end(scripts: Scripts, tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text(
        "import threading, time\nfrom PythonDriver import PythonDriver\n"
        "class D(PythonDriver):\n"
        "    def run(self):\n        while True: time.sleep(0.001)\n"
        "driver = D()\nthreading.Thread(target=driver.run, daemon=True).start()\n"
    )
    ioc = scripts.start(
        "builder.SetDeviceName('F')\na = builder.aIn('A')\n"
        'softioc.iocsh(\'asynPythonDriverConfigure("PY", "other")\')\n'
        "builder.LoadDatabase()\nsoftioc.iocInit()\nsys.exit(4)\n"
    )
    assert ioc.finish() == 4, ioc.output


def test_fields_and_links(scripts: Scripts) -> None:
    ioc = scripts.run(
        """
builder.SetDeviceName("L")
a = builder.aOut("A", initial_value=1)
c = builder.records.calc("C", CALC="A*2", INPA=builder.CP(a), EGU="mm")
a.FLNK = builder.records.calc("D", CALC="VAL+1")
a.add_alias("OTHER")
a.add_info("autosaveFields", "VAL")
print(a.EGU, a("CP"), [str(x) for x in (c, a)], builder.LookupRecord("L:C").name)
"""
    )
    ioc.wait_for(r"L:A.EGU L:A CP \['L:C', 'L:A'\] L:C")
    assert put("OTHER", 4)
    eventually(lambda: get("L:C") == 8 and get("L:D") == 1)
    ioc.do("a.set(5)")
    eventually(lambda: get("L:C") == 10 and get("L:D") == 2)
    ioc.do("a.set_field('EGU', 'cm')")
    assert get("L:A.EGU") == "cm"
    assert ioc.exit() == 0


def test_alarms_and_time_stamps(scripts: Scripts) -> None:
    ioc = scripts.run(
        """
builder.SetDeviceName("L")
a = builder.aIn("A", TSE=-2, initial_value=1, severity=1, status=alarm.HIGH_ALARM)
w = builder.WaveformIn("W", length=3, TSE=-2)
o = builder.aOut("O", initial_value=1)
"""
    )
    assert ioc.ask("a.get_field('SEVR'), a.get_field('STAT')") == repr(("MINOR", "HIGH"))
    ioc.do("a.set(2, severity=alarm.MAJOR_ALARM, alarm=alarm.COMM_ALARM, timestamp=1e9 + 0.25)")
    ioc.until("a.get_field('SEVR'), a.get_field('STAT')", repr(("MAJOR", "COMM")))
    value = get("L:A", format=aioca.FORMAT_TIME)
    assert (value, value.severity, value.timestamp) == (2, 2, 1e9 + 0.25)
    ioc.do("a.set_alarm(alarm.NO_ALARM, 0)")
    ioc.until("a.get_field('SEVR'), a.get()", repr(("NO_ALARM", 2.0)))
    ioc.do("w.set([1, 2], severity=alarm.INVALID_ALARM, alarm=alarm.READ_ALARM, timestamp=1e9)")
    ioc.until("w.get_field('SEVR'), w.get_field('STAT'), w.get_field('NORD')", repr(("INVALID", "READ", "2")))
    assert get("L:W", format=aioca.FORMAT_TIME).timestamp == 1e9
    ioc.do("o.set(3, severity=2, alarm=alarm.STATE_ALARM)")
    ioc.until("o.get_field('SEVR'), o.get_field('STAT')", repr(("MAJOR", "STATE")))
    assert put("L:O", 4)
    assert ioc.ask("o.get_field('SEVR'), o.get()") == repr(("NO_ALARM", 4.0))
    assert "seconds since 1970" in ioc.do("a.set(1, timestamp=-5)")
    assert ioc.exit() == 0


def test_both_worlds_in_one_ioc(scripts: Scripts, tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text(
        "from PythonDriver import PythonDriver\n"
        "class D(PythonDriver):\n    __db__ = 'other.template'\n    def __init__(self):\n        self.x = 4\n"
        "driver = D()\n"
    )
    (tmp_path / "other.template").write_text(
        'record(longout, "$(P)X") { field(DTYP, "asynInt32") field(OUT, "@asyn(PY)X") info(pyname, "x") }\n'
    )
    ioc = scripts.run(
        """
builder.SetDeviceName("B")
a = builder.aIn("A", initial_value=1)
softioc.iocsh('asynPythonDriverConfigure("PY", "other")')
softioc.dbLoadRecords("other.template", "P=B:")
"""
    )
    assert get("B:X") == 4 and get("B:A") == 1
    assert put("B:X", 5) and get("B:X") == 5
    with Pva() as pva:
        assert pva.get("B:X") == 5 and pva.get("B:A") == 1
    assert "PY" in ioc.do("softioc.iocsh('asynReport 1')") and "softioc" in ioc.output
    assert ioc.exit() == 0


def test_without_pvaccess(scripts: Scripts) -> None:
    ioc = scripts.start(
        'builder.SetDeviceName("N")\na = builder.aIn("A", initial_value=1)\nbuilder.LoadDatabase()\n'
        "softioc.iocInit(enable_pva=False)\nprint('up')\nsoftioc.interactive_ioc(globals())\n"
    )
    ioc.wait_until_up()
    assert get("N:A") == 1
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(os.environ["EPICS_PVAS_SERVER_PORT"])))
    assert ioc.exit() == 0
    assert "QSRV" not in ioc.output


def test_the_commands_of_the_shell(scripts: Scripts) -> None:
    ioc = scripts.run('builder.SetDeviceName("C")\na = builder.aOut("A", initial_value=1)\n')
    assert "C:A" in ioc.do("dbl()")
    assert "C:A" in ioc.do("dbgrep('C:*')")
    assert "DBF_DOUBLE:" in ioc.do("dbgf('C:A')")
    assert "2.5" in ioc.do("dbpf('C:A', 2.5)") and ioc.ask("a.get()") == "2.5"
    for command in (
        "dba('C:A')", "dbnr()", "dbpr('C:A', 1)", "dbtr('C:A')", "dbtgf('C:A')", "dbtpf('C:A', 1)",
        "dbtpn('C:A', 1)", "dbior()", "dbhcr()", "dbel('C:A')", "dbcar()", "gft('C:A')", "pft('C:A', 3)",
        "tpn('C:A', 4)", "dblsr('C:A')", "dbLockShowLocked()", "scanppl()", "scanpel()", "scanpiol()",
        "generalTimeReport()", "eltc(1)", "casr(1)",
    ):  # fmt: skip
        assert "Traceback" not in ioc.do(command), command
    assert ioc.exit() == 0


@pytest.mark.parametrize("how", ["exit", "exit()", "exit(4)", "sys.exit(5)", ""])
def test_the_shell_ends_the_process(scripts: Scripts, how: str) -> None:
    ioc = scripts.run(
        'builder.SetDeviceName("X")\nimport atexit\natexit.register(print, "at exit")\n'
        "def loop():\n    while True:\n        a.set(time.time())\n"
        'a = builder.aIn("A")\nthreading.Thread(target=loop).start()\n'
        "import asyncio\nfrom softioc.asyncio_dispatcher import AsyncioDispatcher\nd = AsyncioDispatcher()\n"
    )
    assert ioc.process.stdin is not None
    if how:
        ioc.command(how)
    else:
        ioc.process.stdin.close()
    assert ioc.finish() == {"exit(4)": 4, "sys.exit(5)": 5}.get(how, 0), ioc.output
    assert "at exit" in ioc.output


def test_an_ioc_without_a_shell(scripts: Scripts) -> None:
    ioc = scripts.start('builder.SetDeviceName("X")\na = builder.aIn("A", initial_value=1)\n' + QUIET)
    ioc.wait_until_up()
    assert get("X:A") == 1
    assert ioc.terminate() == 0


@pytest.mark.parametrize("name", ["first_ioc.py", "ioc_entry.py", "thermostat.py"])
def test_the_examples(scripts: Scripts, name: str, tmp_path: Path) -> None:
    folder = ROOT / "examples" / "pythonIoc"
    for file in folder.glob("*.py"):
        (tmp_path / file.name).write_text(file.read_text())
    script = Script([name], tmp_path)
    try:
        if name == "first_ioc.py":
            eventually(lambda: get("TS-TEST-TEST-01:TEST") == "This is a test")
        elif name == "thermostat.py":
            assert eventually(lambda: put("ROOM:TARGET", 17))
            eventually(lambda: get("ROOM:TEMPERATURE") == 17 and get("ROOM:STATE") == 0)
            put("ROOM:TARGET", 26)
            eventually(lambda: get("ROOM:TARGET") == 17)
            assert put("ROOM:RESET", 1)
            eventually(lambda: get("ROOM:TEMPERATURE") == 15)
        else:
            assert eventually(lambda: put("TS-FURNACE-01:TARGET", 100))
            assert put("TS-FURNACE-01:HEATING", 1)
            eventually(lambda: get("TS-FURNACE-01:TEMPERATURE") > 21)
        script.command("exit")
        assert script.finish() == 0
        assert name == "thermostat.py" or "cothread==2.12" in script.output
    finally:
        script.kill()
