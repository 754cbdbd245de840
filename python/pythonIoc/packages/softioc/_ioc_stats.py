"""Creates and updates the records of devIocStats."""

import os
import sys
import threading
import time
from datetime import datetime

from . import _ioc, _updates
from ._machine import Machine
from ._stats_database import Database, cut
from ._stats_names import ALIASES, LONG_TEXTS, MODES, NUMBERS, OTHER_NUMBERS, PERIODS, QUEUES, TEXTS


def load(name: str) -> None:
    """Create the records name:UPTIME and so on, before iocInit. SetDeviceName does not apply to their names.

    Raises RuntimeError after iocInit and ValueError for a bad name.
    """
    if _updates.started():
        raise RuntimeError("devIocStats must be called before iocInit")
    if not name or any(character in name for character in '"\\ \n'):
        raise ValueError(f"devIocStats: expected a name without quotes, backslashes and spaces, got {name!r}")
    database = _database(name)
    _constants(database)
    database.load()
    _Watch(name, database).start()


def _database(name: str) -> Database:
    database = Database(name)
    for group in NUMBERS.values():
        for number, (description, fields) in group.items():
            database.number(number, description, **fields)
    for number, description in OTHER_NUMBERS.items():
        database.number(number, description)
    for text, description in TEXTS.items():
        database.text(text, description)
    for text, description in LONG_TEXTS.items():
        database.long_text(text, description)
    limits = {"DRVL": 1, "DRVH": 60, "LOPR": 1, "HOPR": 60}
    for period, seconds in PERIODS.items():
        database.setting(period, seconds, DESC="Seconds between two updates", EGU="sec", **limits)
    database.choice("ACCESS", "Mode of operation", MODES)
    database.action("READACF", "Reads the access security file", _read_access_file)
    database.action("SYSRESET", "Ends the IOC", _end)
    for alias, of in ALIASES.items():
        database.alias(alias, of)
    return database


def _constants(database: Database) -> None:
    database.set(PROCESS_ID=os.getpid(), PARENT_ID=os.getppid(), START_CNT=1, CPU_CNT=os.cpu_count() or 1)
    database.set(ENGINEER=os.environ.get("ENGINEER", ""), LOCATION=os.environ.get("LOCATION", ""))
    for name, text in (("APP_DIR", os.getcwd()), ("ST_SCRIPT", sys.argv[0] if sys.argv else "")):
        database.set(**{name: text, f"{name}1": text, f"{name}2": cut(text, 39, 78)})


class _Watch:
    """Updates the time records each second and the other records by their periods, on a thread."""

    def __init__(self, name: str, database: Database) -> None:
        self._name = name
        self._database = database
        self._machine = Machine()
        self._start = time.monotonic()
        self._beats = 0
        self._due = dict.fromkeys(PERIODS, 0.0)
        machine = self._machine
        database.set(HOSTNAME=machine.host, KERNEL_VERS=machine.kernel, STARTTOD=_date())
        database.set(EPICS_VERS=machine.epics, EPICS_VERSION=machine.epics)
        self._looks = {
            "CA_UPD_TIME": _ioc.pva_connections,
            "FD_UPD_TIME": machine.files,
            "LOAD_UPD_TIME": machine.load,
            "MEM_UPD_TIME": machine.memory,
        }

    def start(self) -> None:
        threading.Thread(target=self._run, name="softioc-stats", daemon=True).start()

    def _run(self) -> None:
        said = ""
        while True:
            begin = time.monotonic()
            try:
                self._look(begin)
            except Exception as error:
                if str(error) != said and sys.stderr is not None:
                    print(f"devIocStats {self._name}: {error}", file=sys.stderr, flush=True)
                said = str(error)
            time.sleep(max(0.1, begin + 1.0 - time.monotonic()))

    def _look(self, now: float) -> None:
        self._beats += 1
        since = uptime(now - self._start)
        self._database.set(HEARTBEAT=self._beats, TOD=_date(), UPTIME=since)
        groups = [name for name, due in self._due.items() if due <= now]
        counts = _ioc.host().statistics() if groups else {}
        if not counts:  # There are none while the IOC starts.
            return
        self._database.set(**{name: counts[name] for name in OTHER_NUMBERS if name in counts})
        for group in groups:
            self._due[group] = now + max(1.0, self._database.get(group))
            values = {**counts, **_shares(counts), **self._looks[group]()}
            self._database.set(**{name: values[name] for name in NUMBERS[group] if name in values})


def _shares(counts: dict[str, float]) -> dict[str, float]:
    """Return the usage of the queues in %."""
    shares = {}
    for queue in QUEUES:
        size = counts.get("SCANONCE_Q_SIZE" if queue == "SCANONCE" else "CB_Q_SIZE")
        for name in ("USED", "HIGH"):
            if size and f"{queue}_Q_{name}" in counts:
                shares[f"{queue}_Q_{name}PER"] = 100.0 * counts[f"{queue}_Q_{name}"] / size
    return shares


def _read_access_file() -> None:
    _ioc.command("asInit")


def _end() -> None:
    """End the IOC, on a separate thread, because that also ends the dispatcher, on which this function runs."""
    _updates.report("IOC reboot started")  # the message of devIocStats
    threading.Thread(target=_ioc.leave, args=(0,), name="softioc-reset").start()


def _date() -> str:
    return datetime.now().strftime("%m/%d/%Y %H:%M:%S")


def uptime(seconds: float) -> str:
    """Return a time in the form of devIocStats: 1 day, 02:03:04."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    prefix = f"{days} day{'s' * (days != 1)}, " if days else ""
    return f"{prefix}{hour:02}:{minute:02}:{second:02}"
