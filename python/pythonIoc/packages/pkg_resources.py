"""The pkg_resources of the command pythonIoc: `require()` never stops a script.

Everything else is that of the real one, of setuptools, where the environment has it.
"""

import importlib.util
import os
import sys
import warnings
from importlib.machinery import ModuleSpec, PathFinder
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from types import ModuleType
from typing import Any

__all__ = ["RequirementWarning", "require"]

_HERE = os.path.dirname(os.path.abspath(__file__))
_warned: set[str] = set()


class RequirementWarning(UserWarning):
    """A requirement cannot be had."""


def require(*requirements: object) -> list[Distribution]:
    """Returns the installed distributions that are asked for; warns of those that are missing or of another version."""
    try:
        from pythonIoc import _requirements  # and so packaging, which is slow to import
    except ImportError as error:
        warnings.warn(f"requirements are not checked: {error}", RequirementWarning, stacklevel=2)
        return []
    found = []
    for line in _requirements.lines(requirements):
        problem = None
        requirement = _requirements.parse(line)
        if requirement is None:
            problem = "is not understood"
        elif _requirements.applies(requirement) and not _ours(requirement.name):
            try:
                installed = distribution(requirement.name)
            except PackageNotFoundError:
                problem = "is not installed"
            else:
                found.append(installed)
                if not _requirements.accepts(requirement, installed.version):
                    problem = f"cannot be had, version {installed.version} is what is installed"
        if problem and line not in _warned:
            _warned.add(line)
            warnings.warn(f"{line} {problem}; the script goes on", RequirementWarning, stacklevel=2)
    return found


def _ours(name: str) -> bool:
    """Whether pythonIoc brings it."""
    return any(os.path.exists(os.path.join(_HERE, name.lower() + end)) for end in ("", ".py"))


def _find_real() -> ModuleSpec | None:
    return PathFinder.find_spec(__name__, [entry for entry in sys.path if entry != _HERE])


def _load_real(name: str) -> ModuleType:
    """The real one, which is pkg_resources from then on."""
    spec = _find_real()
    if spec is None or spec.loader is None:
        raise AttributeError(
            f"pkg_resources has no {name!r}: pythonIoc brings require() alone, "
            "the rest is in setuptools before version 82, which is not installed"
        )
    module = importlib.util.module_from_spec(spec)
    this = sys.modules[__name__]
    sys.modules[__name__] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        sys.modules[__name__] = this
        raise AttributeError(
            f"pkg_resources has no {name!r}: that of {spec.origin} cannot be imported: {error}"
        ) from error
    module.require = require  # type: ignore[attr-defined]
    return module


if _spec := _find_real():
    # For its submodules; Python asks for it at every import, which must not load the real one.
    __path__ = _spec.submodule_search_locations or []


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    real = sys.modules[__name__]
    if getattr(real, "__file__", None) == __file__:
        real = _load_real(name)
    return getattr(real, name)
