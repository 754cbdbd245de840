"""Calls of EPICS that scripts make themselves."""

import ctypes

from asynPythonIoc import _libraries

from . import _ioc

__all__ = ["callbackSetQueueSize", "db_get_field", "db_put_field", "db_put_field_process", "dbLoadDatabase"]

_core = ctypes.CDLL(_libraries.library("epicscorelibs", "dbCore"))


def callbackSetQueueSize(size: int) -> None:
    """How many requests may wait for EPICS' callback threads. Before iocInit."""
    if _core.callbackSetQueueSize(ctypes.c_int(size)):
        raise RuntimeError("callbackSetQueueSize is called before iocInit")


def db_put_field(name: str, dbr_type: int, pbuffer: int, length: int) -> None:
    """Writes length elements at the address pbuffer to a field, and the record processes. After iocInit.

    ``dbr_type`` is a number of :mod:`softioc.fields`. Raises RuntimeError where it cannot be written.
    """
    db_put_field_process(name, dbr_type, pbuffer, length, True)


def db_put_field_process(name: str, dbr_type: int, pbuffer: int, length: int, process: bool) -> None:
    """The same; ``process`` says whether the record processes."""
    _ioc.host().put_raw(name, dbr_type, pbuffer, length, bool(process))


def db_get_field(name: str, dbr_type: int, pbuffer: int, length: int) -> None:
    """Reads length elements of a field to the address pbuffer. After iocInit."""
    _ioc.host().get_raw(name, dbr_type, pbuffer, length)


def dbLoadDatabase(database: str, path: str | None = None, substitutions: str | None = None) -> None:
    """Loads a database or dbd file. Raises RuntimeError where it cannot."""
    if _ioc.host().load_database(database, path or "", substitutions or ""):
        raise RuntimeError(f"{database} cannot be loaded; see the errors above")
