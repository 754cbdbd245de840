"""Loads the libraries of EPICS and of this project with global symbols, so that EPICS finds their registrars by name.

The packages are located but not imported: epicscorelibs.path would import setuptools, which takes as long as all other
Python code of an IOC's start.
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
    """Return the folder with this project's libraries, dbd files and templates."""
    return _folder("PythonDriver")


def base_folder() -> Path:
    """Return the folder with EPICS Base."""
    return _folder("epicscorelibs")


def library(package: str, name: str) -> str:
    """Return the path of a library. It ends with the library's SONAME, so that the library is loaded only once."""
    folder = _folder(package) / "lib"
    files = sorted(folder.glob(f"lib{name}.so.*"))
    if not files:
        raise ImportError(f"lib{name}.so is missing in {folder}: reinstall the package {package}")
    return str(files[-1])


def load(pva: bool = True) -> None:
    """Load all libraries with global symbols; without ``pva`` all but those of the PVAccess server.

    If another package has already loaded a library, it is the same file, and its symbols become global.
    """
    paths = [library("epicscorelibs", name) for name in _EPICS]
    if pva:
        paths += [library("pvxslibs", name) for name in _PVXS]
    paths += [str(package_folder() / "lib" / name) for name in _OWN]
    for path in paths:
        ctypes.CDLL(path, mode=ctypes.RTLD_GLOBAL)


def dbd_files(pva: bool = True) -> list[tuple[str, str]]:
    """Return the dbd files of the IOC, each (file, folder). The file of the PVAccess server is the last."""
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
