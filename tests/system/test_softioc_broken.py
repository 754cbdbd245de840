"""What a hostile user found in softioc's records."""

import subprocess
import time
from pathlib import Path

import pytest
from clients import Pva, get, put
from conftest import END, SCRIPT_COMMAND, eventually
from p4p.client.thread import RemoteError
from softioc_script import HEAD, Scripts, scripts

__all__ = ["scripts"]
pytestmark = pytest.mark.python_host

ALARMS = """
builder.SetDeviceName("B")
refuse = lambda record, value: value < 5
records = [builder.aOut("A", HIHI=5, HHSV="MAJOR", initial_value=0), builder.longOut("L", HIHI=5, HHSV="MAJOR", initial_value=0),
    builder.int64Out("Q", HIHI=5, HHSV="MAJOR", initial_value=0), builder.boolOut("BO", "ok", "bad", OSV="MAJOR", initial_value=0),
    builder.mbbOut("M", "ok", ("bad", "MAJOR"), initial_value=0)]
def shown(record, value):
    record.set(value)
    deadline = time.monotonic() + 20
    while float(record.get_field("RVAL" if "M" in record.name or "BO" in record.name else "VAL")) != value:
        assert time.monotonic() < deadline
    return record.get_field("SEVR")
checked = builder.aOut("CHECKED", HIHI=5, HHSV="MAJOR", initial_value=0, validate=refuse)
checked_mbb = builder.mbbOut("CHECKEDM", "a", "b", "c", "d", "e", ("f", "MAJOR"), initial_value=0, validate=refuse)
never = builder.aOut("NEVER", validate=lambda record, value: False)
limited = builder.aOut("LIMITED", 0, 10, on_update=lambda v: log.append(v))
log = []
"""


def test_set_of_an_out_record_has_the_alarm_of_its_own_value(scripts: Scripts) -> None:
    ioc = scripts.run(ALARMS)
    for i, high in enumerate([8, 8, 8, 1, 1]):
        values = [0, high, high, 0, high, 0]
        answer = ioc.ask(f"[shown(records[{i}], value) for value in {values}]")
        assert answer == repr(["NO_ALARM" if value == 0 else "MAJOR" for value in values]), i
    assert ioc.exit() == 0


def test_a_refused_value_leaves_no_alarm(scripts: Scripts) -> None:
    ioc = scripts.run(ALARMS)
    for name in ("CHECKED", "CHECKEDM"):
        put(f"B:{name}", 8 if name == "CHECKED" else 5)
        assert get(f"B:{name}") == 0 and get(f"B:{name}.SEVR") == 0
    with Pva() as pva:
        for name, value in (("CHECKED", 8), ("CHECKEDM", 5)):
            with pytest.raises(RemoteError, match="^the value is refused$"):
                pva.put(f"B:{name}", value)
            pva.put(f"B:{name}", value, wait=True)  # which the protocol cannot refuse
    assert "RuntimeError: cannot write B:CHECKED.VAL: the value is refused" in ioc.do("checked.set_field('VAL', 8)")
    put("B:NEVER", 1)
    assert get("B:NEVER.SEVR") == 3 and get("B:NEVER.STAT") == 17  # UDF
    ioc.do("limited.set(99); limited.set(-3)")
    ioc.until("log, limited.get(), float(limited.get_field('VAL'))", "([10.0, 0.0], 0.0, 0.0)")
    assert ioc.exit() == 0


RACES = """
builder.SetDeviceName("R")
log = []
def rounds(value):
    log.append(value); time.sleep(0.02); r.set(round(value * 2) / 2)
r = builder.aOut("R", on_update=rounds, blocking=True, initial_value=0)
def slowly(record, value):
    if value == 5: time.sleep(0.5)
    return True
slow = builder.aOut("SLOW", on_update=log.append, validate=slowly, initial_value=0)
scanned = builder.longOut("SCANNED", SCAN=".1 second", initial_value=0)
def bursts():
    for n in range(2000):
        scanned.set(n); time.sleep(0.0005)
    return scanned.get()
a, ai = builder.aOut("A", initial_value=2), builder.aIn("AI", initial_value=0)
disabled = builder.aOut("DISABLED", initial_value=0)
"""


def test_a_put_during_a_blocking_update_that_sets_its_own_record_is_not_lost(scripts: Scripts) -> None:
    ioc = scripts.run(RACES)
    for i in range(1, 21):
        ioc.do(f"log.clear(); dbpf('R:R', {100 * i}); time.sleep(0.008); dbpf('R:R', {100 * i + 50})")
        ioc.until(
            "log, r.get(), r.get_field('VAL'), r.get_field('PACT')",
            f"([{100 * i}.0, {100 * i + 50}.0], {100 * i + 50}.0, '{100 * i + 50}', '0')",
        )
    assert ioc.exit() == 0


def test_the_value_and_the_record_agree_after_set_and_put_at_once(scripts: Scripts) -> None:
    ioc = scripts.run(RACES)
    for _ in range(3):
        ioc.do(
            "t = threading.Thread(target=dbpf, args=('R:SLOW', 5)); t.start(); time.sleep(0.2); slow.set(7); t.join()"
        )
        ioc.until("float(slow.get_field('VAL')) == slow.get()", "True")
        ioc.do("dbpf('R:SLOW', 1)")
    assert ioc.ask("bursts()", 60) == "1999"
    ioc.until("scanned.get_field('VAL')", "'1999'")
    assert ioc.exit() == 0


def test_what_is_set_in_a_pause_arrives(scripts: Scripts) -> None:
    ioc = scripts.run(RACES)
    ioc.do("softioc.iocsh('iocPause'); a.set(3); ai.set(4); softioc.iocsh('iocRun')")
    ioc.until("a.get_field('VAL'), ai.get_field('VAL')", "('3', '4')")
    assert ioc.exit() == 0


def test_old_values_do_not_come_back_when_a_record_is_enabled(scripts: Scripts) -> None:
    ioc = scripts.run(RACES)
    ioc.do("dbpf('R:DISABLED.DISA', 1); [disabled.set(n) for n in range(1, 5)]; dbpf('R:DISABLED.DISA', 0)")
    seen: list[float] = []
    with Pva() as pva:
        subscription = pva.monitor("R:DISABLED", seen.append)
        eventually(lambda: len(seen) > 0)
        assert put("R:DISABLED", 50)
        ioc.do("disabled.set(60)")
        eventually(lambda: seen[-1] == 60)
        subscription.close()
    assert seen[seen.index(50) :] == [50, 60]
    assert ioc.exit() == 0


def test_nobody_reads_standard_error(tmp_path: Path) -> None:
    (tmp_path / "ioc.py").write_text(
        HEAD.format(prefix="P")
        + """
def bad(value): raise RuntimeError("boom")
r = builder.aOut("R", on_update=bad, blocking=True, initial_value=0)
t = builder.aOut("T", on_update=lambda v: time.sleep(1.5), blocking=True, update_timeout=0.2, initial_value=0)
builder.LoadDatabase()
softioc.iocInit()
print("up", flush=True)
sys.stdin.read()
softioc.safeEpicsExit(0)
"""
    )
    process = subprocess.Popen(
        [*SCRIPT_COMMAND, "ioc.py"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin and process.stdout and process.stderr
    try:
        process.stderr.close()
        while b"up" not in process.stdout.readline():
            pass
        for value in (1, 2):
            assert put("P:R", value) and put("P:T", value)
        assert get("P:R.PACT") == get("P:T.PACT") == 0
        process.stdin.close()
        assert process.wait(END) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_fields_that_the_script_writes_do_not_open_a_record_to_clients(scripts: Scripts) -> None:
    ioc = scripts.run(
        "builder.SetDeviceName('F')\na = builder.aIn('A', initial_value=1)\n"
        "def work():\n    while True: a.set_field('DESC', str(time.time()))\n",
        "threading.Thread(target=work, daemon=True).start()\n",
    )
    end = time.monotonic() + 2
    with Pva() as pva:
        while time.monotonic() < end:
            with pytest.raises(RemoteError):
                pva.put("F:A", 99)
    assert get("F:A") == 1
    assert ioc.exit() == 0


WRONG = """
builder.SetDeviceName("W")
builder.aIn("X"); builder.ClearRecords(); x = builder.aIn("X", initial_value=2)
def fails(text):
    try: eval(text); print("NOTHING", text)
    except Exception as error: print(type(error).__name__, error)
fails('builder.aOut("T1", update_timeout="5", blocking=True)')
fails('builder.aOut("T2", update_timeout=0)')
fails('builder.aOut("T3", on_update=5)')
fails('x.set(1, severity=2**31)'); fails('x.set(1, 2, -5)'); fails('x.set_alarm(4, 0)')
import enum
class E(str, enum.Enum):
    A = "short"
s = builder.stringOut("S", initial_value=E.A)
"""


def test_small_mistakes(scripts: Scripts) -> None:
    ioc = scripts.run(WRONG)
    for words in (
        "update_timeout: expected a positive number of seconds, got '5'",
        "got 0",
        "on_update: expected a function, got 5",
    ):
        assert words in ioc.output
    assert ioc.output.count("a number of softioc.alarm") == 3 and "NOTHING" not in ioc.output
    assert get("W:X") == 2 and get("W:S") == "short" == eval(ioc.ask("s.get()"))
    assert ioc.exit() == 0


def test_what_an_update_has_started_is_not_in_it_for_ever(scripts: Scripts) -> None:
    ioc = scripts.start(
        """
import asyncio
from softioc.asyncio_dispatcher import AsyncioDispatcher
builder.SetDeviceName("C")
log, tasks = [], []
async def later():
    await asyncio.sleep(0.2)
    b.set(1)
async def update_a(value):
    log.append(value)
    if value == 1: tasks.append(asyncio.create_task(later()))
async def update_b(value):
    a.set(7)
a = builder.aOut("A", on_update=update_a, initial_value=0)
b = builder.aOut("B", on_update=update_b, initial_value=0)
builder.LoadDatabase()
softioc.iocInit(AsyncioDispatcher())
print("up")
softioc.interactive_ioc(globals())
"""
    )
    ioc.wait_until_up()
    assert put("C:A", 1)
    ioc.until("log", "[1.0, 7.0]")
    assert ioc.exit() == 0
