"""A write() that waits for a thread that waits for the port: found, printed and ended. Slow code is left alone."""

import re
import sys
from pathlib import Path

import pytest
from conftest import Ioc, StartIoc, eventually

MODES = [mode for mode in ("own", "shared", "main") if mode != "own" or sys.version_info >= (3, 12)]

TEMPLATE = """
record(longout, "T:SET") { field(DTYP, "asynInt32") field(OUT, "@asyn(P1)VALUE") info(pyname, "value") }
record(longin, "T:GET") { field(DTYP, "asynInt32") field(INP, "@asyn(P1)OTHER") field(SCAN, "I/O Intr") info(pyname, "other") }
"""
HEAD = """
import asyncio, concurrent.futures, queue, sys, threading, time
from PythonDriver import PythonDriver

class D(PythonDriver):
    __db__ = "d.template"

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.lock = threading.Lock()
        self.items = queue.Queue()
        self.simple = queue.SimpleQueue()
        threading.Thread(target=self.loop.run_forever, name="loop", daemon=True).start()
        # Threads that have nothing to do.
        self.pool = concurrent.futures.ThreadPoolExecutor(2)
        self.pool.submit(int).result()
        self.other_loop = asyncio.new_event_loop()
        threading.Thread(target=self.other_loop.run_forever, daemon=True).start()

    def shutdown(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.other_loop.call_soon_threadsafe(self.other_loop.stop)

    def assign(self):
        try:
            self.other = 5  # waits
            self.update()
        except RuntimeError as error:
            sys.stdout.write(f"raised: {error}\\n")  # at once: other threads write, too
            raise

    async def assign_later(self):
        self.assign()

    def under_lock(self):
        with self.lock:
            self.locked.set()
            self.assign()

    def write(self, reason, value):
        if value:
            self.answer()
        print("write ends")
"""
# What write() does, and the line in which it waits.
ENDLESS = {
    "future": "asyncio.run_coroutine_threadsafe(self.assign_later(), self.loop).result()  # keeps",
    "event": "done = threading.Event()\n        self.loop.call_soon_threadsafe(lambda: (self.assign(), done.set()))\n"
    "        done.wait()  # keeps",
    "queue": "self.loop.call_soon_threadsafe(lambda: (self.assign(), self.items.put(1)))\n        self.items.get()  # keeps",
    "simple": "self.loop.call_soon_threadsafe(lambda: (self.assign(), self.simple.put(1)))\n        self.simple.get()  # keeps",
    "join": "thread = threading.Thread(target=self.assign, name='loop')\n        thread.start()\n        thread.join()  # keeps",
    "with": "self.locked = threading.Event()\n        self.loop.call_soon_threadsafe(self.under_lock)\n"
    "        self.locked.wait(10)\n        with self.lock:  # keeps\n            pass",
    "acquire": "self.locked = threading.Event()\n        self.loop.call_soon_threadsafe(self.under_lock)\n"
    "        self.locked.wait(10)\n        self.lock.acquire()  # keeps\n        self.lock.release()",
}
# Whoever waits for a port that is merely slow gets it in the end. Seven seconds each.
SLOW = {
    "sleeps": "time.sleep(7)",
    "computes": "end = time.monotonic() + 7\n        while time.monotonic() < end:\n            pass",
    "executor": "self.pool.submit(time.sleep, 7).result()",
    "coroutine": "asyncio.run_coroutine_threadsafe(asyncio.sleep(7), self.other_loop).result()",
    "another thread": "thread = threading.Thread(target=time.sleep, args=(7,))\n        thread.start()\n        thread.join()",
    "listener": "import subprocess\n        done = threading.Event()\n"
    "        self.sleeping = subprocess.Popen(['sleep', '7'], stdout=subprocess.PIPE)\n"
    "        self.other_loop.call_soon_threadsafe(self.other_loop.add_reader, self.sleeping.stdout, done.set)\n"
    "        done.wait()\n        self.other_loop.call_soon_threadsafe(self.other_loop.remove_reader, self.sleeping.stdout)\n"
    "        self.sleeping.wait()\n        self.sleeping.stdout.close()",
    "timed": "threading.Event().wait(7)",
    "many": "for i in range(70):\n            threading.Timer(0.1, self.items.put, (i,)).start()\n            self.items.get()",
    "many calls": "for i in range(70):\n            threading.Timer(0.1, self.simple.put, (i,)).start()\n"
    "            self.simple.get()",
}


def driver(answer: str, call: str = "") -> str:
    return HEAD + f"\n    def answer(self):\n        {call}{answer}\n\ndriver = D()\n"


def start(start_ioc: StartIoc, module: str, mode: str = "auto") -> Ioc:
    ioc = start_ioc(
        f'asynPythonDriverConfigure("P1", "d", 0, "interpreter={mode}")\ndbLoadRecords("d.template")\niocInit\n',
        modules={"d": module},
        files={"d.template": TEMPLATE},
    )
    ioc.ask("echo up")
    return ioc


def is_ended(ioc: Ioc, module: str) -> None:
    line = 1 + module.splitlines().index(next(line for line in module.splitlines() if "# keeps" in line))
    ioc.command("dbpf T:SET 1")
    ioc.wait_for("raised: port P1: thread loop has waited")
    said = ioc.wait_for(r"(?m)^.*port P1: thread loop has waited \d+ s for the port; .* holds it and itself waits.*$")
    assert re.search(rf"d\.py, line {line}, in answer", said[0])
    ioc.wait_for(r'd\.py", line \d+, in assign\n +self\.other = 5')
    ioc.wait_for(rf'd\.py", line {line}, in answer')


@pytest.mark.parametrize("mode", MODES)
def test_a_coroutine_that_write_waits_for(start_ioc: StartIoc, mode: str) -> None:
    module = driver(ENDLESS["future"])
    ioc = start(start_ioc, module, mode)
    is_ended(ioc, module)
    assert "WRITE" in ioc.ask("dbgf T:SET.STAT")
    ioc.ask("dbpf T:SET 0")
    assert "NO_ALARM" in ioc.ask("dbgf T:SET.SEVR")
    assert ioc.exit() == 0


# The one that waits raises, and so does not do what is waited for: that it was told is what counts.
@pytest.mark.parametrize("how", [how for how in ENDLESS if how != "future"])
def test_every_wait_without_a_limit(start_ioc: StartIoc, how: str) -> None:
    module = driver(ENDLESS[how])
    ioc = start(start_ioc, module)
    is_ended(ioc, module)
    if how in ("join", "with", "acquire"):
        ioc.wait_for("write ends")


@pytest.mark.parametrize("how", SLOW)
def test_slow_code_is_left_alone(start_ioc: StartIoc, how: str) -> None:
    ioc = start(start_ioc, driver(SLOW[how], "self.loop.call_soon_threadsafe(self.assign)\n        "))
    ioc.command("dbpf T:SET 1")
    ioc.wait_for("write ends")
    ioc.wait_for(r"port P1: thread loop has waited \d+ s for the port; .* holds it and has not returned")
    eventually(lambda: re.search(r"DBF_LONG: +5\s", ioc.ask("dbgf T:GET")))
    assert "raised" not in ioc.output and "NO_ALARM" in ioc.ask("dbgf T:SET.SEVR")
    assert ioc.exit() == 0


@pytest.mark.parametrize("method", ["read(self, reason)", "write(self, reason, value)", "readEnum(self, reason)"])
def test_a_method_that_is_a_coroutine_is_refused(start_ioc: StartIoc, tmp_path: Path, method: str) -> None:
    module = f"from PythonDriver import PythonDriver\nclass D(PythonDriver):\n    async def {method}:\n        pass\ndriver = D()\n"
    ioc = start_ioc('asynPythonDriverConfigure("P1", "d")\n', modules={"d": module})
    ioc.ask("echo on")
    name = method.split("(")[0]
    assert f"DriverError: expected D.{name} to be a plain def" in ioc.output
    assert 'd.py", line 2' in ioc.output, "when the class is created"
    assert ioc.exit() == 0


TOLD = """
    def wait_for_port(self):
        self.entered.wait(30)
        try:
            self.other = 5  # waits
        except BaseException as error:
            print(f"told: {type(error).__name__}: {error}", flush=True)
            self.told.set()
            raise

    def answer(self):
        self.told = threading.Event()
        self.entered = threading.Event()
        threading.Thread(target=self.wait_for_port, name="waiter").start()
        self.entered.set()
        print("write waits", flush=True)
        print("write goes on:", self.told.wait(15), flush=True)  # with a limit, so nobody ends it

driver = D()
"""


@pytest.mark.python_host
@pytest.mark.parametrize("mode", MODES)
def test_who_waits_for_a_port_is_told_of_its_end(start_ioc: StartIoc, mode: str) -> None:
    ioc = start(start_ioc, HEAD + TOLD, mode)
    ioc.command("dbpf T:SET 1")
    ioc.wait_for("write waits")
    assert ioc.terminate() == 0, ioc.output
    assert "told: PortClosed: port P1 has been shut down" in ioc.output, ioc.output
    assert "write goes on: True" in ioc.output and "Traceback" not in ioc.output, ioc.output
