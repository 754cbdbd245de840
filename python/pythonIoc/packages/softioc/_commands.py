"""The IOC shell's commands as Python functions."""

from . import _ioc


def _run(name: str, *arguments: object) -> None:
    _ioc.command(" ".join([name, *(_word(argument) for argument in arguments)]))


def _word(argument: object) -> str:
    if isinstance(argument, bool):
        return str(int(argument))
    if isinstance(argument, (int, float)):
        return str(argument)
    text = str(argument).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def dba(field: str) -> None:
    """Print the address of a field: dba("RECORD.FIELD")."""
    _run("dba", field)


def dbl(pattern: str = "", fields: str = "") -> None:
    """Print the names of all records, or those of one type, with the values of fields."""
    _run("dbl", pattern, fields)


def dbnr(all: int = 0) -> None:
    """Print the number of records of each type; with all=1 also types without records."""
    _run("dbnr", all)


def dbgrep(pattern: str) -> None:
    """Print the names of records that match a pattern such as "TEST:*"."""
    _run("dbgrep", pattern)


def dbgf(field: str) -> None:
    """Print the value of a field."""
    _run("dbgf", field)


def dbpf(field: str, value: object) -> None:
    """Write a value to a field, and print it."""
    _run("dbpf", field, str(value))


def dbpr(record: str, interest: int = 0) -> None:
    """Print the fields of a record up to the interest level."""
    _run("dbpr", record, interest)


def dbtr(record: str) -> None:
    """Process a record and print it."""
    _run("dbtr", record)


def dbtgf(field: str) -> None:
    """Print the value of a field in all types."""
    _run("dbtgf", field)


def dbtpf(field: str, value: object) -> None:
    """Write a value to a field in all types."""
    _run("dbtpf", field, str(value))


def dbtpn(field: str, value: object) -> None:
    """Write a value to a field with completion."""
    _run("dbtpn", field, str(value))


def dbior(driver: str = "", interest: int = 0) -> None:
    """Print the reports of drivers."""
    _run("dbior", driver, interest)


def dbhcr() -> None:
    """Print the configured hardware."""
    _run("dbhcr")


def dbel(pattern: str = "", interest: int = 0) -> None:
    """Print the subscriptions (event listeners) of a record."""
    _run("dbel", pattern, interest)


def dbcar(record: str = "", level: int = 0) -> None:
    """Print the Channel Access links of a record, or of all."""
    _run("dbcar", record, level)


def gft(field: str) -> None:
    """Print the value of a field in all types, read like a Channel Access client."""
    _run("gft", field)


def pft(field: str, value: object) -> None:
    """Write a value to a field in all types, like a Channel Access client."""
    _run("pft", field, str(value))


def tpn(field: str, value: object) -> None:
    """Write a value to a field with completion, like a Channel Access client."""
    _run("tpn", field, str(value))


def dblsr(record: str = "", level: int = 0) -> None:
    """Print the lock sets: which records are locked together."""
    _run("dblsr", record, level)


def dbLockShowLocked(level: int = 0) -> None:
    """Print which records are locked."""
    _run("dbLockShowLocked", level)


def scanppl(rate: float = 0.0) -> None:
    """Print the periodically scanned records of one rate in seconds, or of all rates (0)."""
    _run("scanppl", rate)


def scanpel(event: int = 0) -> None:
    """Print the records that one event scans, or all events (0)."""
    _run("scanpel", event)


def scanpiol() -> None:
    """Print the records with SCAN I/O Intr."""
    _run("scanpiol")


def generalTimeReport(level: int = 0) -> None:
    """Print the sources of time."""
    _run("generalTimeReport", level)


def eltc(enable: int) -> None:
    """Show errors on the terminal (1) or not (0)."""
    _run("eltc", int(enable))


def casr(level: int = 0) -> None:
    """Print a report of the Channel Access server."""
    _run("casr", level)


COMMANDS = [
    "dba", "dbl", "dbnr", "dbgrep", "dbgf", "dbpf", "dbpr", "dbtr", "dbtgf", "dbtpf", "dbtpn", "dbior",
    "dbhcr", "dbel", "dbcar", "gft", "pft", "tpn", "dblsr", "dbLockShowLocked", "scanppl", "scanpel",
    "scanpiol", "generalTimeReport", "eltc", "casr",
]  # fmt: skip

__all__ = ["COMMANDS", *COMMANDS]
