"""set() and on_update of softioc's records: order, exceptions, blocking, and what is never lost."""

import asyncio
import time
from typing import Any

import aioca
import pytest
from clients import Pva, client, get, put
from conftest import DEADLINE, eventually
from p4p.client.thread import RemoteError
from softioc_script import HEAD, Scripts, scripts

__all__ = ["scripts"]
pytestmark = pytest.mark.python_host

MANY = """
builder.SetDeviceName("M")
records = [builder.aIn(f"R{i}", initial_value=0) for i in range(10000)]
outs = [builder.aOut(f"O{i}", initial_value=0) for i in range(100)]
one, text = builder.longIn("ONE"), builder.stringIn("TEXT")
def all_at_once(value):
    for record in records:
        record.set(value)
def lost(value):
    return sum(record.get_field("VAL") != value for record in records)
def hammer(record, base, count):
    for i in range(count):
        record.set(base + i)
def threads(count):
    work = [threading.Thread(target=hammer, args=(one, n * count, count)) for n in range(4)]
    work += [threading.Thread(target=hammer, args=(outs[0], n * count, count)) for n in range(4)]
    start = time.monotonic()
    for each in work: each.start()
    for each in work: each.join()
    return time.monotonic() - start
"""


def test_no_last_value_is_lost(scripts: Scripts) -> None:
    ioc = scripts.run(MANY)
    for value in range(1, 4):
        ioc.do(f"all_at_once({value})", 60)
        ioc.until(f"lost('{value}')", "0", 60)
    seconds = float(ioc.ask("threads(20000)", 100))
    print(f"set() by eight threads: {8 * 20000 / seconds:.0f} a second")
    ioc.until("one.get_field('VAL') == str(one.get())", "True")
    ioc.until("float(outs[0].get_field('VAL')) == outs[0].get()", "True")
    assert "ring buffer" not in ioc.output
    assert ioc.exit() == 0


ORDER = """
builder.SetDeviceName("U")
log = []
go = threading.Event()
def waiting(value):
    go.wait(); log.append(value)
def bad(value):
    log.append(value); raise ValueError(f"bad {value}")
def check(record, value):
    if value == 13: raise RuntimeError("unlucky")
    return value < 10
plain = builder.aOut("PLAIN", initial_value=0, on_update=log.append)
always = builder.aOut("ALWAYS", initial_value=0, on_update=log.append, always_update=True)
slow = builder.aOut("SLOW", on_update=lambda v: (time.sleep(0.3), log.append(v)), blocking=True)
gate = builder.aOut("GATE", on_update=waiting, blocking=True)
waits = builder.aOut("WAITS", on_update=waiting)
async def cancelled(value):
    import asyncio
    log.append(value); raise asyncio.CancelledError
gone = builder.aOut("GONE", on_update=cancelled, blocking=True)
fails = builder.aOut("FAILS", on_update=bad)
blocks = builder.aOut("BLOCKS", on_update=bad, blocking=True)
own = builder.aOut("OWN", on_update=lambda v: own.set(v + 1))
own_always = builder.aOut("OWNALWAYS", on_update=lambda v: (log.append(v), own_always.set(v + 1)), always_update=True)
own_blocking = builder.aOut("OWNBLOCKING", on_update=lambda v: own_blocking.set(v + 1), blocking=True)
checked = builder.aOut("CHECKED", initial_value=1, validate=check, on_update=log.append)
wave = builder.WaveformOut("WAVE", [1, 2], validate=lambda r, v: len(v) == 2)
endless = builder.aOut("ENDLESS", on_update=lambda v: time.sleep(1000), blocking=True, update_timeout=0.5)
hangs = builder.aOut("HANGS", on_update=lambda v: time.sleep(1000), blocking=True)
pini = builder.aOut("PINI", PINI="YES", initial_value=3, on_update=log.append)
many = [builder.aOut(f"SLEEPER{i}", on_update=lambda v: time.sleep(1000)) for i in range(40)]
"""


@pytest.fixture
def updates(scripts: Scripts) -> Any:
    return scripts.run(ORDER)


def test_only_what_changed_is_told(updates: Any) -> None:
    assert updates.ask("log") == "[]" and get("U:PINI") == 3  # never by iocInit
    for value in (1, 1, 2, 0):
        assert put("U:PLAIN", value)
    assert put("U:ALWAYS", 0) and put("U:ALWAYS", 0)
    updates.until("log", "[1.0, 2.0, 0.0, 0.0, 0.0]")
    updates.do("log.clear(); plain.set(3); plain.set(3); plain.set(4, process=False); always.set(0)")
    updates.until("log", "[3.0, 0.0]")
    assert updates.ask("plain.get()") == "4.0"
    eventually(lambda: get("U:PLAIN") == 4)


def test_a_blocking_record_ends_its_write_with_on_update(updates: Any) -> None:
    start = time.monotonic()
    assert put("U:SLOW", 1)
    assert time.monotonic() - start > 0.3 and updates.ask("log") == "[1.0]"
    assert put("U:GATE", 2, wait=False)
    updates.until("gate.get_field('PACT')", "'1'")
    assert updates.ask("log") == "[1.0]"
    updates.do("go.set()")
    updates.until("log, gate.get_field('PACT')", "([1.0, 2.0], '0')")


SHOWN = """
def slowly(record, value):
    time.sleep(0.5)
    return True
def show(value):
    first.set(value)
    last.set(value)
first, last = builder.longIn("FIRST"), builder.longIn("LAST")
slow = builder.longOut("SLOW", validate=slowly)
first.FLNK = builder.records.longout("COPY", OMSL="closed_loop", DOL=first, OUT=slow("PP"))
blocking = builder.longOut("BLOCKING", on_update=show, blocking=True)
"""


def test_what_on_update_sets_is_shown_before_the_write_ends(scripts: Scripts) -> None:
    """Though the thread that processes records is held up by one of them."""
    ioc = scripts.run(SHOWN)
    for value in range(1, 4):
        assert put(f"{scripts.prefix}:BLOCKING", value)
        assert get(f"{scripts.prefix}:LAST") == value
    assert ioc.exit() == 0


def test_two_clients_of_a_blocking_record(updates: Any) -> None:
    async def both() -> Any:
        await aioca.connect("U:SLOW", timeout=DEADLINE)  # what follows is sent in this order
        first = asyncio.create_task(aioca.caput("U:SLOW", 5, wait=True, timeout=DEADLINE))
        await asyncio.sleep(0.1)
        await aioca.caput("U:SLOW", 6, wait=False, timeout=DEADLINE)
        second = await aioca.caput("U:SLOW", 7, wait=True, timeout=DEADLINE)
        return (await first).ok and second.ok

    assert client(both)
    # What was put while another put waited may be replaced by a later one, but not the first and the last.
    log = eval(updates.ask("log"))
    assert log[0] == 5 and log[-1] == 7 and log == sorted(log), log
    assert get("U:SLOW") == 7


def test_exceptions_are_told_once_and_leave_nothing_stuck(updates: Any) -> None:
    for name in ("FAILS", "BLOCKS"):
        for value in (1, 2):
            assert put(f"U:{name}", value)
            updates.wait_for(rf"record U:{name}: on_update raised an exception\n(.*\n)+?ValueError: bad {value}")
        assert get(f"U:{name}") == 2
        assert get(f"U:{name}.PACT") == 0
    assert updates.exit() == 0
    for name in ("FAILS", "BLOCKS"):
        assert updates.output.count(f"record U:{name}: on_update") == 2
    assert updates.output.count("bad 1.0") == updates.output.count("bad 2.0") == 2


def test_a_coroutine_that_is_cancelled_is_not_the_last(updates: Any) -> None:
    """Where there is no asyncio dispatcher each coroutine has a loop of its own."""
    for value in (1, 2, 3):
        assert put("U:GONE", value)
    updates.until("log, gone.get_field('PACT')", "([1.0, 2.0, 3.0], '0')")


def test_set_in_on_update_is_shown_and_not_told_again(updates: Any) -> None:
    for name in ("OWN", "OWNALWAYS", "OWNBLOCKING"):
        assert put(f"U:{name}", 5)
        eventually(lambda name=name: get(f"U:{name}") == 6)
        assert put(f"U:{name}", 7)
        eventually(lambda name=name: get(f"U:{name}") == 8)
        assert get(f"U:{name}.PACT") == 0
    assert updates.ask("own.get(), own_always.get(), own_blocking.get()") == "(8.0, 8.0, 8.0)"
    assert updates.ask("log") == "[5.0, 7.0]"
    updates.do("own.set(20)")
    eventually(lambda: get("U:OWN") == 21)
    assert updates.ask("log") == "[5.0, 7.0]"


def test_validate_refuses(updates: Any) -> None:
    assert put("U:CHECKED", 5) and get("U:CHECKED") == 5
    with Pva() as pva:
        for value in (50, 13):
            with pytest.raises(RemoteError):
                pva.put("U:CHECKED", value, wait=False)
    for value in (50, 13):
        assert get("U:CHECKED") == 5
        put("U:CHECKED", value)
        assert get("U:CHECKED") == 5 and get("U:CHECKED.SEVR") == 0 and get("U:CHECKED.OVAL") == 5
        updates.do(f"checked.set({value})")
        assert updates.ask("checked.get()") == "5.0"
    updates.wait_for("record U:CHECKED: validate raised an exception\n(.*\n)+?RuntimeError: unlucky")
    assert put("U:CHECKED", 6)
    updates.until("log", "[5.0, 6.0]")
    assert put("U:WAVE", [3, 4]) and put("U:WAVE", [5])
    assert list(get("U:WAVE")) == [3, 4] and updates.ask("list(wave.get()) == [3, 4]") == "True"


def test_a_client_that_shows_a_refused_value_is_told_the_old_one(updates: Any) -> None:
    async def watch() -> Any:
        seen: list[float] = []
        subscription = aioca.camonitor("U:CHECKED", seen.append, all_updates=True)
        while not seen:
            await asyncio.sleep(0.01)
        await aioca.caput("U:CHECKED", 50, wait=True, timeout=DEADLINE)
        deadline = time.monotonic() + DEADLINE
        while len(seen) < 2 and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        subscription.close()
        return [float(value) for value in seen]

    assert client(watch) == [1, 1]


def test_handlers_that_sleep_delay_their_own_record_alone(updates: Any) -> None:
    for i in range(40):
        assert put(f"U:SLEEPER{i}", 1)
    assert put("U:WAITS", 1, wait=False) and put("U:PLAIN", 9)
    updates.until("log", "[9.0]")
    assert put("U:SLOW", 1)
    assert put("U:WAITS", 2) and put("U:WAITS", 3)
    updates.do("go.set()")
    updates.until("log", "[9.0, 1.0, 1.0, 2.0, 3.0]")


def test_handlers_that_never_end_can_be_seen_and_timed_out(updates: Any) -> None:
    assert put("U:ENDLESS", 1)
    assert get("U:ENDLESS.SEVR") == 3 and get("U:ENDLESS.PACT") == 0
    assert str(get("U:ENDLESS.AMSG")).startswith("on_update(1.0) has not returned")
    updates.wait_for(r"record U:ENDLESS: on_update\(1.0\) has not returned for 0.5")
    assert put("U:HANGS", 2, wait=False)
    updates.until("hangs.get_field('PACT')", "'1'")
    report = updates.do("softioc.unfinished_updates()")
    assert "U:ENDLESS: on_update(1.0) for" in report
    assert "U:HANGS: on_update(2.0) for" in report and "the record waits" in report
    assert updates.exit() == 0


SCANS = """
builder.SetDeviceName("S")
passive = builder.aIn("PASSIVE", SCAN="Passive", DISP=0, initial_value=1)
periodic = builder.longIn("PERIODIC", SCAN="10 second", DISP=0)
wave = builder.WaveformIn("WAVE", length=100000, SCAN="Passive")
text = builder.stringIn("TEXT", SCAN="1 second")
"""


def test_an_in_record_follows_whatever_its_scan_is(scripts: Scripts) -> None:
    ioc = scripts.run(SCANS)
    ioc.do("passive.set(2); periodic.set(3); wave.set([1, 2]); text.set('now')")
    eventually(lambda: (get("S:PASSIVE"), get("S:PERIODIC"), list(get("S:WAVE"))) == (2, 3, [1, 2]))
    for number, scan in enumerate(["I/O Intr", "Passive", "1 second", "I/O Intr", "Event", "Passive"], 10):
        assert put("S:PASSIVE.SCAN", scan)
        ioc.do(f"passive.set({number})")
        eventually(lambda number=number: get("S:PASSIVE") == number)
    assert ioc.exit() == 0


def test_waveforms_are_whole_while_they_are_written(scripts: Scripts) -> None:
    """Each array has one number in all its elements."""
    ioc = scripts.run(
        "builder.SetDeviceName('W')\nw = builder.WaveformIn('IN', np.zeros(100000))\n"
        "o = builder.WaveformOut('OUT', np.zeros(100000))\n"
        "def work():\n    n = 0\n    while True:\n        n += 1\n        w.set(np.full(100000, n))\n"
        "        o.set(np.full(100000, n))\n",
        "threading.Thread(target=work, daemon=True).start()\n",
    )
    for _ in range(10):
        for name in ("W:IN", "W:OUT"):
            value = get(name)
            assert len(value) == 100000 and (value == value[0]).all()
    assert ioc.ask("all((v := r.get()).min() == v.max() for _ in range(100) for r in (w, o))") == "True"
    assert ioc.exit() == 0


@pytest.mark.parametrize("module", ["aioca", "p4p.client.thread", "epicscorelibs.ca.cadef"])
@pytest.mark.parametrize("before", [True, False])
def test_clients_in_the_same_process(scripts: Scripts, module: str, before: bool) -> None:
    records, line = "builder.SetDeviceName('P')\na = builder.aIn('A', initial_value=1)\n", f"import {module}\n"
    ioc = scripts.run(records, head=line + HEAD) if before else scripts.run(records, line)
    if "p4p" in module:
        assert ioc.ask("p4p.client.thread.Context('pva').get('P:A').real") == "1.0"
    elif module == "aioca":
        assert ioc.ask("__import__('asyncio').run(aioca.caget('P:A')).real") == "1.0"
    assert get("P:A") == 1
    assert ioc.exit() == 0


def test_processes_of_a_script(scripts: Scripts) -> None:
    """multiprocessing, forked and spawned, beside a running IOC."""
    ioc = scripts.run(
        "import multiprocessing as mp, os, subprocess\nbuilder.SetDeviceName('P')\na = builder.aOut('A', initial_value=1)\n"
        "def child(queue):\n    queue.put(os.getpid())\n"
        "def run(how):\n    context = mp.get_context(how)\n    queue = context.Queue()\n"
        "    p = context.Process(target=child, args=(queue,)); p.start(); n = queue.get(timeout=30); p.join(30)\n"
        "    return n != os.getpid(), p.exitcode\n",
    )
    assert ioc.ask("run('fork')", 60) == "(True, 0)"
    assert ioc.ask("subprocess.run([sys.executable, '-c', 'print(5)'], capture_output=True).stdout") == r"b'5\n'"
    assert put("P:A", 2) and get("P:A") == 2
    assert ioc.exit() == 0


def test_many_clients_and_threads_at_once(scripts: Scripts) -> None:
    """Nothing waits for another for ever, and nothing is lost at the end."""
    ioc = scripts.run(
        """
builder.SetDeviceName("X")
outs = [builder.aOut(f"O{i}", on_update=lambda v, i=i: ins[i].set(v), blocking=i % 2 == 0) for i in range(8)]
ins = [builder.aIn(f"I{i}") for i in range(8)]
waves = [builder.WaveformOut(f"W{i}", length=1000, on_update=lambda v, i=i: ins[i].set(v[0])) for i in range(2)]
ending = threading.Event()
def work(i):
    n = 0
    while not ending.is_set():
        n += 1
        outs[i].set(n); outs[(i + 1) % 8].get(); ins[i].set(n); waves[i % 2].set([n] * 10)
threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
def end():
    ending.set()
    for each in threads: each.join()
""",
        "for each in threads: each.start()\n",
    )

    async def storm() -> None:
        end = time.monotonic() + 5

        async def one(i: int) -> None:
            n = 0
            while time.monotonic() < end:
                n += 1
                await aioca.caput(f"X:O{i}", -n, wait=n % 3 > 0, timeout=DEADLINE)
                await aioca.caget(f"X:W{i % 2}", timeout=DEADLINE)

        await asyncio.gather(*(one(i) for i in range(8)))

    client(storm)
    ioc.do("end()", 60)
    for i in range(8):
        ioc.until(f"float(outs[{i}].get_field('VAL')) == outs[{i}].get()", "True")
        ioc.until(f"float(ins[{i}].get_field('VAL')) == ins[{i}].get()", "True")
    assert "Traceback" not in ioc.output
    assert ioc.exit() == 0
