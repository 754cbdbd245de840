"""Ways into a port's interpreter: each thread of an IOC, C code that calls back, and a thread that is in another."""

import re
import subprocess
import sys
from typing import Any

import pytest
from conftest import Ioc, StartIoc, eventually
from modes import MODES, SUBS, configure, try_rules

# sorted() through C: qsort calls the Python function, which looks where it is. The slot that ctypes goes by
# is per thread, not per interpreter.
CALLBACKS = """
import concurrent.futures, ctypes
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters

libc = ctypes.CDLL(None)
COMPARE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
HERE = interpreters.get_current()
state = ctypes.pythonapi.PyThreadState_Get
state.restype = ctypes.c_void_p
wrong = []

def compare(a, b):
    import _asynPython, decimal
    if interpreters.get_current() != HERE or _asynPython.port != PORT or decimal is not sys.modules["decimal"]:
        wrong.append((PORT, threading.current_thread().name))
    return a[0] - b[0]

def sort(values):
    array = (ctypes.c_int * len(values))(*values)
    before = state()
    libc.qsort(array, len(values), ctypes.sizeof(ctypes.c_int), COMPARE(compare))
    assert state() == before, "another thread state"
    assert list(array) == sorted(values)
    assert not wrong, wrong

@rule
def c_code_calls_back():
    sort([3, 1, 2])

@rule
def c_code_calls_back_within_a_callback():
    def nested(a, b):
        sort([2, 1])
        return a[0] - b[0]
    array = (ctypes.c_int * 4)(4, 3, 2, 1)
    libc.qsort(array, 4, 4, COMPARE(nested))
    assert list(array) == [1, 2, 3, 4]

@rule
def c_code_calls_back_in_threads_that_python_started():
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(sort, list(range(50, 0, -1))) for _ in range(20)]:
            future.result()

@rule
def exceptions_stay_in_a_callback():
    seen = []
    def raises(a, b):
        seen.append(1)
        raise KeyError("within C")
    hook, sys.unraisablehook = sys.unraisablehook, lambda problem: seen.append(problem.exc_type)
    try:
        libc.qsort((ctypes.c_int * 2)(2, 1), 2, 4, COMPARE(raises))
    finally:
        sys.unraisablehook = hook
    assert KeyError in seen
"""


@pytest.mark.parametrize("mode", MODES)
def test_c_code_calls_back_into_its_own_interpreter(start_ioc: StartIoc, mode: str) -> None:
    ioc = try_rules(start_ioc, mode, CALLBACKS)
    assert ioc.exit() == 0, ioc.output
    assert "Traceback" not in ioc.output


# A thread comes to several ports in turn, and back.
@pytest.mark.parametrize("mode", MODES)
def test_one_thread_serves_several_ports_in_turn(start_ioc: StartIoc, pva: Any, mode: str) -> None:
    ioc = try_rules(start_ioc, mode, CALLBACKS)
    for _ in range(5):
        for port in ("P0", "P1", "P2"):
            ioc.ask(f"dbpf T:{port}.PROC 1")
            pva.put(f"T:{port}.PROC", 1)
    eventually(lambda: ioc.output.count("end P2 record\n") >= 11)
    assert ioc.output.count("end P2 record\n") == 11
    assert "FAILED" not in ioc.output, ioc.output
    assert ioc.exit() == 0


# Each thread of an IOC has a name, which Linux knows.
THREADS = """
import ctypes, sys, threading
import _asynPython
from PythonDriver import PythonDriver

PORT = _asynPython.port
COMPARE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
local = threading.local()

def where(what):
    with open(f"/proc/self/task/{threading.get_native_id()}/comm") as file:
        name = file.read().strip()
    called = []
    ctypes.CDLL(None).qsort((ctypes.c_int * 2)(2, 1), 2, 4, COMPARE(lambda a, b: called.append(_asynPython.port) or 0))
    local.times = getattr(local, "times", 0) + 1
    good = set(called) == {PORT} and threading.current_thread() is threading.current_thread()
    sys.stdout.write(f"<{PORT} {what} {name} {'good' if good else 'BAD'} {local.times}>\\n")

class D(PythonDriver):
    def __init__(self):
        where("import")
        self.tick = 0
        threading.Thread(target=self.born).start()
    def born(self):
        where("born")
    def read(self, reason):
        where("read")
        return 1
    def write(self, reason, value):
        super().write(reason, value)
        where("write")
        if reason == "TRIGGER":
            self.tick += 1
            self.update()

driver = D()
"""
TEMPLATE = """
record(longin, "T:$(P):SCAN") { field(DTYP, "asynInt32") field(INP, "@asyn($(P))READ") field(SCAN, ".1 second") info(pyname, "got") }
record(longin, "T:$(P):READ") { field(DTYP, "asynInt32") field(INP, "@asyn($(P))READ") info(pyname, "got") }
record(longout, "T:$(P):SET") { field(DTYP, "asynInt32") field(OUT, "@asyn($(P))SET") info(pyname, "set_") }
record(longout, "T:$(P):TRIGGER") { field(DTYP, "asynInt32") field(OUT, "@asyn($(P))TRIGGER") info(pyname, "trigger") }
record(longin, "T:$(P):TICK") { field(DTYP, "asynInt32") field(INP, "@asyn($(P))TICK") field(SCAN, "I/O Intr") field(FLNK, "T:$(P):OUT") info(pyname, "tick") }
record(longout, "T:$(P):OUT") { field(DTYP, "asynInt32") field(OUT, "@asyn($(P))OUT") field(DOL, "T:$(P):TICK") field(OMSL, "closed_loop") field(FLNK, "T:$(OTHER):IN") info(pyname, "out") }
record(longout, "T:$(P):IN") { field(DTYP, "asynInt32") field(OUT, "@asyn($(P))IN") field(DOL, "T:$(OTHER):OUT") field(OMSL, "closed_loop") info(pyname, "in_") }
"""


def start_pair(start_ioc: StartIoc, mode: str, module: str, template: str) -> Ioc:
    ioc = start_ioc(
        configure("P1", "d", mode)
        + configure("P2", "d", mode)
        + 'dbLoadRecords("d.db", "P=P1,OTHER=P2")\ndbLoadRecords("d.db", "P=P2,OTHER=P1")\niocInit\necho up\n',
        modules={"d": module},
        files={"d.db": template},
    )
    ioc.wait_for("up\n")
    return ioc


@pytest.mark.parametrize("mode", MODES)
def test_every_thread_of_an_ioc_gets_in(start_ioc: StartIoc, pva: Any, mode: str) -> None:
    ioc = start_pair(start_ioc, mode, THREADS, TEMPLATE)
    for port in ("P1", "P2"):
        ioc.ask(f"dbpf T:{port}:SET 1")
        pva.put(f"T:{port}:SET", 2)
        ioc.ask(f"dbpf T:{port}:TRIGGER 1")
    for port, other in (("P1", "P2"), ("P2", "P1")):
        ioc.wait_for(f"<{port} import ")
        ioc.wait_for(f"<{port} born ")
        ioc.wait_for(rf"<{port} read scan-?0\.1 good [2-9]")  # the same thread object, so the same state, as before
        # What I/O Intr brings is processed by a callback thread, and by the same one goes on to the other port.
        name = ioc.wait_for(rf"<{port} write ((?:cb|asynScan)\w+) good")[1]
        ioc.wait_for(rf"<{other} write {name} good")
    names = set(re.findall(r"<P1 (?:write|read) (\S+) good", ioc.output))
    assert len(names) >= 4, names  # the shell's, the server's, a scan and a callback thread
    assert " BAD " not in ioc.output
    assert ioc.exit() == 0


CLIENT = """
import asyncio, aioca
async def main():
    for port in ("P1", "P2", "P1"):
        await aioca.caput(f"T:{port}:SET", 5, wait=True, timeout=30)
        await aioca.caput(f"T:{port}:READ.PROC", 1, wait=True, timeout=30)
asyncio.run(main())
"""


@pytest.mark.parametrize("mode", MODES)
def test_a_channel_access_server_gets_in(start_ioc: StartIoc, mode: str) -> None:
    ioc = start_pair(start_ioc, mode, THREADS, TEMPLATE)
    subprocess.run([sys.executable, "-c", CLIENT], check=True, timeout=100)
    for port in ("P1", "P2"):
        name = ioc.wait_for(rf"<{port} write (CAS\S+) good")[1]
        ioc.wait_for(rf"<{port} read {name} good")
    assert " BAD " not in ioc.output
    assert ioc.exit() == 0


# A thread of P1's Python calls dbpf, which processes a record: in the same thread it comes into P1 again, and into P2,
# whose write() calls dbpf for a third one.
NESTED = """
import ctypes, sys, threading
import _asynPython
from PythonDriver import PythonDriver

PORT = _asynPython.port
dbpf = ctypes.CDLL(None).dbpf
depth = threading.local()

class D(PythonDriver):
    def __init__(self):
        self.mark = 0
    def write(self, reason, value):
        super().write(reason, value)
        inside = getattr(depth, "now", 0)
        sys.stdout.write(f"<{PORT} {reason} {value} within {inside} on {threading.get_native_id()}>\\n")
        if reason == "GO":
            threading.Thread(target=self.nest, args=(value,)).start()
        elif reason == "FIRST":  # an exception passes, and leaves all as it is
            self.mark = value
            self.update()
            if value == 13:
                raise ValueError("thirteen")
    def nest(self, value):
        depth.now = 1
        for count in range(value):
            for name in (f"T:{PORT}:FIRST", "T:P1:FIRST", "T:P2:FIRST"):
                dbpf(name.encode(), str(count).encode())
                assert _asynPython.port == PORT and depth.now == 1
        dbpf(f"T:{PORT}:FIRST".encode(), b"13")
        import decimal
        assert decimal is sys.modules["decimal"]
        sys.stdout.write(f"<{PORT} gone on {threading.get_native_id()}>\\n")

driver = D()
"""
NESTED_TEMPLATE = "".join(
    f'record(longout, "T:$(P):{name}") {{ field(DTYP, "asynInt32") field(OUT, "@asyn($(P)){name}") '
    f'info(pyname, "{name.lower()}") }}\n'
    for name in ("GO", "FIRST")
) + (
    'record(longin, "T:$(P):MARK") { field(DTYP, "asynInt32") field(INP, "@asyn($(P))MARK") field(SCAN, "I/O Intr") '
    'info(pyname, "mark") }\n'
)


@pytest.mark.python_host
@pytest.mark.parametrize("mode", MODES)
def test_python_comes_back_through_a_record(start_ioc: StartIoc, mode: str) -> None:
    ioc = start_pair(start_ioc, mode, NESTED, NESTED_TEMPLATE)
    for port in ("P1", "P2"):
        ioc.ask(f"dbpf T:{port}:GO 20")
    for port, other in (("P1", "P2"), ("P2", "P1")):
        thread = ioc.wait_for(rf"<{port} gone on (\d+)>", 60)[1]
        # In the same port and in the other, by the thread that P1's Python has started.
        for place in (port, other):
            assert re.search(rf"<{place} FIRST 19 within \d on {thread}>", ioc.output), ioc.output
        ioc.wait_for(rf"port {port}: .*(\n.*)*?thirteen")
        eventually(lambda port=port: re.search(r"DBF_LONG: +\d+ ", ioc.ask(f"dbgf T:{port}:MARK")))
    assert ioc.output.count("Traceback (most recent call last)") <= 4, ioc.output
    assert ioc.exit() == 0


@pytest.mark.parametrize("mode", SUBS)
def test_states_of_threads_that_end_are_given_back(start_ioc: StartIoc, mode: str) -> None:
    module = THREADS.replace('where("read")', "pass").replace('where("write")', "pass")
    ioc = start_pair(start_ioc, mode, module, TEMPLATE)
    ioc.ask("dbpf T:P1:TRIGGER 1")
    ioc.wait_for("<P2 born ")
    for port in ("P1", "P2"):
        ioc.ask(f"asynShutdownPort {port}")
    eventually(lambda: "interpreters: 0, left behind: 0\n  thread states: 0\n" in ioc.ask("asynPythonReport"))
    assert ioc.exit() == 0
