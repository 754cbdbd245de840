"""Which interpreter a port gets, what is said of it, and that the standard library works in it."""

import re
import sys

import pytest
from conftest import DEADLINE, Ioc, StartIoc, eventually
from modes import AUTO, MODES, SUBS, VERSION, configure, try_rules

RELEASE = ".".join(map(str, sys.version_info[:3]))
PLAIN = "from PythonDriver import PythonDriver\nclass D(PythonDriver):\n    pass\ndriver = D()\n"
WHAT = {
    "own": "a sub-interpreter with a GIL of its own",
    "shared": "a sub-interpreter on the process's GIL",
    "main": "the main interpreter",
}


def start(start_ioc: StartIoc, calls: str, module: str = PLAIN) -> Ioc:
    ioc = start_ioc(calls + "iocInit\necho up\n", modules={"d": module})
    ioc.wait_for("up\n")
    return ioc


@pytest.mark.parametrize("options", ["", ', 1, ""', ', 1, "interpreter=auto"'])
def test_the_default_is_told_with_version_and_reason(start_ioc: StartIoc, options: str) -> None:
    ioc = start(start_ioc, f'asynPythonDriverConfigure("P1", "d"{options})\n')
    text = rf"interpreter={AUTO}, {WHAT[AUTO]}, Python {re.escape(RELEASE)}[^:]*: the default"
    lines = [line for line in ioc.output.splitlines() if re.match(rf"port P1: module d, {text}", line)]
    assert len(lines) == 1, ioc.output
    assert re.search(rf"module d, {text}", ioc.ask("asynReport 1 P1"))
    assert ioc.exit() == 0


@pytest.mark.parametrize("mode", MODES)
def test_a_mode_that_is_asked_for_is_told(start_ioc: StartIoc, mode: str) -> None:
    ioc = start(start_ioc, configure("P1", "d", mode))
    text = rf"module d, interpreter={mode}, {WHAT[mode]}.*, Python {re.escape(RELEASE)}.*: asked for"
    assert re.search(rf"(?m)^port P1: {text}$", ioc.output), ioc.output
    assert re.search(text, ioc.ask("asynReport 1 P1"))
    assert ioc.exit() == 0


# The identity of an interpreter, and whether two compute at the same time on GILs of their own.
IDENTITY = """
import sys
if sys.version_info < (3, 13):
    import _xxsubinterpreters as interpreters
else:
    import _interpreters as interpreters
current = interpreters.get_current()
number = current[0] if isinstance(current, tuple) else int(current)
sys.stdout.write(f"interpreter {number} of {PORT}\\n")

@rule
def it_is_always_the_same():
    now = interpreters.get_current()
    assert (now[0] if isinstance(now, tuple) else int(now)) == number

@rule
def a_module_stays_one():
    import decimal, rules
    assert rules is sys.modules[__name__] and rules.number == number
    assert decimal is sys.modules["decimal"]
"""


@pytest.mark.parametrize("mode", MODES)
def test_each_port_has_its_own_interpreter_or_the_main_one(start_ioc: StartIoc, mode: str) -> None:
    ioc = try_rules(start_ioc, mode, IDENTITY)
    numbers = re.findall(r"(?m)^interpreter (\d+) of P\d$", ioc.output)
    assert len(numbers) == 3, ioc.output
    if mode == "main":
        assert set(numbers) == {"0"}
    else:
        assert len(set(numbers)) == 3 and "0" not in numbers
    assert ioc.exit() == 0


@pytest.mark.skipif(VERSION >= (3, 12), reason="there is interpreter=own from Python 3.12 on")
def test_own_is_refused_where_python_has_it_not(start_ioc: StartIoc) -> None:
    ioc = start(start_ioc, configure("P1", "d", "own"))
    line = ioc.wait_for("(?m)^asynPythonDriverConfigure: .*interpreter=own.*$")[0]
    for word in ("port P1", "3.12", RELEASE, "interpreter=shared", "interpreter=main"):
        assert word in line
    assert "P1" not in ioc.ask("asynReport 0")
    assert ioc.exit() == 0


@pytest.mark.skipif(VERSION != (3, 12), reason="of Python 3.12")
def test_own_is_warned_of_where_it_is_not_safe(start_ioc: StartIoc) -> None:
    dates = "import datetime, zoneinfo\nassert datetime.date(2024, 2, 29).isoformat() == '2024-02-29'\n"
    ioc = start(start_ioc, configure("P1", "d", "own"), dates + PLAIN)
    for word in ("port P1", "not safe", "3.13", "numpy", "interpreter=shared"):
        assert word in ioc.wait_for("(?m)^.*interpreter=own is not safe.*$")[0]
    assert "port P1: module d, interpreter=own" in ioc.output
    (ioc.cwd / "n.py").write_text("import numpy\n" + PLAIN)
    ioc.ask(configure("P2", "n", "own").strip())
    text = ioc.wait_for("(?m)^.*the package numpy cannot be used.*$")[0]
    for word in ("port P2", "interpreter=own", "3.12", '"interpreter=shared"'):
        assert word in text
    assert ioc.exit() == 0


# With a GIL of its own, and without what _extensions.py does, these leave pointers into the memory of the
# interpreter that was the first to import them.
LIBRARY = """
import array, asyncio, bisect, bz2, calendar, collections, concurrent.futures, contextvars, copy, csv, ctypes
import datetime, decimal, difflib, email.message, fractions, functools, gzip, hashlib, heapq, hmac, html.parser
import http.client, io, itertools, json, locale, logging, lzma, math, mmap, operator, os, pathlib, pickle, queue
import random, re, secrets, select, selectors, shutil, signal, socket, sqlite3, ssl, statistics, string, struct
import subprocess, tempfile, termios, textwrap, time, traceback, unicodedata, urllib.request, uuid, weakref
import xml.etree.ElementTree, xml.parsers.expat, zipfile, zlib, zoneinfo

@rule
def numbers():
    assert decimal.Decimal(1) / 3 == decimal.Decimal("0.3333333333333333333333333333")
    assert fractions.Fraction(1, 3) * 3 == 1 and statistics.mean([1, 2, 3]) == 2
    with decimal.localcontext() as context:
        context.prec = 5
        assert str(decimal.Decimal(2).sqrt()) == "1.4142"

@rule
def dates():
    then = datetime.datetime(2024, 2, 29, 12, tzinfo=datetime.timezone.utc)
    assert (then + datetime.timedelta(days=1)).strftime("%d.%m.%Y") == "01.03.2024"
    assert pickle.loads(pickle.dumps(then)) == then and datetime.datetime.strptime("2024", "%Y").year == 2024
    zone = zoneinfo.ZoneInfo.from_file(io.BytesIO(TZIF), "X/Y")
    assert then.astimezone(zone).utcoffset() == datetime.timedelta(hours=1)

TZIF = (b"TZif" + bytes(16) + struct.pack(">6l", 0, 0, 0, 0, 1, 4) + struct.pack(">lbb", 3600, 0, 0) + b"CET\\0")

@rule
def databases():
    with sqlite3.connect(":memory:") as connection:
        connection.create_function("twice", 1, lambda x: 2 * x)
        connection.execute("create table t (x)")
        connection.executemany("insert into t values (?)", [(i,) for i in range(10)])
        assert connection.execute("select sum(twice(x)) from t").fetchone() == (90,)
    connection.close()

@rule
def documents():
    seen = []
    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: seen.append(name)
    parser.Parse("<a><b/></a>", True)
    assert seen == ["a", "b"]
    assert xml.etree.ElementTree.fromstring("<a><b c='1'/></a>")[0].get("c") == "1"
    try:
        xml.etree.ElementTree.fromstring("<a>")
    except xml.etree.ElementTree.ParseError:
        pass
    assert json.loads(json.dumps({"a": [1, None, 2.5]})) == {"a": [1, None, 2.5]}
    assert list(csv.reader(["a,b"])) == [["a", "b"]] and re.sub("(b)", r"<\\1>", "abc") == "a<b>c"

@rule
def bytes_():
    for module in zlib, bz2, lzma, gzip:
        assert module.decompress(module.compress(b"abc" * 100)) == b"abc" * 100
    assert hashlib.sha256(b"").hexdigest().startswith("e3b0c4") and hmac.new(b"k", b"m", "sha1").digest()
    try:
        zlib.decompress(b"no")
    except zlib.error:
        pass

@rule
def network():
    context = ssl.create_default_context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    one, two = socket.socketpair()
    with one, two, selectors.DefaultSelector() as selector:
        selector.register(two, selectors.EVENT_READ)
        one.sendall(b"x")
        assert selector.select(10) and two.recv(10) == b"x"

@rule
def processes():
    assert subprocess.run(["echo", "x"], capture_output=True, timeout=60).stdout == b"x\\n"

@rule
def threads():
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        assert list(pool.map(abs, range(-20, 0))) == list(range(20, 0, -1))

@rule
def context_variables():
    variable = contextvars.ContextVar("v", default=1)
    assert contextvars.copy_context().run(lambda: (variable.set(2), variable.get())[1]) == 2 and variable.get() == 1
"""


@pytest.mark.parametrize("mode", MODES)
def test_the_standard_library_works_in_each_port(start_ioc: StartIoc, mode: str) -> None:
    ioc = try_rules(start_ioc, mode, LIBRARY)
    assert ioc.exit() == 0, ioc.output
    assert "Traceback" not in ioc.output


@pytest.mark.python_host
@pytest.mark.parametrize("mode", MODES)
def test_the_standard_library_outlives_a_port(start_ioc: StartIoc, mode: str) -> None:
    ioc = try_rules(start_ioc, mode, LIBRARY, count=4, again=2)
    assert ioc.exit() == 0, ioc.output
    assert "Traceback" not in ioc.output and "left behind:" not in ioc.output


# In main after the port that has them: a process of Python has some of them from its start, an executable has not,
# and is brought down by datetime as soon as two ports with GILs of their own have come and gone.
EXTENSIONS = ["_ctypes", "_datetime", "_lsprof", "_sqlite3", "pyexpat"]
if VERSION >= (3, 13):  # before, ports have zoneinfo without it
    EXTENSIONS.append("_zoneinfo")
IMPORTING = "import " + ", ".join(EXTENSIONS) + "\n" + PLAIN
LOOKING = (
    f"import sys\nmissing = set({EXTENSIONS}) - set(sys.modules)\n"
    "sys.stdout.write(f'not there: {missing}.\\n')\n" + PLAIN
)


@pytest.mark.parametrize("mode", SUBS)
def test_the_main_interpreter_is_the_first_to_import_extensions(start_ioc: StartIoc, mode: str) -> None:
    ioc = start_ioc(
        configure("P1", "importing", mode) + configure("P2", "looking", "main") + "iocInit\necho up\n",
        modules={"importing": IMPORTING, "looking": LOOKING},
    )
    ioc.wait_for("up\n")
    assert "not there: set().\n" in ioc.output, ioc.output
    assert ioc.exit() == 0


BUSY = """
from PythonDriver import PythonDriver
import threading
class D(PythonDriver):
    def __init__(self):
        threading.Thread(target=self.loop, daemon=True).start()
    def loop(self):
        while True:
            pass
driver = D()
"""
READ = """
from PythonDriver import PythonDriver
class D(PythonDriver):
    count = 0
    def read(self, reason):
        D.count += 1
        return D.count
driver = D()
"""


@pytest.mark.parametrize("mode", MODES)
def test_a_busy_port_lets_the_others_run(start_ioc: StartIoc, mode: str) -> None:
    """Without the ticker, on Python before 3.13, a read takes seconds: a hundred would not end within the time,
    which a machine that is busy otherwise does not need either.
    """
    ioc = start_ioc(
        configure("BUSY", "busy", mode) + configure("P1", "read", mode) + 'dbLoadRecords("t.db")\niocInit\necho up\n',
        modules={"busy": BUSY, "read": READ},
        files={"t.db": 'record(longin, "T") { field(DTYP, "asynInt32") field(INP, "@asyn(P1)X") info(pyname, "x") }\n'},
    )
    ioc.wait_for("up\n")
    for _ in range(100):
        ioc.command("dbpf T.PROC 1")
    ioc.command("dbgf T")
    ioc.wait_for(r"DBF_LONG: +100\b", 3 * DEADLINE)
    assert ioc.exit() == 0


@pytest.mark.parametrize("mode", SUBS)
def test_a_sub_interpreter_is_taken_down_with_its_port(start_ioc: StartIoc, mode: str) -> None:
    ioc = start(start_ioc, configure("P1", "d", mode) + configure("P2", "d", mode))
    assert "interpreters: 2, left behind: 0" in ioc.ask("asynPythonReport")
    ioc.ask("asynShutdownPort P1")
    eventually(lambda: "interpreters: 1, left behind: 0" in ioc.ask("asynPythonReport"))
    assert ioc.exit() == 0


# Each socket gives the GIL away when it is closed, which is at the end of the interpreter.
SOCKETS = "import socket\npairs = [socket.socketpair() for _ in range(200)]\n" + PLAIN


@pytest.mark.python_host
@pytest.mark.parametrize("mode", SUBS)
def test_the_last_sub_interpreter_ends_beside_a_busy_port_in_the_main_one(start_ioc: StartIoc, mode: str) -> None:
    """On Python before 3.13, nobody would ask the busy port for the GIL any more."""
    ioc = start_ioc(
        configure("BUSY", "busy", "main") + "iocInit\necho up\n",
        modules={"busy": BUSY, "sockets": SOCKETS},
    )
    ioc.wait_for("up\n")
    for _ in range(5):
        ioc.ask(configure("P1", "sockets", mode).strip())
        ioc.ask("asynShutdownPort P1", 2 * DEADLINE)
    assert "is not waited for" not in ioc.output
    assert "interpreters: 1, left behind: 0" in ioc.ask("asynPythonReport")
    assert ioc.exit() == 0
