"""The names that a port's Python code uses, read from the bytecode of its functions."""

import dis
import gc
import os
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import CodeType, FunctionType

_PACKAGES = Path(__file__).resolve().parent.parent
_OURS = tuple(f"{_PACKAGES / name}{os.sep}" for name in ("PythonDriver", "asynPythonIoc", "pythonIoc"))
_STANDARD = os.path.dirname(os.__file__) + os.sep
_INSTALLED = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")
# Code that uses these may set or read an attribute whose name is computed at run time.
_SETTERS = {"setattr", "__setattr__", "__set__", "exec", "eval"}
_GETTERS = {"getattr", "__getattribute__", "__dict__", "vars", "exec", "eval"}


class Code:
    """How the functions of the current interpreter use a driver's attributes.

    The driver's own code is its packages and all files outside the standard library and the installed packages. All
    names in it count. In an installed package only the attributes that it assigns count.
    """

    def __init__(self, cls: type) -> None:
        self.sets_any = _has_compiled_modules()  # may set attributes that cannot be found in bytecode
        self._reads_any = False
        self._reads: set[str] = set()
        self._names: set[str] = set()
        self._texts: set[str] = set()
        self._foreign: list[CodeType] = []
        roots = tuple(_roots(cls))
        for function in [each for each in gc.get_objects() if type(each) is FunctionType]:
            file = function.__code__.co_filename
            if file.startswith(roots) or _is_own(file):
                for code in _nested(function.__code__):
                    self._take(code)
            elif any(part in file for part in _INSTALLED):
                self._foreign.append(function.__code__)

    def mentions(self, name: str, drvinfo: str) -> bool:
        """Return whether the code contains a parameter's attribute name or its drvInfo string."""
        return (
            name in self._names or name in self._texts or drvinfo.lower() in self._texts or self._is_set_elsewhere(name)
        )

    def reads(self, name: str) -> bool:
        """Return whether the code reads, or may read, an attribute of that name."""
        return self._reads_any or name in self._reads or name in self._texts

    def _take(self, code: CodeType) -> None:
        names = set(code.co_names)
        self._names |= names
        self._texts |= set(_texts(code.co_consts))
        self._reads |= {
            each.argval
            for each in dis.get_instructions(code)
            if each.opname in ("LOAD_ATTR", "LOAD_METHOD", "LOAD_SUPER_ATTR", "DELETE_ATTR")
        }
        self._reads_any |= not names.isdisjoint(_GETTERS)
        self.sets_any |= not names.isdisjoint(_SETTERS) or (code.co_name != "write" and _calls_write(code))

    def _is_set_elsewhere(self, name: str) -> bool:
        return any(
            each.opname == "STORE_ATTR" and each.argval == name
            for function in self._foreign
            for code in _nested(function)
            if name in code.co_names
            for each in dis.get_instructions(code)
        )


def assigned_names(cls: type) -> set[str]:
    """Return the attributes of ``self`` that the methods of a class and its bases assign."""
    methods = [method for base in cls.__mro__ for value in vars(base).values() for method in _functions(value)]
    return {
        each.argval
        for method in methods
        if _is_foreign_to_us(method)
        for code in _nested(method.__code__)
        for before, each in pairwise(dis.get_instructions(code))
        if each.opname == "STORE_ATTR" and _loads(before, method.__code__.co_varnames[:1])
    }


def _functions(value: object) -> Iterator[FunctionType]:
    if isinstance(value, property):
        parts: tuple[object, ...] = (value.fget, value.fset)
    else:
        parts = (getattr(value, "__func__", value),)
    return (part for part in parts if isinstance(part, FunctionType))


def _is_foreign_to_us(function: FunctionType) -> bool:
    return not function.__code__.co_filename.startswith(_OURS)


def _roots(cls: type) -> Iterator[str]:
    """Yield the files of a class and its bases, or the folders of their top-level packages."""
    for base in cls.__mro__:
        file = getattr(sys.modules.get(base.__module__), "__file__", None)
        if file is None or file.startswith(_OURS):
            continue
        # site-packages may be inside the standard library's folder.
        if file.startswith(_STANDARD) and not any(part in file for part in _INSTALLED):
            continue
        root = Path(file)
        while (root.parent / "__init__.py").is_file():
            root = root.parent
        yield f"{root}{os.sep}" if root.is_dir() else str(root)


def _is_own(file: str) -> bool:
    return not file.startswith(("<frozen", _STANDARD, *_OURS)) and not any(part in file for part in _INSTALLED)


def _has_compiled_modules() -> bool:
    """Return whether a part of the driver's own code is an extension module, which has no bytecode."""
    files = [getattr(module, "__file__", None) or "" for module in list(sys.modules.values())]
    return any(file.endswith(".so") and _is_own(file) for file in files)


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _nested(constant)


def _texts(constant: object) -> Iterator[str]:
    if isinstance(constant, str):
        yield constant
        yield constant.lower()  # the case of drvInfo strings does not matter
    elif isinstance(constant, (tuple, frozenset)):
        for each in constant:
            yield from _texts(each)


def _loads(instruction: dis.Instruction, names: tuple[str, ...]) -> bool:
    """Return whether the instruction pushes one of the variables onto the stack."""
    if not instruction.opname.startswith(("LOAD_FAST", "LOAD_DEREF")):
        return False
    value = instruction.argval  # a tuple if the instruction loads two variables (Python 3.13)
    return (value[-1] if isinstance(value, tuple) else value) in names


def _calls_write(code: CodeType) -> bool:
    """Return whether the code calls the driver's ``write()``, which assigns to any attribute."""
    if "write" not in code.co_names:
        return False
    if "super" in code.co_names:
        return True
    return any(
        each.argval == "write"
        and (_loads(before, ("self",)) or (isinstance(before.argval, str) and before.argval.endswith("driver")))
        for before, each in pairwise(dis.get_instructions(code))
    )
