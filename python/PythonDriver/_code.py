"""The names that the code of a port uses, read from its functions."""

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
# Whoever has these may set or read an attribute whose name is made when the program runs.
_SETTERS = {"setattr", "__setattr__", "__set__", "exec", "eval"}
_GETTERS = {"getattr", "__getattribute__", "__dict__", "vars", "exec", "eval"}


class Code:
    """What the functions of the current interpreter have to do with a driver's attributes.

    Of the driver's own code every name counts: its packages, and all files that are neither installed packages nor the
    standard library. Of an installed package only what it assigns counts.
    """

    def __init__(self, cls: type) -> None:
        self.sets_any = _has_compiled_modules()  # some attribute, and no function says which
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
        """Whether the code has a parameter's attribute or its drvInfo string."""
        return (
            name in self._names or name in self._texts or drvinfo.lower() in self._texts or self._is_set_elsewhere(name)
        )

    def reads(self, name: str) -> bool:
        """Whether the code reads an attribute of that name, or may do so."""
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
    """The attributes that methods of a class and its bases assign of their object."""
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
    """The files of a class and its bases, or the folders of their packages."""
    for base in cls.__mro__:
        file = getattr(sys.modules.get(base.__module__), "__file__", None)
        if file is None or file.startswith(_OURS):
            continue
        # Installed packages may lie in a folder of the standard library.
        if file.startswith(_STANDARD) and not any(part in file for part in _INSTALLED):
            continue
        root = Path(file)
        while (root.parent / "__init__.py").is_file():
            root = root.parent
        yield f"{root}{os.sep}" if root.is_dir() else str(root)


def _is_own(file: str) -> bool:
    return not file.startswith(("<frozen", _STANDARD, *_OURS)) and not any(part in file for part in _INSTALLED)


def _has_compiled_modules() -> bool:
    """Whether own code is compiled to machine code, which has no functions to read."""
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
    """Whether one of the variables is what the instruction puts on top of the stack."""
    if not instruction.opname.startswith(("LOAD_FAST", "LOAD_DEREF")):
        return False
    value = instruction.argval  # Python 3.13 loads two at once
    return (value[-1] if isinstance(value, tuple) else value) in names


def _calls_write(code: CodeType) -> bool:
    """Whether it calls the driver's write(), which assigns what it is given."""
    if "write" not in code.co_names:
        return False
    if "super" in code.co_names:
        return True
    return any(
        each.argval == "write"
        and (_loads(before, ("self",)) or (isinstance(before.argval, str) and before.argval.endswith("driver")))
        for before, each in pairwise(dis.get_instructions(code))
    )
