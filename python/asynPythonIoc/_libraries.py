"""EPICS' and the project's libraries, loaded so that registration by name finds their symbols.

Packages are found and not imported: epicscorelibs.path would import setuptools, which takes as long as all
the rest of an IOC's start in Python.
"""

import ctypes
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_EPICS = ("Com", "ca", "dbCore", "dbRecStd")
_PVXS = ("event_core", "event_pthread", "pvxs", "pvxsIoc")
_OWN = ("libasynPort.so", "libasynPython.so")


@cache
def _folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise ImportError(f"the package {package} is missing: pip install {package}")
    return Path(spec.submodule_search_locations[0]).resolve()


def package_folder() -> Path:
    """Where the package PythonDriver keeps its libraries, dbd files and templates."""
    return _folder("PythonDriver")


def base_folder() -> Path:
    """Where the package epicscorelibs keeps EPICS Base."""
    return _folder("epicscorelibs")


def library(package: str, name: str) -> str:
    """The file of a library under the name that other libraries know it by, so that it is loaded once."""
    folder = _folder(package) / "lib"
    files = sorted(folder.glob(f"lib{name}.so.*"))
    if not files:
        raise ImportError(f"{folder} has no lib{name}.so: the package {package} is damaged")
    return str(files[-1])


def load(pva: bool = True) -> None:
    """Loads all libraries with global symbols; those of the PVAccess server may be left for later.

    A library that another package of this process has loaded already is the same file: its symbols become
    global.
    """
    paths = [library("epicscorelibs", name) for name in _EPICS]
    if pva:
        paths += [library("pvxslibs", name) for name in _PVXS]
    paths += [str(package_folder() / "lib" / name) for name in _OWN]
    for path in paths:
        ctypes.CDLL(path, mode=ctypes.RTLD_GLOBAL)


def dbd_files(pva: bool = True) -> list[tuple[str, str]]:
    """The dbd files of everything the host offers, each with its folder; that of the PVAccess server last."""
    base = str(base_folder() / "dbd")
    own = str(package_folder() / "dbd")
    files = [
        ("base.dbd", base),
        ("dlload.dbd", base),
        ("system.dbd", base),
        ("asyn.dbd", own),
        ("asynPythonDriver.dbd", own),
    ]
    return [*files, ("pvxsIoc.dbd", str(_folder("pvxslibs") / "dbd"))] if pva else files
