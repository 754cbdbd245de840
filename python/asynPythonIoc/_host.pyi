"""EPICS in this process: dbd files, databases, fields, the IOC shell and the shutdown.

Source: asynPythonApp/src/host/hostModule.cpp. Functions that return int return 0 for success.
"""

from types import ModuleType

epics_version: str
"""The version of EPICS Base."""

EXIT_LIMIT: float
"""Seconds that the exit handlers of asynPythonIoc may take."""

def start(dbds: list[tuple[str, str]]) -> None:
    """Load dbd files, each (file, folder), and register what they name."""

def load_dbds(dbds: list[tuple[str, str]]) -> None:
    """Load more dbd files, each (file, folder), and register what they name. Before iocInit."""

def iocsh(path: str, macros: str) -> int:
    """Run a startup script, or standard input if the path is empty."""

def iocsh_command(line: str) -> int:
    """Run one line of the IOC shell."""

def load_at_init(databases: list[tuple[str, str]]) -> None:
    """Load databases, each (file, macros), when the IOC shell runs iocInit."""

def waiting_databases() -> list[tuple[str, str]]:
    """Return the databases of ``load_at_init()`` that are not loaded."""

def load_records(file: str, macros: str) -> int:
    """Call dbLoadRecords."""

def load_database(file: str, path: str, macros: str) -> int:
    """Call dbLoadDatabase."""

def leave_thread() -> None:
    """Free what EPICS keeps for the calling thread, which must not call EPICS again."""

def records() -> ModuleType:
    """Return the module ``_records``."""

def ioc_init() -> int:
    """Call iocInit."""

def shutdown(limit: float, code: int) -> None:
    """Call the exit handlers of EPICS. End the process if they take more than ``limit`` seconds.

    A ``code`` of 0 or more also ends the process with that code, if it has not ended by then itself.
    """

def get_field(name: str) -> str:
    """Return the value of RECORD.FIELD as a string. Raises RuntimeError."""

def set_field(name: str, value: str) -> None:
    """Write RECORD.FIELD as dbpf does. Raises RuntimeError."""

def put_raw(name: str, type: int, address: int, count: int, process: bool) -> None:
    """Write ``count`` elements of a DBR type at an address to RECORD.FIELD. Raises RuntimeError."""

def get_raw(name: str, type: int, address: int, count: int) -> int:
    """Read at most ``count`` elements of a DBR type to an address and return their number. Raises RuntimeError."""

def database_field(name: str) -> str:
    """Return RECORD.FIELD as it would be written in a database file. Raises RuntimeError."""

def set_database_field(name: str, value: str) -> None:
    """Set RECORD.FIELD in the database. Before iocInit. Raises RuntimeError."""

def log_puts(access_file: str) -> None:
    """Print each put by a client. ``access_file`` gives the rules if the user has set none. Before iocInit."""

def statistics() -> dict[str, float]:
    """Return counts of records, clients, queues and suspended threads by devIocStats' names. Empty until iocInit is done."""
