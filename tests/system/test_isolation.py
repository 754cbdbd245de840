"""What one port does to its Python does not reach another: each mode as far as it goes."""

import pytest
from conftest import DEADLINE, StartIoc, eventually
from modes import MODES, SUBS, configure

# A record brings the number of a step, and whether the port is the one that changes things or looks at them.
DRIVER = """
import decimal, locale, logging, os, random, sys, threading, traceback, warnings
import _asynPython
from PythonDriver import PythonDriver

PORT = _asynPython.port
STEPS = {}
things = []

def say(text):
    sys.stdout.write(f"{PORT} {text}\\n")

class step:
    def __init__(self, change):
        self.change = change
        STEPS[change.__name__] = self
    def look(self, look):
        self.look = look

class D(PythonDriver):
    def write(self, reason, value):
        what, name = value.split()
        try:
            getattr(STEPS[name], what)()
            say(f"ok {what} {name}")
        except Exception:
            say(f"FAILED {what} {name}: {traceback.format_exc()}")

@step
def module_globals():
    things.append(1)
    sys.modules[__name__].added = 1
@module_globals.look
def _():
    assert things == [] and "added" not in globals()

@step
def class_attributes():
    D.added = 1
    PythonDriver.added = 1
@class_attributes.look
def _():
    assert not hasattr(D, "added") and not hasattr(PythonDriver, "added")

@step
def environment():
    os.environ["ASYNPYTHON_ADDED"] = "1"
    os.environ.pop("ASYNPYTHON_THERE")
@environment.look
def _():
    assert "ASYNPYTHON_ADDED" not in os.environ and os.environ["ASYNPYTHON_THERE"] == "yes"

@step
def logging_configuration():
    logging.basicConfig(level=logging.DEBUG, format="P1 has %(message)s")
    logging.addLevelName(35, "NOTICE")
    logging.getLogger("shared").setLevel(5)
    logging.disable(logging.INFO)
@logging_configuration.look
def _():
    root = logging.getLogger()
    assert root.level == logging.WARNING and not root.handlers and logging.getLogger("shared").level == 0
    assert logging.getLevelName(35) == "Level 35" and root.manager.disable == 0

@step
def warnings_filters():
    warnings.simplefilter("error")
    warnings.showwarning = None
@warnings_filters.look
def _():
    with warnings.catch_warnings(record=True) as seen:
        warnings.warn("not an error here")
    assert len(seen) == 1

@step
def path():
    sys.path.insert(0, "/nowhere")
    sys.path_hooks.clear()
    sys.meta_path.append(None)
@path.look
def _():
    assert "/nowhere" not in sys.path and sys.path_hooks and None not in sys.meta_path

@step
def a_patched_library():
    random.random = lambda: 7
    import builtins
    builtins.added = 1
    os.getlogin = None
@a_patched_library.look
def _():
    assert random.random() < 1 and not hasattr(__builtins__, "added") and "added" not in dir(__builtins__)
    assert os.getlogin

@step
def settings_of_the_interpreter():
    sys.setrecursionlimit(777)
    sys.excepthook = lambda *arguments: None
    import gc
    gc.disable()
@settings_of_the_interpreter.look
def _():
    import gc
    assert sys.getrecursionlimit() != 777 and gc.isenabled() and sys.excepthook is sys.__excepthook__

@step
def exceptions():
    try:
        raise KeyError(PORT)
    except KeyError as error:
        things.append(error)
@exceptions.look
def _():
    assert sys.exc_info() == (None, None, None) and not any(isinstance(thing, KeyError) for thing in things)

@step
def an_exception_that_nobody_catches():
    threading.Thread(target=lambda: 1 / 0).start()
@an_exception_that_nobody_catches.look
def _():
    assert threading.current_thread().is_alive()

driver = D()
"""
NAMES = [
    "module_globals",
    "class_attributes",
    "environment",
    "logging_configuration",
    "warnings_filters",
    "path",
    "a_patched_library",
    "settings_of_the_interpreter",
    "exceptions",
    "an_exception_that_nobody_catches",
]
# In the main interpreter only the port's own modules, the package PythonDriver with them, are apart.
IN_MAIN = ["module_globals", "class_attributes", "exceptions", "an_exception_that_nobody_catches"]
DATABASE = "".join(
    f'record(stringout, "T:{port}") {{ field(DTYP, "asynOctetWrite") field(OUT, "@asyn({port})STEP") '
    'info(pyname, "step") }\n'
    for port in ("P1", "P2")
)


@pytest.mark.parametrize("mode", MODES)
def test_a_change_does_not_reach_another_port(start_ioc: StartIoc, mode: str) -> None:
    ioc = start_ioc(
        configure("P1", "d", mode) + configure("P2", "d", mode) + 'dbLoadRecords("t.db")\niocInit\necho up\n',
        modules={"d": DRIVER},
        files={"t.db": DATABASE},
        environment={"ASYNPYTHON_THERE": "yes"},
    )
    ioc.wait_for("up\n")
    for name in IN_MAIN if mode == "main" else NAMES:
        for port, what in (("P2", "look"), ("P1", "change"), ("P2", "look")):
            ioc.ask(f'dbpf T:{port} "{what} {name}"')
        assert "FAILED" not in ioc.output, ioc.output
        assert ioc.output.count(f"P1 ok change {name}\n") == 1 and ioc.output.count(f"P2 ok look {name}\n") == 2
    assert ioc.exit() == 0, ioc.output


@pytest.mark.parametrize("mode", SUBS)
def test_a_port_that_is_made_again_has_nothing_of_the_first(start_ioc: StartIoc, mode: str) -> None:
    changed = DRIVER + 'sys.path_importer_cache["first"] = 1\nassert not hasattr(logging, "mine")\nlogging.mine = 1\n'
    ioc = start_ioc(configure("P1", "d", mode) + "iocInit\necho up\n", modules={"d": changed})
    ioc.wait_for("up\n")
    ioc.ask("asynShutdownPort P1")
    eventually(lambda: "interpreters: 0, left behind: 0" in ioc.ask("asynPythonReport"))
    ioc.ask(configure("P2", "d", mode).strip())
    assert "port P2: module d, interpreter=" in ioc.output, ioc.output
    assert ioc.exit() == 0


RAISING = """
from PythonDriver import PythonDriver
class Lost(Exception):
    pass
class D(PythonDriver):
    def read(self, reason):
        if reason == "BAD":
            raise Lost("the cable is out")
        return 5
driver = D()
"""


@pytest.mark.parametrize("mode", MODES)
def test_an_exception_of_one_port_leaves_the_other_at_work(start_ioc: StartIoc, mode: str) -> None:
    records = "".join(
        f'record(longin, "T:{port}:{name}") {{ field(DTYP, "asynInt32") field(INP, "@asyn({port}){name}") '
        f'info(pyname, "{name.lower()}") }}\n'
        for port in ("P1", "P2")
        for name in ("BAD", "GOOD")
    )
    ioc = start_ioc(
        configure("P1", "d", mode) + configure("P2", "d", mode) + 'dbLoadRecords("t.db")\niocInit\necho up\n',
        modules={"d": RAISING},
        files={"t.db": records},
    )
    ioc.wait_for("up\n")
    for _ in range(20):
        ioc.ask("dbpf T:P1:BAD.PROC 1")
        for port in ("P1", "P2"):
            ioc.ask(f"dbpf T:{port}:GOOD.PROC 1")
    for port in ("P1", "P2"):
        assert "NO_ALARM" in ioc.ask(f"dbgf T:{port}:GOOD.SEVR") and "5" in ioc.ask(f"dbgf T:{port}:GOOD")
    assert "INVALID" in ioc.ask("dbgf T:P1:BAD.SEVR")
    ioc.wait_for("port P1: .*(\n.*)*the cable is out")
    assert ioc.exit() == 0


FRAMES = """
import _asynPython, sys, threading, time
from PythonDriver import PythonDriver

def work(driver):
    while True:
        time.sleep(0.001)
        driver.x

class D(PythonDriver):
    def __init__(self):
        self.x = 0
        threading.Thread(target=work, args=(self,)).start()
    def read(self, reason):
        for _ in range(20):
            frames = sys._current_frames()
            threads = {thread.ident for thread in threading.enumerate()}
            assert threading.get_ident() in frames and threads & set(frames) - {threading.get_ident()}, frames
            assert set(frames) <= threads, (frames, threads)
        try:
            sys._current_exceptions()
        except RuntimeError:
            sys.stdout.write(f"{_asynPython.port} has its own\\n")
        return 1

driver = D()
"""


def test_frames_are_those_of_the_ports_own_threads(start_ioc: StartIoc) -> None:
    """CPython's function goes through all interpreters: where their GILs differ, the process died of it later."""
    ports = [f"P{number}" for number in range(2 * len(MODES))]
    ioc = start_ioc(
        "".join(configure(port, "d", MODES[number % len(MODES)]) for number, port in enumerate(ports))
        + 'dbLoadRecords("t.db")\niocInit\necho up\n',
        modules={"d": FRAMES},
        files={
            "t.db": "".join(
                f'record(longin, "T:{port}") {{ field(DTYP, "asynInt32") field(INP, "@asyn({port})X") '
                'info(pyname, "x") }\n'
                for port in ports
            )
        },
    )
    ioc.wait_for("up\n")
    for port in ports:
        ioc.ask(f"dbpf T:{port}.PROC 1")
        assert f"{port} has its own\n" in ioc.output, ioc.output
    for port in ports:
        ioc.ask(f"asynShutdownPort {port}")
    assert ioc.exit() == 0, ioc.output


LOOKING = """
import _asynPython, threading
from PythonDriver import PythonDriver

def look():
    while True:
        _asynPython.thread_frames()

threading.Thread(target=look, daemon=True).start()
driver = PythonDriver()
"""
PLAIN = "from PythonDriver import PythonDriver\ndriver = PythonDriver()\n"


@pytest.mark.python_host
def test_frames_while_threads_come(start_ioc: StartIoc) -> None:
    """Each end of a port has a thread that has not been in Python before: CPython 3.11 lists it half made."""
    cycle = configure("P1", "plain", "main") + "asynShutdownPort P1\n"
    ioc = start_ioc(
        configure("P0", "looking", "main") + "iocInit\n" + 20 * cycle + "echo up\n",
        modules={"looking": LOOKING, "plain": PLAIN},
    )
    ioc.wait_for("(?m)^up$", 3 * DEADLINE)
    assert ioc.exit() == 0, ioc.output


FAULTS = """
import faulthandler, threading
from PythonDriver import PythonDriver
class D(PythonDriver):
    pass
for function, arguments in ((faulthandler.enable, ()), (faulthandler.register, (12,)), (faulthandler.dump_traceback_later, (1000,))):
    try:
        function(*arguments)
        print(function.__name__, "is done")
    except RuntimeError as error:
        print("refused:", error)
faulthandler.dump_traceback()
driver = D()
"""


@pytest.mark.python_host
@pytest.mark.parametrize("mode", MODES)
def test_faulthandler_in_ports_does_not_crash_the_process(start_ioc: StartIoc, mode: str) -> None:
    """The process has it enabled already, by PYTHONFAULTHANDLER."""
    ports = ["P1", "P2"]
    ioc = start_ioc(
        "".join(configure(port, "faults", mode) for port in ports) + "iocInit\necho up\n", modules={"faults": FAULTS}
    )
    ioc.wait_for("up\n")
    ioc.ask("asynShutdownPort P1")
    ioc.ask(configure("P1", "faults", mode).strip())
    assert ioc.output.count("refused: faulthandler cannot be used in a port with interpreter=own") == (
        9 if mode == "own" else 0
    )
    assert ioc.exit() == 0, ioc.output
