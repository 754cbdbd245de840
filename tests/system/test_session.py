"""A long session with one IOC: the scope, a driver with every type of parameter at two ports, ports that fail,
clients over Channel Access and PVAccess, every command of asyn's shell, and the end.

tests/sanitizers/run gives it an IOC whose libraries are instrumented.
"""

import asyncio
import re
import threading
from typing import Any

import numpy as np
import pytest
from conftest import DEADLINE, SCOPE, Ioc, StartIoc, eventually

pytestmark = pytest.mark.python_host

# A setting and its readback: record types, name, DTYP of both, fields of both, two values.
SCALARS = (
    ("longout", "longin", "INT", "asynInt32", "asynInt32", "", (7, -8)),
    ("ao", "ai", "RAW", "asynInt32", "asynInt32", "", (5, 6)),
    ("ao", "ai", "FLT", "asynFloat64", "asynFloat64", "", (2.5, -1e9)),
    ("int64out", "int64in", "I64", "asynInt64", "asynInt64", "", (2**40, -3)),
    ("bo", "bi", "SWITCH", "asynInt32", "asynInt32", "", (1, 0)),
    ("mbbo", "mbbi", "MODE", "asynInt32", "asynInt32", "", (2, 1)),
    ("longout", "longin", "BITS", "asynUInt32Digital", "asynUInt32Digital", "", (0x5A, 0xA5)),
    ("mbboDirect", "mbbiDirect", "FLAGS", "asynUInt32Digital", "asynUInt32Digital", "", (3, 12)),
    ("stringout", "stringin", "TXT", "asynOctetWrite", "asynOctetRead", "", ("one", "two")),
    ("lso", "lsi", "LONG", "asynOctetWrite", "asynOctetRead", 'field(SIZV, "200")', ("a" * 150, "b")),
)
ARRAYS = (
    ("A8", "asynInt8Array", "CHAR"),
    ("A16", "asynInt16Array", "SHORT"),
    ("A32", "asynInt32Array", "LONG"),
    ("A64", "asynInt64Array", "INT64"),
    ("AF", "asynFloat32Array", "FLOAT"),
    ("AD", "asynFloat64Array", "DOUBLE"),
)


def record(type_: str, name: str, link: str, dtyp: str, drvinfo: str, extra: str = "") -> str:
    address = f"@asynMask($(PORT),0,0xFF){drvinfo}" if "Digital" in dtyp else f"@asyn($(PORT),0,1){drvinfo}"
    return (
        f'record({type_}, "S:$(PORT):{name}") {{ field(DTYP, "{dtyp}") field({link}, "{address}") {extra} '
        f'info(pyname, "{drvinfo.lower()}") }}\n'
    )


def template() -> str:
    interrupts = 'field(SCAN, "I/O Intr")'
    text = ""
    for setting, readback, name, out, in_, extra, _ in SCALARS:
        text += record(setting, name, "OUT", out, name, extra + ' info(asyn:READBACK, "1")')
        text += record(readback, name + "_RBV", "INP", in_, name, extra + interrupts)
    for name, dtyp, ftvl in ARRAYS:
        fields = f'field(FTVL, "{ftvl}") field(NELM, "100") '
        text += record("waveform", name, "INP", dtyp + "Out", name, fields)
        text += record("waveform", name + "_RBV", "INP", dtyp + "In", name, fields + interrupts)
    return (
        text
        + record("longin", "COUNT", "INP", "asynInt32", "COUNT", interrupts + ' info(asyn:FIFO, "5")')
        + record("ai", "AVERAGE", "INP", "asynFloat64Average", "TICKS", 'field(SCAN, ".1 second")')
        + record(
            "waveform",
            "SERIES",
            "INP",
            "asynFloat64TimeSeries",
            "TICKS",
            'field(FTVL, "DOUBLE") field(NELM, "50") field(SCAN, ".1 second")',
        )
        + record("longin", "ASKED", "INP", "asynInt32", "ASKED", 'field(SCAN, ".1 second")')
        + record("longin", "BROKEN", "INP", "asynInt32", "BROKEN", 'field(SCAN, ".1 second")')
        + record(
            "aai",
            "TRAIN",
            "INP",
            "asynFloat64ArrayIn",
            "TRAIN",
            'field(FTVL, "DOUBLE") field(NELM, "500")' + interrupts,
        )
    )


DRIVER = """
import threading, time
import numpy as np
from PythonDriver import PythonDriver

class Session(PythonDriver):
    __db__ = "session.template"
    def __init__(self):
        self.count = 0
        self.ticks = 0.0
        self.stop = threading.Event()
        for work in self.work, self.endless:
            threading.Thread(target=work).start()
    def readEnum(self, reason):
        if reason in ("MODE", "SWITCH"):
            return [("zero", 0, 0), ("one", 1, 1)] + [("two", 2, 0)] * (reason == "MODE")
    def read(self, reason):
        if reason == "BROKEN":
            raise OSError("the cable is out")
        return 2 * self.count if reason == "ASKED" else None
    def write(self, reason, value):
        if reason == "INT" and value == 13:
            raise ValueError("thirteen is not lucky")
        super().write(reason, value)
        self.update()
    def work(self):
        while not self.stop.wait(0.005):
            self.count += 1
            self.ticks = float(self.count)
            self.train = np.full(500, float(self.count))
            if self.count % 20 == 0:
                number = self.count // 20 % 3
                self.updateEnum("MODE", [(f"{text} {number}", value, 0) for value, text in enumerate(("zero", "one", "two"))])
            self.update()
    def endless(self):
        while True:  # the port's end ends it
            self.update()
            time.sleep(0.002)
    def shutdown(self):
        self.stop.set()

driver = Session()
"""

# Ports that cannot be: their modules, and what is told.
FAILING = {
    "absent": ("", "absent"),
    "syntax": ("def (", "SyntaxError"),
    "nothing": ("x = 1", "no object named driver"),
    "raises": (DRIVER.replace("self.ticks = 0.0", "raise RuntimeError('no hardware')"), "no hardware"),
    "late": (DRIVER.replace("driver = Session()", "driver = Session()\nraise RuntimeError('too late')"), "too late"),
    "wrong": (DRIVER.replace("self.ticks = 0.0", "self.ticks = 'x'"), "a number"),
    "untemplated": (DRIVER.replace("session.template", "lost.template"), "lost.template was not found in"),
}

SCRIPT = f"""
epicsEnvSet("PYTHONPATH", "{SCOPE}/scopeApp/python")
epicsEnvSet("EPICS_DB_INCLUDE_PATH", "{SCOPE}/scopeApp/Db:.")
dbLoadDatabase "{SCOPE}/dbd/scope.dbd"
scope_registerRecordDeviceDriver pdbbase
asynSetTraceMask "" 0 ERROR+WARNING
asynPythonDriverConfigure("PY1", "scope")
asynPythonDriverConfigure("PY2", "test", 1)
asynPythonDriverConfigure("P1", "session")
asynPythonDriverConfigure("P2", "session", 1, "interpreter=shared")
asynPythonDriverConfigure("LINE", "session")
asynInterposeEosConfig LINE 0 1 1
asynInterposeFlushConfig LINE 0 5
asynInterposeDelay LINE 0 0.001
asynInterposeEcho LINE 0
dbLoadRecords("scope.template", "P=MTEST:,R=SCOPE:,PORT=PY1,ADDR=0,TIMEOUT=1,NPOINTS=1000")
dbLoadRecords("test.template", "PORT=PY2,ADDR=0,TIMEOUT=1")
dbLoadRecords("session.template", "PORT=P1")
dbLoadRecords("session.template", "PORT=P2")
dbLoadRecords("session.template", "PORT=LINE")
dbLoadRecords("session.template", "PORT=NONE")
iocInit
echo up
"""

# Commands by hand, with arguments that make sense and with such that do not.
COMMANDS = """
asynReport 0
asynReport 10
asynReport 3 P1
asynReport 1 NONE
asynWaitConnect P1 5
asynWaitConnect NONE 1
asynSetTraceFile P1 0 trace.txt
asynSetTraceFile P1 0 /no/such/folder/file
asynSetTraceIOMask P1 0 HEX+ASCII
asynSetTraceInfoMask P1 -1 TIME+PORT+SOURCE+THREAD
asynSetTraceIOTruncateSize P1 0 20
asynSetTraceMask P1 0 0x1FF
asynSetTraceMask P1 0 nonsense
asynSetQueueLockPortTimeout P1 2
asynSetOption P1 0 baud 9600
asynShowOption P1 0 baud
asynRegisterTimeStampSource P1 noSuchFunction
asynUnregisterTimeStampSource P1
asynOctetConnect dev P1 0 1 80 TXT
asynOctetConnect dev P1 0 1 80 TXT
asynOctetConnect lost NONE
asynOctetWrite dev "by hand"
asynOctetRead dev 20
asynOctetWriteRead dev "again" 20
asynOctetFlush dev
asynOctetConnect line LINE 0 1 80 TXT
asynOctetSetInputEos LINE 0 "\\n"
asynOctetGetInputEos LINE 0
asynOctetSetOutputEos LINE 0 "\\r\\n"
asynOctetGetOutputEos LINE 0
asynOctetWrite line "echoed"
asynOctetWriteRead line "x" 10
asynOctetRead line 10
asynOctetDisconnect line
asynOctetDisconnect dev
asynOctetDisconnect dev
asynSetMinTimerPeriod 0.01
asynEnable LINE 0 0
dbpf S:LINE:INT 1
asynEnable LINE 0 1
asynAutoConnect LINE 0 0
asynAutoConnect LINE 0 1
dbpf S:P1:INT 13
asynSetTraceMask P1 0 ERROR
asynSetTraceFile P1 0 ""
asynPythonDriverConfigure("P1", "session")
asynInterposeEosConfig NONE 0 1 1
asynInterposeFlushConfig NONE 0 5
asynInterposeDelay NONE 0 0.001
asynInterposeEcho NONE 0
asynSetAutoConnectTimeout 0.5
asynPythonReport
asynShutdownPort LINE
asynShutdownPort LINE
dbpf S:LINE:INT 2
asynPythonDriverConfigure("LINE", "session")
"""


class Puts(threading.Thread):
    """Puts values over PVAccess, again and again, until it is told to stop."""

    def __init__(self, pva: Any, port: str) -> None:
        super().__init__()
        self.pva, self.port = pva, port
        self.stop = threading.Event()
        self.rounds = 0
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            while not self.stop.is_set():
                self._round()
                self.rounds += 1
        except Exception as error:
            self.error = error

    def _round(self) -> None:
        for *_, values in SCALARS:
            name = next(each[2] for each in SCALARS if each[-1] is values)
            suffix = ".VAL$" if name == "LONG" else ""
            if not suffix:
                self.pva.put(f"S:{self.port}:{name}", values[self.rounds % 2])
        for name, _, _ in ARRAYS:
            value = np.arange(self.rounds % 100)
            self.pva.put(f"S:{self.port}:{name}", value)
        self.pva.put("MTEST:SCOPE:VertGainSelect", self.rounds % 3)


async def channel_access() -> None:
    """Settings of P1 arrive at their readbacks; monitors see what the driver does."""
    import aioca
    from clients import disconnect

    seen: dict[str, int] = {}

    def count(value: Any) -> None:
        seen[value.name] = seen.get(value.name, 0) + 1

    monitored = ["S:P1:COUNT", "S:P1:TRAIN", "S:P1:MODE_RBV", "S:P2:COUNT", "MTEST:SCOPE:Waveform_RBV"]
    subscriptions = aioca.camonitor(monitored, lambda value, _: count(value), datatype=None, all_updates=True)
    for number in range(2):
        for *_, name, _, _, _, values in SCALARS:
            await caput_and_wait(name, values[number])
        for name, _, _ in ARRAYS:
            await caput_and_wait(name, np.arange(number + 3))
    loop = asyncio.get_running_loop()
    end = loop.time() + DEADLINE
    while min(seen.get(name, 0) for name in monitored) < 3:
        assert loop.time() < end, seen
        await asyncio.sleep(0.05)
    choices = await aioca.caget("S:P1:MODE_RBV", format=aioca.FORMAT_CTRL, timeout=DEADLINE)
    assert len(choices.enums) == 3
    for subscription in subscriptions:
        subscription.close()
    disconnect()


async def caput_and_wait(name: str, value: Any) -> None:
    import aioca

    kind = aioca.DBR_CHAR_STR if name == "LONG" else None
    suffix = ".VAL$" if name == "LONG" else ""
    loop = asyncio.get_running_loop()
    await aioca.caput(f"S:P1:{name}{suffix}", value, datatype=kind, wait=True, timeout=DEADLINE)
    end = loop.time() + DEADLINE
    while True:
        now = await aioca.caget(f"S:P1:{name}_RBV{suffix}", datatype=kind, timeout=DEADLINE)
        if np.array_equal(now, value):
            return
        assert loop.time() < end, f"{name}: {now}, not {value}"
        await asyncio.sleep(0.02)


def commands_of_asyn(ioc: Ioc) -> set[str]:
    # Lines of names alone: a message of the log may come between them.
    lines = [line for line in ioc.ask("help").splitlines() if re.fullmatch(r"[\w\s]+", line)]
    commands = set(re.findall(r"\basyn[A-Z]\w+", "\n".join(lines)))
    assert "asynReport" in commands
    return commands


def test_a_session_with_everything(start_ioc: StartIoc, pva: Any) -> None:
    ioc = start_ioc(
        SCRIPT,
        modules={"session": DRIVER, **{name: text for name, (text, _) in FAILING.items() if text}},
        files={"session.template": template()},
    )
    ioc.wait_for("(?m)^up$", 3 * DEADLINE)
    for name, (_, words) in FAILING.items():
        assert words in ioc.ask(f'asynPythonDriverConfigure("BAD", "{name}")'), name

    arrivals: list[Any] = []
    monitors = [pva.monitor(name, arrivals.append) for name in ("S:P2:TRAIN", "S:P2:MODE_RBV", "RAND")]
    puts = Puts(pva, "P2")
    puts.start()
    try:
        with asyncio.Runner() as runner:
            runner.run(channel_access())
        for line in COMMANDS.strip().splitlines():
            ioc.ask(line)
        used = {line.partition(" ")[0].partition("(")[0] for line in (SCRIPT + COMMANDS).split("\n")}
        assert commands_of_asyn(ioc) <= used
        rounds = puts.rounds
        eventually(lambda: puts.error or puts.rounds >= rounds + 2, 3 * DEADLINE)
    finally:
        puts.stop.set()
        puts.join(3 * DEADLINE)
    assert puts.error is None
    eventually(lambda: len(arrivals) > 10)
    for monitor in monitors:
        monitor.close()
    assert (ioc.cwd / "trace.txt").stat().st_size > 0
    eventually(lambda: "INVALID" in ioc.ask("dbgf S:P1:BROKEN.SEVR"))
    assert ioc.exit() == 0, ioc.output
