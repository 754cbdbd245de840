"""The records by which operators watch an IOC, with the names and units of EPICS' devIocStats."""

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from . import _ioc, _updates
from ._codecs import Codec, Float, Integer, LongText, Text
from ._machine import Machine
from .device import ProcessDeviceSupportIn, ProcessDeviceSupportOut

_Fields = dict[str, Any]

_LIMITS: dict[str, _Fields] = {
    "CA_CLNT_CNT": {"HOPR": 200, "HIGH": 100, "HSV": "MINOR", "HIHI": 175, "HHSV": "MAJOR"},
    "CA_CONN_CNT": {"HOPR": 5000, "HIGH": 4000, "HSV": "MINOR", "HIHI": 4500, "HHSV": "MAJOR"},
    "SUSP_TASK_CNT": {"HIHI": 1, "HHSV": "MAJOR"},
}
_LOAD: _Fields = {"HOPR": 100, "HIGH": 70, "HSV": "MINOR", "HIHI": 80, "HHSV": "MAJOR", "EGU": "%", "PREC": 1}
_QUEUES = {"SCANONCE": "scanOnce", "CBLOW": "low callback", "CBMEDIUM": "medium callback", "CBHIGH": "high callback"}

# Numbers by the record that has the seconds between two looks at them; name: (description, fields).
_NUMBERS: dict[str, dict[str, tuple[str, _Fields]]] = {
    "CA_UPD_TIME": {
        "CA_CLNT_CNT": ("Channel Access clients", {}),
        "CA_CONN_CNT": ("Channel Access channels", {}),
    },
    "FD_UPD_TIME": {
        "FD_MAX": ("File descriptors at most", {}),
        "FD_CNT": ("File descriptors in use", {}),
        "FD_FREE": ("File descriptors left", {}),
    },
    "LOAD_UPD_TIME": {
        "SYS_CPU_LOAD": ("CPU load of the machine", _LOAD),
        "IOC_CPU_LOAD": ("CPU load of the IOC", _LOAD),
        "CPU_CNT": ("CPUs", {}),
        "SUSP_TASK_CNT": ("Threads that EPICS has suspended", {}),
        **{
            f"{queue}_Q_{name}": (f"{what} queue: {text}", {"EGU": unit})
            for queue, what in _QUEUES.items()
            for name, text, unit in (
                ("USED", "entries", ""),
                ("USEDPER", "how full", "%"),
                ("HIGH", "most entries", ""),
                ("HIGHPER", "how full at most", "%"),
                ("OVERRUNS", "entries lost", ""),
            )
        },
    },
    "MEM_UPD_TIME": {
        "MEM_USED": ("Memory of the IOC", {"EGU": "byte"}),
        "MEM_FREE": ("Memory available", {"EGU": "byte"}),
        "MEM_MAX": ("Memory of the machine", {"EGU": "byte"}),
    },
}
_PERIODS = {"CA_UPD_TIME": 15.0, "FD_UPD_TIME": 20.0, "LOAD_UPD_TIME": 10.0, "MEM_UPD_TIME": 10.0}
# What does not change while the IOC runs.
_CONSTANTS = {
    "RECORD_CNT": "Records",
    "PROCESS_ID": "Process",
    "PARENT_ID": "Parent process",
    "SCANONCE_Q_SIZE": "scanOnce queue: room",
    "CB_Q_SIZE": "Callback queues: room",
    "START_CNT": "Starts of the process",
}
_TEXTS = {
    "HOSTNAME": "Host",
    "KERNEL_VERS": "Kernel",
    "EPICS_VERS": "EPICS version",
    "ENGINEER": "Engineer",
    "LOCATION": "Location",
}
_LONG_TEXTS = {  # name: (description, names of the records that have it in two parts)
    "APP_DIR": ("Application's folder", ("APP_DIR1", "APP_DIR2")),
    "ST_SCRIPT": ("Script of the IOC", ("ST_SCRIPT1", "ST_SCRIPT2")),
    "EPICS_VERSION": ("EPICS version", ()),
}
_MODES = ("Running", "Maintenance", "Test", "OFFLINE")
_LONG = 256
_SHORT = 39  # bytes of a stringin


def load(name: str) -> None:
    """Makes the records name:UPTIME and so on, and keeps them up to date. Before iocInit."""
    if _updates.running():
        raise RuntimeError("devIocStats is called before iocInit")
    _Statistics(name).run()


class _Statistics:
    def __init__(self, name: str) -> None:
        self._name = name
        self._texts: list[str] = []  # of the database
        self._machine = Machine()
        self._start = time.time()
        self._in: dict[str, ProcessDeviceSupportIn] = {}
        self._out: dict[str, ProcessDeviceSupportOut] = {}
        self._beats = 0
        self._due = dict.fromkeys(_PERIODS, 0.0)

    def run(self) -> None:
        self._make()
        self._load()
        threading.Thread(target=self._watch, name="softioc-stats", daemon=True).start()

    def _make(self) -> None:
        for group in _NUMBERS.values():
            for name, (description, fields) in group.items():
                self._number(name, description, **(_LIMITS.get(name, {}) | fields))
        for name, description in _CONSTANTS.items():
            self._number(name, description)
        self._number("HEARTBEAT", "Seconds that the IOC has counted")
        self._texts.append(f'alias("{self._name}:IOC_CPU_LOAD", "{self._name}:LOAD")\n')
        for name, description in {**_TEXTS, "TOD": "Time", "STARTTOD": "Time of the start", "UPTIME": "Time since"}.items():
            self._text(name, description)
        for name, (description, parts) in _LONG_TEXTS.items():
            self._long_text(name, description)
            for part in parts:
                self._text(part, description)
        self._outputs()
        self._constants()

    def _outputs(self) -> None:
        for name, seconds in _PERIODS.items():
            fields = {"DESC": "Seconds between two looks", "EGU": "sec", "DRVL": 1, "DRVH": 60, "LOPR": 1, "HOPR": 60}
            self._output("ao", name, Float(), "asynFloat64", seconds, None, **fields)
        states = {f"{prefix}ST": mode for prefix, mode in zip(("ZR", "ON", "TW", "TH"), _MODES, strict=True)}
        values = {f"{prefix}VL": number for number, prefix in enumerate(("ZR", "ON", "TW", "TH"))}
        self._output("mbbo", "ACCESS", Integer(), "asynInt32", 0, None, DESC="Mode of operation", **states, **values)
        self._action("READACF", "Reads the access security file", _read_access_file)
        self._action("SYSRESET", "Ends the IOC", _end)
        self._texts.append(f'alias("{self._name}:SYSRESET", "{self._name}:SysReset")\n')

    def _constants(self) -> None:
        machine = self._machine
        self._set(PROCESS_ID=os.getpid(), PARENT_ID=os.getppid(), START_CNT=1)
        self._set(HOSTNAME=machine.host, KERNEL_VERS=machine.kernel, EPICS_VERS=machine.epics)
        self._set(ENGINEER=os.environ.get("ENGINEER", ""), LOCATION=os.environ.get("LOCATION", ""))
        self._set(STARTTOD=_date(self._start), EPICS_VERSION=machine.epics)
        for name, text in (("APP_DIR", os.getcwd()), ("ST_SCRIPT", sys.argv[0] if sys.argv else "")):
            data = text.encode(errors="surrogateescape")
            self._set(**{name: _cut(data, _LONG - 1), f"{name}1": _cut(data, _SHORT)})
            self._set(**{f"{name}2": _cut(data[_SHORT:], _SHORT)})

    def _set(self, **values: Any) -> None:
        for name, value in values.items():
            if isinstance(value, str) and name not in _LONG_TEXTS:
                value = _cut(value.encode(errors="surrogateescape"), _SHORT)
            self._in[name].set(value)

    def _number(self, name: str, description: str, **fields: Any) -> None:
        self._input("ai", name, Float(), "asynFloat64", 0.0, DESC=description, **fields)

    def _text(self, name: str, description: str) -> None:
        self._input("stringin", name, Text(), "asynOctetRead", "", DESC=description)

    def _long_text(self, name: str, description: str) -> None:
        codec = LongText(_LONG)
        self._input("waveform", name, codec, "asynInt8ArrayIn", codec.default, FTVL="CHAR", NELM=_LONG, DESC=description)

    def _input(self, kind: str, name: str, codec: Codec, dtyp: str, raw: Any, **fields: Any) -> None:
        full = f"{self._name}:{name}"
        self._in[name] = ProcessDeviceSupportIn(full, codec, raw, 0, 0)
        fields = {"SCAN": "I/O Intr", "PINI": "YES", "DISP": 1, "INP": _link(full), **fields}
        self._texts.append(_record(kind, full, dtyp, fields, is_text=kind == "waveform"))

    def _output(
        self,
        kind: str,
        name: str,
        codec: Codec,
        dtyp: str,
        raw: Any,
        on_update: Callable[[Any], None] | None,
        **fields: Any,
    ) -> None:
        full = f"{self._name}:{name}"
        update = _updates.Update(on_update, False, True, False, None)
        self._out[name] = ProcessDeviceSupportOut(full, codec, raw, update, None)
        fields = {"OMSL": "supervisory", "OUT": _link(full), **fields}
        self._texts.append(_record(kind, full, dtyp, fields, is_output=True))

    def _action(self, name: str, description: str, function: Callable[[], None]) -> None:
        def on_update(_: Any) -> None:
            function()

        self._output("bo", name, Integer(), "asynInt32", 0, on_update, DESC=description, ZNAM="0", ONAM="1")

    def _load(self) -> None:
        handle, path = tempfile.mkstemp(suffix=".db")
        try:
            with open(handle, "w") as file:
                file.writelines(self._texts)
            if _ioc.host().load_records(path, ""):
                raise RuntimeError(f"the records {self._name}:... cannot be loaded; what is wrong stands above")
        finally:
            Path(path).unlink()

    def _watch(self) -> None:
        """On its own thread: each second, whatever the last look has cost."""
        next_ = time.monotonic()
        while True:
            try:
                self._look(time.monotonic())
            except Exception as error:
                print(f"devIocStats {self._name}: {error}", file=sys.stderr, flush=True)
            next_ = max(next_ + 1.0, time.monotonic())
            time.sleep(next_ - time.monotonic() if next_ > time.monotonic() else 0.1)

    def _look(self, now: float) -> None:
        self._beats += 1
        self._set(HEARTBEAT=self._beats, TOD=_date(time.time()), UPTIME=uptime(time.time() - self._start))
        groups = [name for name, due in self._due.items() if due <= now]
        counts = _ioc.host().statistics() if groups else {}
        if not counts:  # nor while the IOC starts
            return
        for group in groups:
            self._due[group] = now + max(1.0, float(self._out[group].get()))
        self._set(**{name: counts[name] for name in _CONSTANTS if name in counts})
        for group in groups:
            values = {**counts, **_shares(counts), **getattr(self._machine, _SOURCES[group])()}
            self._set(**{name: values[name] for name in _NUMBERS[group] if name in values})


_SOURCES = {"CA_UPD_TIME": "nothing", "FD_UPD_TIME": "files", "LOAD_UPD_TIME": "load", "MEM_UPD_TIME": "memory"}


def _shares(counts: dict[str, float]) -> dict[str, float]:
    """How full the queues are, in %."""
    shares = {}
    for queue in _QUEUES:
        size = counts.get("SCANONCE_Q_SIZE" if queue == "SCANONCE" else "CB_Q_SIZE")
        for name in ("USED", "HIGH"):
            if size and f"{queue}_Q_{name}" in counts:
                shares[f"{queue}_Q_{name}PER"] = 100.0 * counts[f"{queue}_Q_{name}"] / size
    return shares


def _read_access_file() -> None:
    _ioc.command("asInit")


def _end() -> None:
    """On a thread of its own: the dispatcher's end is part of it."""
    from . import softioc

    threading.Thread(target=softioc.safeEpicsExit, name="softioc-reset").start()


def _link(name: str) -> str:
    return f"@asyn({_ioc.PORT}){name}"


def _record(kind: str, name: str, dtyp: str, fields: _Fields, is_text: bool = False, is_output: bool = False) -> str:
    lines = [f'    field({field}, "{value}")\n' for field, value in {"DTYP": dtyp, **fields}.items()]
    lines += [f'    info({info}, "{value}")\n' for info, value in _infos(is_text, is_output)]
    return f'record({kind}, "{name}") {{\n{"".join(lines)}}}\n'


def _infos(is_text: bool, is_output: bool) -> Iterator[tuple[str, str]]:
    yield "asyn:READBACK", "1"
    if is_output:
        yield "asyn:INITIAL_READBACK", "1"
    if is_text:
        yield "Q:form", "String"


def _cut(data: bytes, most: int) -> str:
    return data[:most].decode(errors="surrogateescape")


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds).strftime("%m/%d/%Y %H:%M:%S")


def uptime(seconds: float) -> str:
    """As operators know it: 1 day, 02:03:04."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    prefix = f"{days} day{'s' * (days != 1)}, " if days else ""
    return f"{prefix}{hour:02}:{minute:02}:{second:02}"
