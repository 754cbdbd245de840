"""What records of softioc show when the IOC has started: values, alarms and times, and the calls of on_update."""

import time

import pytest
from clients import get, put
from conftest import eventually
from softioc_script import Scripts, scripts

__all__ = ["scripts"]
pytestmark = pytest.mark.python_host

OUT = ("aOut", "boolOut", "longOut", "int64Out", "mbbOut", "stringOut", "longStringOut")
NO_ALARM, MAJOR, INVALID, HIGH, UDF, DISABLE = 0, 2, 3, 4, 17, 18

ALARMS = f"""
kinds = {OUT!r}
pre = [getattr(builder, kind)("PRE_" + kind) for kind in kinds] + [builder.WaveformOut("PRE_WaveformOut", length=3)]
post = [getattr(builder, kind)("POST_" + kind) for kind in kinds] + [builder.WaveformOut("POST_WaveformOut", length=3)]
for record in pre:
    record.set_alarm(alarm.MAJOR_ALARM, alarm.DISABLE_ALARM)
preset = builder.aOut("PRESET")
preset.set(5, severity=alarm.MAJOR_ALARM, alarm=alarm.HIGH_ALARM)
shown = builder.longIn("SHOWN", initial_value=1, PINI="NO", severity=alarm.MAJOR_ALARM, status=alarm.HIGH_ALARM)
"""


def test_alarms_that_are_set_before_and_after_iocInit(scripts: Scripts) -> None:
    ioc = scripts.run(ALARMS)

    def alarm(name: str) -> tuple[int, int]:
        return get(f"{scripts.prefix}:{name}.SEVR"), get(f"{scripts.prefix}:{name}.STAT")

    for kind in (*OUT, "WaveformOut"):
        assert alarm(f"PRE_{kind}") == (MAJOR, DISABLE), kind
    for kind in OUT[:-1]:
        assert alarm(f"POST_{kind}") == (INVALID, UDF), kind
    for kind in (OUT[-1], "WaveformOut"):  # nothing is a value of theirs
        assert alarm(f"POST_{kind}") == (NO_ALARM, NO_ALARM), kind
    assert (get(f"{scripts.prefix}:PRESET"), alarm("PRESET")) == (5, (MAJOR, HIGH))
    assert alarm("SHOWN") == (MAJOR, HIGH)
    ioc.do("for record in post: record.set_alarm(alarm.INVALID_ALARM, alarm.DISABLE_ALARM)\n")
    for kind in (*OUT, "WaveformOut"):
        eventually(lambda kind=kind: alarm(f"POST_{kind}") == (INVALID, DISABLE))
    # A client's value is one without an alarm; processing alone changes nothing.
    assert put(f"{scripts.prefix}:PRESET.PROC", 1) and alarm("PRESET") == (MAJOR, HIGH)
    assert put(f"{scripts.prefix}:PRESET", 6)
    eventually(lambda: alarm("PRESET") == (NO_ALARM, NO_ALARM))
    assert ioc.exit() == 0


TIMES = """
builder.aOut("AO", initial_value=1)
builder.stringOut("SO", initial_value="x")
builder.mbbOut("MO", "a", "b", initial_value=1)
builder.WaveformOut("WO", [1, 2])
builder.longStringOut("LO", initial_value="x")
builder.longOut("NOVALUE")
builder.aIn("AI", initial_value=1)
builder.LoadDatabase()
time.sleep(1.5)
start = time.time()
softioc.iocInit()
print("up")
"""


def test_times_are_those_of_iocInit(scripts: Scripts) -> None:
    ioc = scripts.start(TIMES + "softioc.interactive_ioc(globals())\n")
    ioc.wait_until_up()
    start = float(ioc.ask("start"))
    for name in ("AO", "SO", "MO", "WO", "LO", "NOVALUE", "AI"):
        stamp = get(f"{scripts.prefix}:{name}", format=1).timestamp
        assert start - 0.01 <= stamp <= time.time(), name
    assert ioc.exit() == 0


CALLS = """
log = []
def told(name):
    return lambda value: log.append((name, value))
def out(name, **fields):
    return builder.aOut(name, on_update=told(name), **fields)
always = out("ALWAYS", initial_value=5, PINI="YES", always_update=True)
blocking = out("BLOCKING", initial_value=6, PINI="YES", always_update=True, blocking=True)
once = out("ONCE", initial_value=5, PINI="YES")
early = out("EARLY")
early.set(3)
never = out("NEVER")
field = out("FIELD", VAL=5)
"""


def test_pini_calls_on_update_where_it_is_always_called(scripts: Scripts) -> None:
    ioc = scripts.run(CALLS)
    ioc.until("sorted(log)", repr([("ALWAYS", 5.0), ("BLOCKING", 6.0)]))
    prefix = scripts.prefix
    assert (get(f"{prefix}:FIELD"), ioc.ask("field.get()"), get(f"{prefix}:FIELD.SEVR")) == (0, "0.0", INVALID)
    assert put(f"{prefix}:NEVER", 0)  # which it shows already
    assert put(f"{prefix}:BLOCKING", 7)
    ioc.until("log[2:]", repr([("BLOCKING", 7.0)]))
    assert put(f"{prefix}:NEVER", 1)
    ioc.until("log[3:]", repr([("NEVER", 1.0)]))
    assert ioc.exit() == 0


ERRORS = """
def fails(call):
    try: return repr(call())
    except BaseException as error: return type(error).__name__ + ": " + str(error)
out = builder.aOut("OUT", EGU="m")
made = [fails(lambda: out.get_field("EGU")), fails(lambda: out.set_field("EGU", "s")),
        fails(lambda: builder.aOut("NONE", initial_value=None)), fails(lambda: builder.stringIn("NONE", initial_value=None)),
        fails(lambda: builder.aIn("S", severity=1, SEVR="MINOR")), fails(lambda: builder.aIn("S", status=1, STAT="READ")),
        fails(lambda: builder.aIn("S", status=5, severity=1).STAT.Value()),
        fails(lambda: builder.WaveformIn("W", b"text").get().tolist()),
        fails(lambda: builder.WaveformIn("V", length=2, datatype="S40", initial_value=b"text").get())]
builder.LoadDatabase()
late = [hasattr(out, "foo"), getattr(out, "EGU", None), fails(builder.ClearRecords), fails(lambda: builder.aIn("LATE")),
        fails(lambda: setattr(out, "EGU", "k")).partition(":")[0]]
softioc.iocInit()
print("up")
"""


def test_errors_are_those_that_scripts_expect(scripts: Scripts) -> None:
    ioc = scripts.start(ERRORS + "softioc.interactive_ioc(globals())\n")
    ioc.wait_until_up()
    made = ioc.ask("'|'.join(made)")
    for text in (
        f"AssertionError: record {scripts.prefix}:OUT: get_field may only be called after iocInit",
        f"AssertionError: record {scripts.prefix}:OUT: set_field may only be called after iocInit",
        "TypeError: record NONE: expected a number, got None (NoneType)",
        "TypeError: record NONE: expected a str, got None (NoneType)",
        "AssertionError: Can't specify both severity and SEVR",
        "AssertionError: Can't specify both status and STAT",
        "'LOLO'|[116, 101, 120, 116]|['text']",
    ):
        assert text in made
    late = ioc.ask("late")
    assert late.startswith("[False, None, 'AssertionError: ClearRecords must be called before LoadDatabase")
    assert late.endswith("'AttributeError']") and "LATE: records must be created before LoadDatabase" in late
    long = ioc.ask("fails(lambda: out.set_field('EGU', 'x' * 45))")
    assert "ValueError" in long and "byte string too long: 45 bytes" in long
    assert "RuntimeError" in ioc.ask("fails(lambda: out.get_field('NONE'))")
    assert ioc.exit() == 0


def test_exit_is_told_to_a_script_that_goes_on(scripts: Scripts) -> None:
    ioc = scripts.start(
        "builder.LoadDatabase()\nsoftioc.iocInit()\n"
        "try:\n    softioc.interactive_ioc(globals(), call_exit=False)\n"
        "except SystemExit as end:\n    print('ended', end.code)\nsoftioc.safeEpicsExit(3)\n"
    )
    ioc.command("exit(5)")
    assert ioc.finish() == 3
    assert "ended 5\n" in ioc.output
