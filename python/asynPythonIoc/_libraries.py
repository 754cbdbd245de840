"""EPICS' and the project's libraries, loaded so that registration by name finds their symbols."""

import ctypes
from pathlib import Path

import epicscorelibs.path
import pvxslibs.path
import PythonDriver
from setuptools_dso.runtime import find_dso

_EPICS = ("Com", "ca", "dbCore", "dbRecStd")
_PVXS = ("event_core", "event_pthread", "pvxs", "pvxsIoc")
_OWN = ("libasynPort.so", "libasynPython.so")


def package_folder() -> Path:
    """Where the package PythonDriver keeps its libraries, dbd files and templates."""
    return Path(PythonDriver.__file__).resolve().parent


def load() -> None:
    """Loads all libraries with global symbols.

    A library that another package of this process has loaded already is the same file: its symbols become
    global.
    """
    paths = [epicscorelibs.path.get_lib(name) for name in _EPICS]
    paths += [find_dso(f"pvxslibs.lib.{name}") for name in _PVXS]
    paths += [str(package_folder() / "lib" / name) for name in _OWN]
    for path in paths:
        ctypes.CDLL(path, mode=ctypes.RTLD_GLOBAL)


def dbd_files() -> list[tuple[str, str]]:
    """The dbd files of everything the host offers, each with its folder."""
    base = str(Path(epicscorelibs.path.base_path) / "dbd")
    own = str(package_folder() / "dbd")
    return [
        ("base.dbd", base),
        ("dlload.dbd", base),
        ("system.dbd", base),
        ("pvxsIoc.dbd", pvxslibs.path.dbd_path),
        ("asyn.dbd", own),
        ("asynPythonDriver.dbd", own),
    ]
