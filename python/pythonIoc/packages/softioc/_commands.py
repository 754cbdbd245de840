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
    """Prints the address of a field: dba("RECORD.FIELD")."""
    _run("dba", field)


def dbl(pattern: str = "", fields: str = "") -> None:
    """Prints the names of all records, or those of one type, with the values of fields."""
    _run("dbl", pattern, fields)


def dbnr(all: int = 0) -> None:
    """Prints how many records of each type there are; with all=1 of types without records, too."""
    _run("dbnr", all)


def dbgrep(pattern: str) -> None:
    """Prints the names of records that match a pattern such as "TEST:*"."""
    _run("dbgrep", pattern)


def dbgf(field: str) -> None:
    """Prints the value of a field."""
    _run("dbgf", field)


def dbpf(field: str, value: object) -> None:
    """Writes a value to a field, and prints it."""
    _run("dbpf", field, str(value))


def dbpr(record: str, interest: int = 0) -> None:
    """Prints the fields of a record; the more, the higher interest is."""
    _run("dbpr", record, interest)


def dbtr(record: str) -> None:
    """Processes a record and prints it."""
    _run("dbtr", record)


def dbtgf(field: str) -> None:
    """Prints the value of a field as each type."""
    _run("dbtgf", field)


def dbtpf(field: str, value: object) -> None:
    """Writes a value to a field as each type."""
    _run("dbtpf", field, str(value))


def dbtpn(field: str, value: object) -> None:
    """Writes a value to a field with completion."""
    _run("dbtpn", field, str(value))


def dbior(driver: str = "", interest: int = 0) -> None:
    """Prints what drivers report."""
    _run("dbior", driver, interest)


def dbhcr() -> None:
    """Prints what hardware is configured."""
    _run("dbhcr")


def dbel(pattern: str = "", interest: int = 0) -> None:
    """Prints who listens to a field."""
    _run("dbel", pattern, interest)


def dbcar(record: str = "", level: int = 0) -> None:
    """Prints the Channel Access links of a record, or of all."""
    _run("dbcar", record, level)


def gft(field: str) -> None:
    """Prints the value of a field as each type, as a client would get it."""
    _run("gft", field)


def pft(field: str, value: object) -> None:
    """Writes a value to a field as each type, as a client would."""
    _run("pft", field, str(value))


def tpn(field: str, value: object) -> None:
    """Writes a value to a field with completion, as a client would."""
    _run("tpn", field, str(value))


def dblsr(record: str = "", level: int = 0) -> None:
    """Prints which records are locked together."""
    _run("dblsr", record, level)


def dbLockShowLocked(level: int = 0) -> None:
    """Prints which records are locked."""
    _run("dbLockShowLocked", level)


def scanppl(rate: float = 0.0) -> None:
    """Prints the records that are scanned at a rate, or at any."""
    _run("scanppl", rate)


def scanpel(event: int = 0) -> None:
    """Prints the records that are scanned at an event, or at any."""
    _run("scanpel", event)


def scanpiol() -> None:
    """Prints the records with SCAN I/O Intr."""
    _run("scanpiol")


def generalTimeReport(level: int = 0) -> None:
    """Prints where time comes from."""
    _run("generalTimeReport", level)


def eltc(enable: int) -> None:
    """Whether errors are shown on the terminal."""
    _run("eltc", int(enable))


def casr(level: int = 0) -> None:
    """Prints what the Channel Access server does."""
    _run("casr", level)


COMMANDS = [
    "dba", "dbl", "dbnr", "dbgrep", "dbgf", "dbpf", "dbpr", "dbtr", "dbtgf", "dbtpf", "dbtpn", "dbior",
    "dbhcr", "dbel", "dbcar", "gft", "pft", "tpn", "dblsr", "dbLockShowLocked", "scanppl", "scanpel",
    "scanpiol", "generalTimeReport", "eltc", "casr",
]  # fmt: skip

__all__ = ["COMMANDS", *COMMANDS]
