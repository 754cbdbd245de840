"""The import of extension modules in a sub-interpreter.

A module outside the standard library is loaded from a private copy of its file. numpy and others keep state per
process and do not work in a second interpreter. The dynamic loader treats a copy as another library with its own state.

A module of the standard library is first imported in the main interpreter. Otherwise the data that it creates once for
the process would be in this interpreter's memory, and would be lost when this interpreter ends.
"""

import _imp
import contextlib
import importlib.machinery
import os
import re
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

# sysconfig also has these folders, but it reads Python's whole build configuration to find them.
_VERSION = "python{}.{}".format(*sys.version_info[:2])
_STANDARD = tuple(
    os.path.realpath(folder) + os.sep
    for folder in (os.path.dirname(os.__file__), os.path.join(sys.base_exec_prefix, sys.platlibdir, _VERSION))
)

_OWN_IS_SAFE = sys.version_info >= (3, 13)
_UNSAFE = "Python before 3.13 is not safe with it"

# Modules of the standard library that need a copy, too: Python 3.12 identifies classes by version numbers, which each
# interpreter counts separately.
_PRIVATE = ("_decimal",) if sys.version_info[:2] == (3, 12) else ()

# Packages for which private copies are not enough: all copies share one C library, which does not support that.
_ONE_FOR_THE_PROCESS = {
    "h5py": "all ports share one HDF5 library, and h5py does not support several interpreters that use it",
}

# The oldest release of a package whose extension modules work from private copies.
_OLDEST = {"numpy": (2, 4)}


def install(port_module: Any, mode: str) -> None:
    """Replace the import of extension modules in the current interpreter. ``mode`` is own or shared.

    ``port_module.preload`` loads the original file first. This loads the libraries that the file finds by a path
    relative to itself, which a copy could not find. ``port_module.import_in_main`` imports a module in the main
    interpreter, if it exists there.
    """
    port, import_in_main = port_module.port, port_module.import_in_main
    loader = importlib.machinery.ExtensionFileLoader
    builtin = importlib.machinery.BuiltinImporter
    create, execute, create_builtin = loader.create_module, loader.exec_module, builtin.create_module
    own = mode == "own"

    def create_module(self: Any, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        if spec.origin is None or _in_standard_library(spec.origin):
            return create_standard(self, spec)
        if why := _ONE_FOR_THE_PROCESS.get(spec.name.partition(".")[0]):
            raise _refusal(port, mode, spec, why, "interpreter=main")
        if why := _too_old(spec.name.partition(".")[0]):
            raise _refusal(port, mode, spec, why, "interpreter=main")
        if own and not _OWN_IS_SAFE:
            raise _refusal(port, mode, spec, _UNSAFE, "interpreter=shared")
        with _refusals(port, mode, spec):
            port_module.preload(spec.origin)
            return _from_copy(self, spec, spec.origin, port_module)

    def create_standard(self: Any, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        if own and not _OWN_IS_SAFE and spec.name == "_ctypes":
            # Its types are shared by the process: a second interpreter would free objects of the first.
            raise _refusal(port, mode, spec, _UNSAFE, "interpreter=shared")
        if spec.origin is not None and spec.name in _PRIVATE:
            return _from_copy(self, spec, spec.origin, port_module)
        import_in_main(spec.name)
        try:
            return create(self, spec)
        except ImportError as error:
            if "subinterpreters" not in str(error):
                raise
            raise _refusal(port, mode, spec, str(error), "interpreter=shared") from error

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
    if own and _OWN_IS_SAFE:
        # CPython refuses a module that does not declare support for interpreters with their own GIL. A private copy
        # does not need that, because only one interpreter uses the copy. Before 3.13 the check stays, because _ctypes
        # and others crash without it.
        _imp._override_multi_interp_extensions_check(-1)  # type: ignore[attr-defined]


def _too_old(package: str) -> str:
    """Return why this release of the package does not work from private copies; empty if it does."""
    oldest = _OLDEST.get(package)
    if oldest is None:
        return ""
    # The package's own version is used: the package on the path need not be the installed one.
    version = str(getattr(sys.modules.get(f"{package}.version"), "version", ""))
    numbers = re.match(r"(\d+)\.(\d+)", version)
    if numbers is None or (int(numbers[1]), int(numbers[2])) >= oldest:
        return ""
    return f"expected {package} {oldest[0]}.{oldest[1]} or later, got {version}"


class PackageRefused(ImportError):
    """An extension module does not work in this interpreter."""


@contextlib.contextmanager
def _refusals(port: str, mode: str, spec: importlib.machinery.ModuleSpec) -> Iterator[None]:
    """Turn an ImportError that an extension module raises into one that names a mode of the port that works."""
    try:
        yield
    except (PackageRefused, ModuleNotFoundError):
        raise
    except ImportError as error:
        raise _refusal(port, mode, spec, str(error), "interpreter=main") from error


def _refusal(port: str, mode: str, spec: importlib.machinery.ModuleSpec, why: str, instead: str) -> PackageRefused:
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
    return real.startswith(_STANDARD)


def _temporary_folder() -> str:
    """Return the folder that tempfile would use. Importing tempfile takes longer than copying numpy's modules."""
    known = sys.modules.get("tempfile")
    if known is None:
        for folder in (*map(os.environ.get, ("TMPDIR", "TEMP", "TMP")), "/tmp"):
            if folder and os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK):
                return os.path.abspath(folder)
    import tempfile

    return tempfile.gettempdir()


def _copy(path: str, copy: str) -> None:
    with open(path, "rb") as original:
        handle = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o700)
        try:
            os.fchmod(handle, 0o700)
            _send(original.fileno(), handle)
        finally:
            os.close(handle)


def _send(source: int, target: int) -> None:
    """Copy the whole file by sendfile, or by reading and writing if the file system does not support that."""
    done, size = 0, os.fstat(source).st_size
    with contextlib.suppress(OSError):
        while done < size and (sent := os.sendfile(target, source, done, size - done)):
            done += sent
    while part := os.pread(source, 1 << 20, done):
        written = 0
        while written < len(part):
            written += os.write(target, part[written:])
        done += len(part)


def _from_copy(loader: Any, spec: importlib.machinery.ModuleSpec, path: str, port_module: Any) -> ModuleType:
    copy = os.path.join(_temporary_folder(), f"asynPython-{os.urandom(8).hex()}-{os.path.basename(path)}")
    try:
        _copy(path, copy)
        temporary = importlib.machinery.ModuleSpec(spec.name, loader, origin=copy)
        temporary.submodule_search_locations = spec.submodule_search_locations
        temporary.has_location = True
        if sys.version_info >= (3, 13):
            function = "PyInit_" + spec.name.rpartition(".")[2]
            module: ModuleType = port_module.load_extension(temporary, copy, function)
        else:
            module = _imp.create_dynamic(temporary)
    except ImportError as error:
        if "failed to map" in str(error) or "Operation not permitted" in str(error):
            error.add_note(
                f"{path} was loaded from a private copy in {os.path.dirname(copy)}; if that file system is mounted "
                "noexec, set TMPDIR to another folder"
            )
        raise
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(copy)
    if getattr(module, "__file__", None) == copy:
        module.__file__ = path
    if sys.modules.get(spec.name) is None:
        module.__spec__ = spec
    return module
