"""A driver's attributes: conversions, limits, arrays, strings, two ports, and the lock order."""

import time
from typing import Any

import numpy as np
import pytest
from conftest import EXECUTABLE, Ioc, StartIoc, eventually

TEMPLATE = "".join(
    f'record({type_}, "T:{name}") {{ field(DTYP, "{dtyp}") field(INP, "@asyn(P1,0,1){name}") '
    f'field(SCAN, "I/O Intr") {extra} info(pyname, "{name.lower()}") }}\n'
    for type_, name, dtyp, extra in (
        ("longin", "I32", "asynInt32", ""),
        ("int64in", "I64", "asynInt64", ""),
        ("ai", "F64", "asynFloat64", ""),
        ("stringin", "TXT", "asynOctetRead", ""),
        ("lsi", "LONG", "asynOctetRead", 'field(SIZV, "200")'),
        ("waveform", "A8", "asynInt8ArrayIn", 'field(FTVL, "CHAR") field(NELM, "10")'),
        ("waveform", "A16", "asynInt16ArrayIn", 'field(FTVL, "SHORT") field(NELM, "10")'),
        ("waveform", "A32", "asynInt32ArrayIn", 'field(FTVL, "LONG") field(NELM, "10")'),
        ("waveform", "A64", "asynInt64ArrayIn", 'field(FTVL, "INT64") field(NELM, "10")'),
        ("waveform", "AF", "asynFloat32ArrayIn", 'field(FTVL, "FLOAT") field(NELM, "10")'),
        ("aai", "AD", "asynFloat64ArrayIn", 'field(FTVL, "DOUBLE") field(NELM, "10")'),
    )
) + (
    'record(longin, "T:BITS") { field(DTYP, "asynUInt32Digital") field(INP, "@asynMask(P1,0,0xFF)BITS") '
    'field(SCAN, "I/O Intr") info(pyname, "bits") }\n'
    'record(waveform, "T:OUT") { field(DTYP, "asynFloat64ArrayOut") field(INP, "@asyn(P1)WRITTEN") '
    'field(FTVL, "DOUBLE") field(NELM, "10") info(pyname, "written") }\n'
    'record(stringout, "T:EVAL") { field(DTYP, "asynOctetWrite") field(OUT, "@asyn(P1)EVAL") info(pyname, "eval_") }\n'
    'record(lsi, "T:RESULT") { field(DTYP, "asynOctetRead") field(INP, "@asyn(P1)RESULT") field(SIZV, "500") '
    'field(SCAN, "I/O Intr") info(pyname, "result") }\n'
)

# Statements come in through a record: what they do is that of any driver code.
MODULE = """
import array, decimal, threading
import numpy as np
from PythonDriver import PythonDriver

class D(PythonDriver):
    __db__ = "d.template"
    def write(self, reason, value):
        super().write(reason, value)
        if reason == D.written.name:
            self.result = f"{type(value).__name__} {value.tolist()}"
        elif reason == D.eval_.name:
            threading.Thread(target=self.evaluate, args=(value,)).start()
    def evaluate(self, statement):
        try:
            exec(statement, {"self": self, "np": np, "array": array, "decimal": decimal})
            self.result = "done " + statement
        except Exception as error:
            self.result = f"{type(error).__name__} {error}"
        self.update()

driver = D()
"""


@pytest.fixture
def ioc(start_ioc: StartIoc) -> Ioc:
    ioc = start_ioc(
        'asynPythonDriverConfigure("P1", "d")\ndbLoadRecords("d.template")\niocInit\necho up\n',
        modules={"d": MODULE},
        files={"d.template": TEMPLATE},
    )
    ioc.wait_for("up\n")
    return ioc


def long_text(pva: Any, record: str) -> str:
    """The string of an lsi record: some servers give 39 characters of VAL, all give all of VAL$."""
    value = pva.get(record + ".VAL$")["value"]
    return value if isinstance(value, str) else bytes(value).split(b"\0")[0].decode(errors="replace")


def do(pva: Any, statement: str) -> str:
    """Runs one statement in the driver; "done …", or the exception's type and message."""
    pva.put("T:RESULT.DESC", "")
    before = pva.get("T:RESULT")["timeStamp"]
    pva.put("T:EVAL", statement)

    def result() -> str | None:
        after = pva.get("T:RESULT")["timeStamp"]
        same = all(after[key] == before[key] for key in ("secondsPastEpoch", "nanoseconds"))
        return None if same else long_text(pva, "T:RESULT")

    return str(eventually(result))


GOOD = (
    ("self.i32 = 3.0", "I32", 3),
    ("self.i32 = np.int16(-7)", "I32", -7),
    ("self.i32 = True", "I32", 1),
    ("self.i64 = 2**62", "I64", 2**62),
    ("self.f64 = 5", "F64", 5.0),
    ("self.f64 = np.float32(0.5)", "F64", 0.5),
    ("self.f64 = decimal.Decimal('2.5')", "F64", 2.5),
    ("self.txt = 'Grüße'", "TXT", "Grüße"),
    ("self.long = 'x' * 199", "LONG", "x" * 199),
    ("self.bits = 0x1F3", "BITS", 0xF3),
    ("self.a8 = b'abc'", "A8", [97, 98, 99]),
    ("self.a16 = [1, -2, 3.0]", "A16", [1, -2, 3]),
    ("self.a32 = np.arange(3)", "A32", [0, 1, 2]),
    ("self.a32 = np.arange(8)[::3]", "A32", [0, 3, 6]),
    ("self.a64 = range(3)", "A64", [0, 1, 2]),
    ("self.af = array.array('f', [1.5])", "AF", [1.5]),
    ("self.ad = np.float32([0.5, 2])", "AD", [0.5, 2.0]),
    ("self.ad = np.zeros(20)", "AD", [0.0] * 10),
    ("self.ad = []", "AD", []),
)

BAD = (
    ("self.i32 = 3.7", "ValueError", "a whole number"),
    ("self.i32 = float('nan')", "ValueError", "a finite whole number"),
    ("self.i32 = 2**31", "OverflowError", "from -2147483648 to 2147483647"),
    ("self.i32 = '3'", "TypeError", "an integer"),
    ("self.i32 = None", "TypeError", "an integer"),
    ("self.bits = -1", "OverflowError", "from 0 to 4294967295"),
    ("self.f64 = '3'", "TypeError", "a number"),
    ("self.f64 = 10**400", "OverflowError", "64-bit float"),
    ("self.f64 = 1j", "TypeError", "a number"),
    ("self.txt = b'abc'", "TypeError", "decode the bytes"),
    ("self.txt = 'x' * 40", "ValueError", "at most 39 bytes"),
    ("self.txt = 'a\\0b'", "ValueError", "without NUL"),
    ("self.a32 = np.zeros((2, 2))", "ValueError", "one-dimensional"),
    ("self.a32 = [1, 'x']", "TypeError", "an integer"),
    ("self.a8 = np.array([1, 300])", "OverflowError", "element 1"),
    ("self.a32 = np.array([0.5])", "OverflowError", "element 0"),
    ("self.ad = np.array(['x'])", "TypeError", "integers or floats"),
    ("self.ad = 'abc'", "TypeError", "array or sequence"),
    ("self.ad = 3.0", "TypeError", "array or sequence"),
    ("self.f64", "AttributeError", "no value yet"),
    ("del self.f64", "AttributeError", "cannot be deleted"),
)


def test_values_that_keep_their_value_are_taken(ioc: Ioc, pva: Any) -> None:
    for statement, name, expected in GOOD:
        assert do(pva, statement).startswith("done"), statement

        def there(name: str = name, expected: object = expected) -> bool:
            if name == "LONG":
                return long_text(pva, "T:LONG") == expected
            value = pva.get("T:" + name)["value"]
            return list(value) == expected if isinstance(expected, list) else bool(value == expected)

        eventually(there)
    assert ioc.exit() == 0


def test_other_values_are_refused_and_change_nothing(ioc: Ioc, pva: Any) -> None:
    for statement, exception, words in BAD:
        answer = do(pva, statement)
        assert answer.startswith(exception) and words in answer, f"{statement}: {answer}"
        assert "P1" in answer
    assert do(pva, "self.i32 = 5").startswith("done")
    do(pva, "self.i32 = 'six'")
    assert do(pva, "assert self.i32 == 5").startswith("done")
    assert ioc.exit() == 0


def test_an_array_that_a_record_writes(ioc: Ioc, pva: Any) -> None:
    pva.put("T:OUT", np.array([1.0, 2.5]))
    assert do(pva, "assert list(self.written) == [1, 2.5]").startswith("done")
    assert ioc.exit() == 0


def test_two_ports_with_numpy(start_ioc: StartIoc) -> None:
    module = (
        "import numpy as np\nfrom PythonDriver import PythonDriver\n"
        "class D(PythonDriver):\n    def read(self, reason):\n"
        "        return float(np.linalg.norm(np.linalg.solve(np.eye(3) * 2, np.ones(3))) ** 2)\n"
        "driver = D()\n"
    )
    records = "".join(
        f'record(ai, "T:{port}") {{ field(DTYP, "asynFloat64") field(INP, "@asyn({port})X") info(pyname, "x") }}\n'
        for port in ("P1", "P2", "P3")
    )
    ioc = start_ioc(
        "".join(f'asynPythonDriverConfigure("{port}", "n")\n' for port in ("P1", "P2", "P3"))
        + 'dbLoadRecords("n.db")\niocInit\necho up\n',
        modules={"n": module},
        files={"n.db": records},
    )
    ioc.wait_for("up\n")
    for port in ("P1", "P2", "P3"):
        ioc.ask(f"dbpf T:{port}.PROC 1")
        assert "DBF_DOUBLE:         0.75" in ioc.ask(f"dbgf T:{port}"), ioc.output
    assert ioc.exit() == 0


STRESS = """
import threading
import numpy as np
from PythonDriver import PythonDriver

class D(PythonDriver):
    __db__ = "d.template"
    def __init__(self):
        self.scalar = 0
        self.array = np.zeros(100)
        self.ticks = 0
        for number in range(3):
            threading.Thread(target=self.loop, args=(number,)).start()
    def write(self, reason, value):
        super().write(reason, value)
        self.array = np.full(100, float(self.scalar))
        self.update()
    def read(self, reason):
        return np.full(100, 1.0) if reason == "ARRAY" else None
    def loop(self, number):
        count = 0
        while True:  # the port's end ends it
            count += 1
            self.scalar = count
            self.array = np.full(100, float(count))
            self.ticks = count
            self.update()

driver = D()
"""

STRESS_TEMPLATE = """
record(longout, "T:SET") { field(DTYP, "asynInt32") field(OUT, "@asyn(P1)SCALAR") field(SCAN, ".1 second") info(asyn:READBACK, "1") info(pyname, "scalar") }
record(longin, "T:GET") { field(DTYP, "asynInt32") field(INP, "@asyn(P1)SCALAR") field(SCAN, "I/O Intr") info(pyname, "scalar") }
record(longin, "T:TICKS") { field(DTYP, "asynInt32") field(INP, "@asyn(P1)TICKS") field(SCAN, "I/O Intr") info(pyname, "ticks") }
record(longin, "T:READ") { field(DTYP, "asynInt32") field(INP, "@asyn(P1)TICKS") info(pyname, "ticks") }
record(waveform, "T:ARRAY") { field(DTYP, "asynFloat64ArrayIn") field(INP, "@asyn(P1)ARRAY") field(FTVL, "DOUBLE") field(NELM, "100") field(SCAN, "I/O Intr") info(pyname, "array") }
record(waveform, "T:AGAIN") { field(DTYP, "asynFloat64ArrayIn") field(INP, "@asyn(P1)ARRAY") field(FTVL, "DOUBLE") field(NELM, "100") field(SCAN, ".1 second") info(pyname, "array") }
"""


# A facility's executable has the system's own way with SIGTERM.
@pytest.mark.parametrize("ending", ["exit", pytest.param("terminate", marks=pytest.mark.python_host)])
def test_the_lock_order_holds_under_stress(start_ioc: StartIoc, pva: Any, ending: str) -> None:
    ioc = start_ioc(
        'asynPythonDriverConfigure("P1", "s")\ndbLoadRecords("d.template")\niocInit\necho up\n',
        modules={"s": STRESS},
        files={"d.template": STRESS_TEMPLATE},
    )
    ioc.wait_for("up\n")
    arrivals: list[Any] = []
    monitor = pva.monitor("T:ARRAY", arrivals.append)
    end = time.monotonic() + 10
    last = -1

    def ticks() -> Any:
        if not EXECUTABLE:
            return pva.get("T:TICKS")["value"]
        # With asyn, an I/O Intr record stops if a request of it finds Base's queue full, as it may be here.
        pva.put("T:READ.PROC", 1)
        return pva.get("T:READ")["value"]

    while time.monotonic() < end:
        # Each call must come back: none of the threads may wait for another for ever.
        for number in range(5):
            pva.put("T:SET", number)
            pva.put("T:ARRAY.PROC", 1)
            pva.put("T:GET.PROC", 1)
        # And the driver's threads get on.
        last = int(eventually(lambda last=last: (now := ticks()) != last and now))
    eventually(lambda: len(arrivals) > 10)
    monitor.close()
    assert getattr(ioc, ending)() == 0, ioc.output
    assert "Traceback" not in ioc.output
