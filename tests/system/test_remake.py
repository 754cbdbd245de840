"""A port is shut down and made again, many times: nothing is left, by the counters of asynPythonReport, and memory
grows by no more than CPython's own.

ASYNPYTHON_CYCLES is how often for a sub-interpreter of a small driver; 1000 takes minutes on Python 3.12 and later.
"""

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from conftest import DEADLINE, EXECUTABLE, Ioc, StartIoc, eventually

pytestmark = pytest.mark.python_host  # asyn keeps the names of ports that were shut down

CYCLES = int(os.environ.get("ASYNPYTHON_CYCLES", 100))
MODES = [mode for mode in ("own", "shared", "main") if mode != "own" or sys.version_info >= (3, 12)]
NONE = {"drivers": 0, "interpreters": 0, "left behind": 0, "thread states": 0, "arrays": 0}

SMALL = """
from PythonDriver import PythonDriver

class D(PythonDriver):
    pass

driver = D()
"""
# Threads that end by shutdown(), and by PortClosed; a daemon thread; arrays; an asyncio loop; an idle pool.
BUSY = """
import array, asyncio, atexit, threading
from concurrent.futures import ThreadPoolExecutor
from PythonDriver import PythonDriver

class D(PythonDriver):
    __db__ = "busy.template"
    def __init__(self):
        self.stop = threading.Event()
        self.ready = threading.Barrier(4)
        for work in self.wait, self.update_always:
            threading.Thread(target=work).start()
        threading.Thread(target=self.assign_always, daemon=True).start()
        self.loop = asyncio.new_event_loop()
        self.loop.call_soon(self.loop.stop)
        self.loop.run_forever()
        self.pool = ThreadPoolExecutor(2)
        assert list(self.pool.map(abs, [-1, -2])) == [1, 2]
        self.ready.wait()
    def wait(self):
        self.ready.wait()
        self.stop.wait()
    def update_always(self):
        self.ready.wait()
        while True:
            self.update()
    def assign_always(self):
        self.ready.wait()
        while True:
            self.train = array.array("d", range(500))
    def shutdown(self):
        self.stop.set()

driver = D()
"""
TEMPLATE = """record(waveform, "B:TRAIN") { field(DTYP, "asynFloat64ArrayIn") field(INP, "@asyn(P1)TRAIN")
    field(FTVL, "DOUBLE") field(NELM, "500") field(SCAN, "I/O Intr") info(pyname, "train") }
"""
FAILING = "import threading\nfrom PythonDriver import PythonDriver\nimport there_is_no_such_module\n"
NUMPY = SMALL.replace("pass", "pass\nimport numpy as np\nassert np.linalg.inv(np.eye(3)).sum() == 3")
# What is asked of the bare interpreters: the modules that a port's interpreter has.
LISTING = (
    "import sys\nskipped = ('PythonDriver', '_asynPython', 'listing', '__main__', 'sitecustomize')\n"
    "names = [n for n, m in sys.modules.items() if m is not None and '-' not in n and n.partition('.')[0] not in skipped]\n"
    "open('modules.txt', 'w').write(' '.join(names))\n"
)
MODULES = {"small": SMALL, "busy": BUSY, "failing": FAILING, "numpydriver": NUMPY}


def counters(ioc: Ioc) -> dict[str, int]:
    text = ioc.ask("asynPythonReport")
    return {what: int(re.search(rf"{what}: (-?\d+)", text)[1]) for what in NONE}  # type: ignore[index]


def resident(ioc: Ioc) -> int:
    """KB"""
    status = Path(f"/proc/{ioc.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1])  # type: ignore[index]


def cycles(ioc: Ioc, module: str, mode: str, count: int, seconds: float = 0.5) -> None:
    one = f'asynPythonDriverConfigure("P1", "{module}", 0, "interpreter={mode}")\n'
    if module != "failing":
        one += "asynShutdownPort P1\n"
    (ioc.cwd / "cycles.cmd").write_text(one * count)
    mark = f"cycles-{module}-{len(ioc.output)}"
    ioc.command("< cycles.cmd")
    ioc.command(f"echo {mark}")
    ioc.wait_for(rf"(?m){mark}$", DEADLINE + count * seconds)


def growth(ioc: Ioc, module: str, mode: str, count: int) -> float:
    """KB for each cycle, after some that fill caches."""
    cycles(ioc, module, mode, max(3, count // 10))
    before = resident(ioc)
    cycles(ioc, module, mode, count)
    eventually(lambda: counters(ioc) == NONE)
    grown = (resident(ioc) - before) / count
    print(f"{module} {mode}: {grown:.1f} KB for each of {count} cycles")
    return grown


@pytest.fixture
def ioc(start_ioc: StartIoc) -> Ioc:
    ioc = start_ioc('asynSetTraceMask "" 0 0\necho up\n', modules=MODULES, files={"busy.template": TEMPLATE})
    ioc.wait_for("(?m)^up$")
    return ioc


BARE = r"""
#include <Python.h>

/* Interpreters with these imports, one after the other; attached. Growth in KB of each. */
static long resident(void)
{
    long all = 0, pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file || fscanf(file, "%ld %ld", &all, &pages) != 2)
        abort();
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void cycle(int own, const char *imports)
{
    PyThreadState *before = PyThreadState_Get(), *state = NULL;
#if PY_VERSION_HEX >= 0x030C0000
    PyInterpreterConfig config = {0};
    config.use_main_obmalloc = !own;
    config.allow_fork = config.allow_exec = config.allow_threads = config.allow_daemon_threads = 1;
    config.check_multi_interp_extensions = own;
    config.gil = own ? PyInterpreterConfig_OWN_GIL : PyInterpreterConfig_SHARED_GIL;
    if (PyStatus_Exception(Py_NewInterpreterFromConfig(&state, &config)))
        abort();
#else
    (void)own;
    state = Py_NewInterpreter();
#endif
    PyRun_SimpleString(imports);
    Py_EndInterpreter(state);
    PyThreadState_Swap(before);
}

double growth(int count, int own, const char *imports)
{
    for (int i = 0; i < 3 + count / 10; ++i)
        cycle(own, imports);
    const long before = resident();
    for (int i = 0; i < count; ++i)
        cycle(own, imports);
    return (double)(resident() - before) / count;
}
"""
RUN_BARE = """
import ctypes, sys
library = ctypes.PyDLL(sys.argv[1])
library.growth.restype = ctypes.c_double
imports = "try:\\n    import " + sys.argv[4].replace(" ", "\\nexcept Exception: pass\\ntry:\\n    import ") + "\\nexcept Exception: pass\\n"
exec(imports)
print(library.growth(int(sys.argv[2]), int(sys.argv[3]), imports.encode()))
"""


def bare_growth(ioc: Ioc, module: str, mode: str, count: int) -> float:
    """CPython's own, in KB, by interpreters that import what a port's interpreter has."""
    (ioc.cwd / "listing.py").write_text(MODULES[module] + LISTING)
    cycles(ioc, "listing", mode, 1)
    source, library = ioc.cwd / "bare.c", ioc.cwd / "bare.so"
    source.write_text(BARE)
    include = sysconfig.get_path("include")
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", f"-I{include}", str(source), "-o", str(library)], check=True)
    names = (ioc.cwd / "modules.txt").read_text()
    arguments = [str(library), str(count), str(int(mode == "own")), names]
    command = [sys.executable, "-c", RUN_BARE, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ioc.cwd.parent)
    assert done.returncode == 0, done.stderr[-3000:]
    print(f"bare {module} {mode}: {float(done.stdout):.1f} KB")
    return float(done.stdout)


@pytest.mark.timeout(60 + CYCLES * 3)
@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "main"])
def test_a_small_port_leaves_what_cpython_leaves(ioc: Ioc, mode: str) -> None:
    grown = growth(ioc, "small", mode, CYCLES)
    # The list of interfaces that clients may hold on to, and what the private copies of a loader take.
    assert grown < 1.3 * bare_growth(ioc, "small", mode, min(CYCLES, 100)) + 20
    assert ioc.exit() == 0


def test_a_thousand_ports_in_the_main_interpreter_leave_nothing(ioc: Ioc) -> None:
    assert growth(ioc, "small", "main", 1000) < 8
    assert ioc.exit() == 0


@pytest.mark.parametrize("mode", MODES)
def test_threads_arrays_and_loops_leave_nothing(ioc: Ioc, mode: str) -> None:
    if not EXECUTABLE:
        ioc.ask("dbLoadRecords busy.template")
    grown = growth(ioc, "busy", mode, 20)
    bare = 0 if mode == "main" else bare_growth(ioc, "busy", mode, 20)
    assert grown < 1.5 * bare + 200
    assert "Traceback" not in ioc.output and "interpreter is left behind" not in ioc.output
    assert ioc.exit() == 0


@pytest.mark.parametrize("mode", MODES)
def test_modules_that_do_not_load_leave_nothing(ioc: Ioc, mode: str) -> None:
    grown = growth(ioc, "failing", mode, 20)
    bare = 0 if mode == "main" else bare_growth(ioc, "small", mode, 20)
    assert grown < 1.5 * bare + 200
    assert ioc.exit() == 0


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != "own" or sys.version_info >= (3, 13)])
def test_numpy_leaves_one_copy_of_its_libraries(ioc: Ioc, mode: str) -> None:
    """Which the loader of libraries never gives back."""
    assert growth(ioc, "numpydriver", mode, 5) < (1000 if mode == "main" else 25000)
    assert ioc.exit() == 0
