"""Extension modules in a sub-interpreter.

Outside the standard library: a private copy for each interpreter. numpy and others keep state per process and
refuse, or break, in a second interpreter. A copy of the file is another library to the loader and has state
of its own.

In the standard library: the main interpreter imports each first. What such a module sets up once for the process
would else come out of this interpreter's memory, and be gone, or be set up anew, when this interpreter ends.
"""

import _imp
import contextlib
import importlib.machinery
import os
import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

# A copy for them, too: Python 3.12 tells classes apart by numbers that each interpreter gives anew.
_PRIVATE = ("_decimal",) if sys.version_info[:2] == (3, 12) else ()


def install(port: str, mode: str, preload: Callable[[str], None], import_in_main: Callable[[str], None]) -> None:
    """From now on this interpreter imports as this module says. mode is own or shared.

    preload loads a library for the process, so that what a copy depends on by a path relative to the
    original is there. import_in_main imports a module in the main interpreter; it may be missing there.
    """
    loader = importlib.machinery.ExtensionFileLoader
    builtin = importlib.machinery.BuiltinImporter
    create, execute, create_builtin = loader.create_module, loader.exec_module, builtin.create_module
    own = mode == "own"

    def create_module(self: Any, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        if spec.origin is None or _in_standard_library(spec.origin):
            if spec.origin is not None and spec.name in _PRIVATE:
                return _from_copy(self, spec, spec.origin)
            import_in_main(spec.name)
            return create(self, spec)
        if own and sys.version_info < (3, 13):
            raise _refusal(port, mode, spec, "Python before 3.13 is not safe with it", "interpreter=shared")
        with _refusals(port, mode, spec):
            preload(spec.origin)
            return _from_copy(self, spec, spec.origin)

    def exec_module(self: Any, module: ModuleType) -> None:
        spec = module.__spec__
        if spec is None or spec.origin is None or _in_standard_library(spec.origin):
            execute(self, module)
            return
        with _refusals(port, mode, spec):
            execute(self, module)

    def create_builtin_module(spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        import_in_main(spec.name)
        return create_builtin(spec)

    loader.create_module = create_module  # type: ignore[method-assign]
    loader.exec_module = exec_module  # type: ignore[method-assign]
    builtin.create_module = staticmethod(create_builtin_module)  # type: ignore[method-assign]
    if own:
        # The check refuses by what a module says of itself; a private copy is alone in its interpreter.
        _imp._override_multi_interp_extensions_check(-1)  # type: ignore[attr-defined]


class PackageRefused(ImportError):
    """An extension module does not work in this interpreter."""


@contextlib.contextmanager
def _refusals(port: str, mode: str, spec: importlib.machinery.ModuleSpec) -> Iterator[None]:
    """An ImportError of the extension module itself says what to do."""
    try:
        yield
    except (PackageRefused, ModuleNotFoundError):
        raise
    except ImportError as error:
        raise _refusal(port, mode, spec, str(error), "interpreter=main") from error


def _refusal(
    port: str, mode: str, spec: importlib.machinery.ModuleSpec, why: str, instead: str
) -> PackageRefused:
    package = spec.name.partition(".")[0]
    return PackageRefused(
        f"port {port}: the package {package} cannot be used with interpreter={mode} of Python "
        f"{sys.version_info.major}.{sys.version_info.minor}: {spec.name}: {why}. Give the port the option "
        f'"{instead}", the fourth argument of asynPythonDriverConfigure',
        name=spec.name,
        path=spec.origin,
    )


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
        if "failed to map" in str(error) or "Operation not permitted" in str(error):
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
