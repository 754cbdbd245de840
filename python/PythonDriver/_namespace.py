"""The modules of a port in the main interpreter: private modules have their own names, libraries are shared.

A port's private modules are those of PYTHONPATH and the current directory, and the package PythonDriver. Module
``scope`` of port PY2 is ``port_PY2.scope`` in ``sys.modules``. Relative imports, pickle, dataclasses and
``importlib.reload`` use that name. Private modules get the port's versions of the ``import`` statement, of
``importlib.import_module`` and of ``atexit``.
"""

import atexit
import builtins
import importlib
import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

_MARK = "__asynPython_port__"  # the key of the Namespace in the builtins of a port's modules
_namespaces: dict[str, "Namespace"] = {}  # by prefix


class Namespace:
    """The private modules of one port."""

    def __init__(self, prefix: str, path: Sequence[str]) -> None:
        self.prefix = prefix
        self.path = list(path)
        self._private = {"_asynPython": True, "PythonDriver": True}
        self.builtins: dict[str, Any] = {**vars(builtins), "__import__": self._import, _MARK: self}
        self._exit_functions: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = []
        self._substitutes: dict[str, ModuleType] = {
            "importlib": _Substitute(importlib, import_module=self._import_module),
            "atexit": _Substitute(atexit, register=self._register, unregister=self._unregister),
        }
        package = ModuleType(self.prefix, f"The modules of a port, {self.prefix}.")
        package.__path__ = [*path, str(Path(__file__).parent.parent)]
        _namespaces[self.prefix] = self
        if _finder not in sys.meta_path:
            sys.meta_path.insert(0, _finder)
        sys.modules[self.prefix] = package

    @classmethod
    def of_port(cls, port_module: ModuleType, path: Sequence[str]) -> "Namespace":
        """Create the namespace of a new port. ``path`` are the folders of its private modules."""
        namespace = cls(_free_prefix(port_module.port), path)
        sys.modules[f"{namespace.prefix}._asynPython"] = port_module
        spawn = sys.modules.get("multiprocessing.spawn")
        if spawn is not None:
            _send_namespaces(spawn)
        return namespace

    def binding(self) -> ModuleType:
        """Import and return this port's PythonDriver._binding."""
        return self._import_module("PythonDriver._binding")

    def close(self) -> None:
        """Run the port's atexit handlers in reverse order and remove its modules."""
        while self._exit_functions:
            function, arguments, keywords = self._exit_functions.pop()
            try:
                function(*arguments, **keywords)
            except Exception:
                sys.excepthook(*sys.exc_info())
        for name in [name for name in list(sys.modules) if name.split(".", 1)[0] == self.prefix]:
            del sys.modules[name]
        _namespaces.pop(self.prefix, None)

    def __reduce__(self) -> tuple[Any, ...]:
        # A child process of multiprocessing gets the same module names, without a port.
        return (Namespace, (self.prefix, self.path))

    def spec(self, name: str, path: Sequence[str] | None) -> importlib.machinery.ModuleSpec | None:
        """Find a private module. Its loader gives it the port's builtins."""
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is not None and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader = _Loader(self, spec.loader.name, spec.loader.path)
        return spec

    def _is_private(self, name: str) -> bool:
        top = name.partition(".")[0]
        if self._private.get(top):
            return True
        found = self._hides_libraries(top)
        if found:
            self._private[top] = True
        return found

    def _hides_libraries(self, top: str) -> bool:
        """Return whether the module is in the port's folders, if these come first on sys.path."""
        machinery = importlib.machinery
        if machinery.BuiltinImporter.find_spec(top) or machinery.FrozenImporter.find_spec(top):
            return False
        spec = machinery.PathFinder.find_spec(top, self.path)
        if spec is None:
            return False
        # A folder without __init__.py is found only if no library has the name.
        return spec.loader is not None and spec.origin is not None or not _is_library(top, self.path)

    def _import(
        self,
        name: str,
        globals_: Mapping[str, object] | None = None,
        locals_: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        if level == 0 and name in self._substitutes:
            return self._substitutes[name]
        if level == 0 and self._is_private(name):
            private = f"{self.prefix}.{name}"
            if fromlist:
                return builtins.__import__(private, globals_, locals_, fromlist, 0)
            importlib.import_module(private)
            return sys.modules[f"{self.prefix}.{name.partition('.')[0]}"]
        module = builtins.__import__(name, globals_, locals_, fromlist or (), level)
        # "import importlib.util" binds the name importlib.
        return self._substitutes.get(module.__name__, module) if level == 0 and not fromlist else module

    def _import_module(self, name: str, package: str | None = None) -> ModuleType:
        if name.startswith("."):
            name = importlib.util.resolve_name(name, package or "")
        if name in self._substitutes:
            return self._substitutes[name]
        return importlib.import_module(f"{self.prefix}.{name}" if self._is_private(name) else name)

    def _register(self, function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Callable[..., Any]:
        self._exit_functions.append((function, arguments, keywords))
        return function

    def _unregister(self, function: Callable[..., Any]) -> None:
        self._exit_functions = [entry for entry in self._exit_functions if entry[0] != function]


class _Substitute(ModuleType):
    """A module in which some functions are replaced."""

    def __init__(self, original: ModuleType, **functions: Callable[..., Any]) -> None:
        super().__init__(original.__name__, original.__doc__)
        self.__dict__.update(functions)
        self.__dict__["_original"] = original

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_original"], name)


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, namespace: Namespace, name: str, path: str) -> None:
        super().__init__(name, path)
        self._namespace = namespace

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__builtins__"] = self._namespace.builtins
        super().exec_module(module)


class _Finder:
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname == "multiprocessing.spawn":
            return _spawn_spec(fullname, path)
        prefix, _, rest = fullname.partition(".")
        namespace = _namespaces.get(prefix) if rest else None
        return None if namespace is None else namespace.spec(fullname, path)


_finder = _Finder()


class _SpawnLoader(importlib.machinery.SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        _send_namespaces(module)


def _spawn_spec(name: str, path: Sequence[str] | None) -> importlib.machinery.ModuleSpec | None:
    spec = importlib.machinery.PathFinder.find_spec(name, path)
    if spec is not None and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
        spec.loader = _SpawnLoader(spec.loader.name, spec.loader.path)
    return spec


def _send_namespaces(spawn: Any) -> None:
    """Make multiprocessing send the namespaces to the processes that it starts, before anything that needs them."""
    original = spawn.get_preparation_data
    if hasattr(original, "has_namespaces"):
        return

    def get_preparation_data(name: str) -> dict[str, Any]:
        return {"namespaces": list(_namespaces.values()), **original(name)}

    get_preparation_data.has_namespaces = True  # type: ignore[attr-defined]
    spawn.get_preparation_data = get_preparation_data


def _free_prefix(port: str) -> str:
    prefix = "port_" + port.replace(".", "_")
    while prefix in sys.modules:
        prefix += "_"
    return prefix


def _is_library(top: str, path: Sequence[str]) -> bool:
    """Return whether a folder of sys.path that is not the port's has the module, or the package with __init__.py."""
    folders = [entry for entry in sys.path if entry not in path]
    spec = importlib.machinery.PathFinder.find_spec(top, folders)
    return spec is not None and spec.origin is not None


def of_caller(globals_: Mapping[str, Any]) -> Namespace | None:
    """Return the namespace of the module with these globals; None in a sub-interpreter."""
    known = globals_.get("__builtins__")
    return known.get(_MARK) if isinstance(known, dict) else None


def owns_frame(namespace: Namespace, frame: Any) -> bool:
    """Return whether a thread's stack contains a function of the port's modules."""
    while frame is not None:
        if frame.f_builtins.get(_MARK) is namespace:
            return True
        frame = frame.f_back
    return False
