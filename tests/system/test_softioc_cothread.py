"""Scripts that use cothread: on_update runs in cothreads, and softioc's waiting lets them run."""

import signal
import time

import pytest
from clients import get, put
from conftest import eventually
from softioc_script import QUIET, Scripts, scripts

__all__ = ["scripts"]
pytestmark = pytest.mark.python_host
pytest.importorskip("cothread")

RECORDS = """
import warnings
warnings.filterwarnings("ignore", category=DeprecationWarning, module="cothread")  # of numpy 2.5
import cothread
builder.SetDeviceName("K")
log = []
def here(name, value):
    log.append((name, value, threading.current_thread() is threading.main_thread()))
"""


def test_without_a_dispatcher_it_is_cothread(scripts: Scripts) -> None:
    """What of cothread a script may use in on_update."""
    ioc = scripts.run(
        RECORDS
        + """
from cothread.catools import caput
event = cothread.Event()
def slow(value):
    cothread.Sleep(0.1); here("slow", value)
def write(value):
    here("caput", value); caput("K:TARGET", value, wait=True, timeout=30); here("written", value)
builder.aOut("SLOW", on_update=slow, blocking=True)
builder.aOut("SIGNAL", on_update=event.Signal, blocking=True)
builder.aOut("SPAWN", on_update=lambda value: cothread.Spawn(here, "spawned", value).Wait(), blocking=True)
builder.aOut("CAPUT", on_update=write, blocking=True)
builder.aOut("TARGET", on_update=lambda value: here("target", value), blocking=True)
cothread.Spawn(lambda: here("signalled", event.Wait()))
"""
    )
    for name, number in (("SLOW", 1), ("SIGNAL", 2), ("SPAWN", 3), ("CAPUT", 4)):
        assert put(f"K:{name}", number)
    ioc.until("log[1][0]", "'signalled'")
    expected = [("slow", 1.0), ("signalled", 2.0), ("spawned", 3.0), ("caput", 4.0), ("target", 4.0), ("written", 4.0)]
    assert ioc.ask("log") == str([(*entry, True) for entry in expected])
    assert ioc.exit() == 0


def test_calls_of_one_record_are_in_order(scripts: Scripts) -> None:
    """And those of another one do not wait for them."""
    ioc = scripts.run(
        RECORDS
        + """
go = cothread.Event(auto_reset=False)
def slow(value):
    log.append(value); go.Wait(); log.append(-value)
a = builder.aOut("A", on_update=slow)
b = builder.aOut("B", on_update=log.append)
"""
    )
    ioc.do("[a.set(value) for value in (1, 2, 3)]")
    ioc.do("b.set(9)")
    ioc.until("log", "[1.0, 9.0]")
    ioc.do("go.Signal()")
    ioc.until("log", "[1.0, 9.0, -1.0, 2.0, -2.0, 3.0, -3.0]")
    assert ioc.exit() == 0


def test_the_record_that_a_cothread_sets(scripts: Scripts) -> None:
    """It is in no on_update, though one has not returned."""
    ioc = scripts.run(
        RECORDS
        + """
def slow(value):
    log.append(value)
    if value == 1: a.set(2); cothread.Sleep(0.2)
a = builder.aOut("A", on_update=slow)
def other():
    while not log: cothread.Sleep(0.01)
    a.set(3)
cothread.Spawn(other)
"""
    )
    assert put("K:A", 1, wait=False)
    ioc.until("log", "[1.0, 3.0]")
    assert ioc.exit() == 0


def test_cothreads_run_while_a_script_waits_for_its_end(scripts: Scripts) -> None:
    ioc = scripts.start(
        RECORDS
        + """
def slow(value):
    cothread.Sleep(0.1); print("slept")
builder.aOut("A", on_update=slow, blocking=True)
"""
        + QUIET
    )
    ioc.wait_until_up()
    assert put("K:A", 1)
    ioc.wait_for("(?m)^slept$")
    ioc.process.send_signal(signal.SIGTERM)
    assert ioc.finish() == 0, ioc.output


def test_a_shell_that_is_interrupted_reads_on(scripts: Scripts) -> None:
    """Not at a terminal, where the shell's lines are read by another thread so that cothreads run."""
    ioc = scripts.run(RECORDS + 'builder.aOut("A", on_update=lambda value: cothread.Sleep(0.1), blocking=True)')
    assert put("K:A", 1)

    def is_interrupted() -> bool:  # one that comes while another cothread runs is that one's
        ioc.process.send_signal(signal.SIGINT)
        time.sleep(1)
        return "KeyboardInterrupt" in ioc.output

    eventually(is_interrupted)
    assert ioc.ask("1 + 1") == "2" and ioc.ask("2 + 2") == "4"
    assert put("K:A", 2)
    assert ioc.exit() == 0


def test_cothreads(scripts: Scripts) -> None:
    ioc = scripts.start(
        """
import cothread
from softioc.cothread_dispatcher import CothreadDispatcher
builder.SetDeviceName("K")
log = []
def update(value):
    cothread.Sleep(0.2); log.append(value)
a = builder.aOut("A", on_update=update, blocking=True)
b = builder.aOut("B", on_update=lambda v: (log.append(v), print("log", log, flush=True)))
async def coroutine(value): log.append(value)
c = builder.aOut("C", on_update=coroutine, blocking=True)
builder.LoadDatabase()
softioc.iocInit(CothreadDispatcher())
print("up", flush=True)
cothread.WaitForQuit()
softioc.safeEpicsExit(0)
"""
    )
    ioc.wait_until_up()
    assert put("K:A", 1) and put("K:B", 2)
    ioc.wait_for(r"log \[1.0, 2.0\]")
    assert put("K:C", 1) and put("K:C", 2) and get("K:C.SEVR") == 0
    told = "record K:C: on_update is a coroutine that did not run, because CothreadDispatcher did not await it"
    ioc.wait_for(told)
    assert ioc.output.count(told) == 1 and "Warning" not in ioc.output
    ioc.process.send_signal(signal.SIGINT)
    assert ioc.finish() == 0, ioc.output
