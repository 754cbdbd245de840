"""A private copy of every extension module outside the standard library, for each interpreter.

numpy and others keep state per process and refuse, or break, in a second interpreter. A copy of the file is
another library to the loader and has state of its own.
"""

import _imp
import importlib.machinery
import os
import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from types import ModuleType
from typing import Any


def install(preload: Callable[[str], None]) -> None:
    """From now on this interpreter imports private copies.

    preload loads a library for the process, so that what a copy depends on by a path relative to the
    original is there.
    """
    loader = importlib.machinery.ExtensionFileLoader
    original = loader.create_module

    def create_module(self: Any, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        if spec.origin is None or _in_standard_library(spec.origin):
            return original(self, spec)
        preload(spec.origin)
        return _from_copy(self, spec, spec.origin)

    loader.create_module = create_module  # type: ignore[method-assign]


def _in_standard_library(path: str) -> bool:
    real = os.path.realpath(path)
    if f"{os.sep}site-packages{os.sep}" in real or f"{os.sep}dist-packages{os.sep}" in real:
        return False
    folders = (sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"))
    return any(real.startswith(os.path.realpath(folder) + os.sep) for folder in folders)


def _from_copy(loader: Any, spec: importlib.machinery.ModuleSpec, path: str) -> ModuleType:
    handle, copy = tempfile.mkstemp(prefix="asynPython-", suffix="-" + os.path.basename(path))
    os.close(handle)
    try:
        shutil.copyfile(path, copy)
        os.chmod(copy, 0o700)
        temporary = importlib.machinery.ModuleSpec(spec.name, loader, origin=copy)
        temporary.submodule_search_locations = spec.submodule_search_locations
        temporary.has_location = True
        module = _imp.create_dynamic(temporary)
    except ImportError as error:
        error.add_note(
            f"{path} was loaded from a private copy in {os.path.dirname(copy)}; where programs may not be "
            "run from there, set TMPDIR to another folder"
        )
        raise
    finally:
        os.unlink(copy)
    if getattr(module, "__file__", None) == copy:
        module.__file__ = path
    if sys.modules.get(spec.name) is None:
        module.__spec__ = spec
    return module
