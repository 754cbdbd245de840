"""Functions of EPICS that scripts call directly."""

import ctypes

from asynPythonIoc import _libraries

from . import _ioc

__all__ = ["callbackSetQueueSize", "db_get_field", "db_put_field", "db_put_field_process", "dbLoadDatabase"]

_core = ctypes.CDLL(_libraries.library("epicscorelibs", "dbCore"))


def callbackSetQueueSize(size: int) -> None:
    """Set how many requests may wait for EPICS' callback threads. Raises RuntimeError after iocInit."""
    if _core.callbackSetQueueSize(ctypes.c_int(size)):
        raise RuntimeError("callbackSetQueueSize must be called before iocInit")


def db_put_field(name: str, dbr_type: int, pbuffer: int, length: int) -> None:
    """Write ``length`` elements at the address ``pbuffer`` to a field and process the record. After iocInit.

    ``name`` is RECORD.FIELD. ``dbr_type`` is a number of :mod:`softioc.fields`. Raises RuntimeError if the field cannot
    be written.
    """
    db_put_field_process(name, dbr_type, pbuffer, length, True)


def db_put_field_process(name: str, dbr_type: int, pbuffer: int, length: int, process: bool) -> None:
    """Do the same; process the record only if ``process`` is true."""
    _ioc.host().put_raw(name, dbr_type, pbuffer, length, bool(process))


def db_get_field(name: str, dbr_type: int, pbuffer: int, length: int) -> None:
    """Read at most ``length`` elements of a field to the address ``pbuffer``. After iocInit. Raises RuntimeError."""
    _ioc.host().get_raw(name, dbr_type, pbuffer, length)


def dbLoadDatabase(database: str, path: str | None = None, substitutions: str | None = None) -> None:
    """Load a database or dbd file. Raises RuntimeError if it cannot be loaded.

    ``path`` is the search path of included files, ``substitutions`` the macros such as "P=TEST:,N=1".
    """
    if _ioc.host().load_database(database, path or "", substitutions or ""):
        raise RuntimeError(f"{database} cannot be loaded; see the errors above")
