"""The pkg_resources of the command pythonIoc. Its `require()` prints warnings and never raises an exception.

All other names come from the pkg_resources of setuptools, if the environment has it.
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
    """A requirement of `require()` is not fulfilled."""


def require(*requirements: object) -> list[Distribution]:
    """Return the installed distributions among the requirements.

    Warns with RequirementWarning about a requirement that is not installed or has another version, once for each.
    """
    try:
        from pythonIoc import _requirements  # It imports packaging, which is slow.
    except ImportError as error:
        warnings.warn(f"requirements are not checked: {error}", RequirementWarning, stacklevel=2)
        return []
    found = []
    for line in _requirements.lines(requirements):
        problem = None
        requirement = _requirements.parse(line)
        if requirement is None:
            problem = "is not a valid requirement"
        elif _requirements.applies(requirement) and not _ours(requirement.name):
            try:
                installed = distribution(requirement.name)
            except PackageNotFoundError:
                problem = "is not installed"
            else:
                found.append(installed)
                if not _requirements.accepts(requirement, installed.version):
                    problem = f"is not fulfilled: version {installed.version} is installed"
        if problem and line not in _warned:
            _warned.add(line)
            warnings.warn(f"{line} {problem}; the script continues", RequirementWarning, stacklevel=2)
    return found


def _ours(name: str) -> bool:
    """Return whether pythonIoc provides the package itself."""
    return any(os.path.exists(os.path.join(_HERE, name.lower() + end)) for end in ("", ".py"))


def _find_real() -> ModuleSpec | None:
    return PathFinder.find_spec(__name__, [entry for entry in sys.path if entry != _HERE])


def _load_real(name: str) -> ModuleType:
    """Import the real pkg_resources, which replaces this module in sys.modules."""
    spec = _find_real()
    if spec is None or spec.loader is None:
        raise AttributeError(
            f"pkg_resources has no {name!r}: pythonIoc provides only require(); "
            "for the other names install setuptools<82"
        )
    module = importlib.util.module_from_spec(spec)
    this = sys.modules[__name__]
    sys.modules[__name__] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        sys.modules[__name__] = this
        raise AttributeError(f"pkg_resources has no {name!r}: {spec.origin} cannot be imported: {error}") from error
    module.require = require  # type: ignore[attr-defined]
    return module


if _spec := _find_real():
    # Python reads __path__ at every import of a submodule. Without this line, that would load the real one.
    __path__ = _spec.submodule_search_locations or []


def __getattr__(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    real = sys.modules[__name__]
    if getattr(real, "__file__", None) == __file__:
        real = _load_real(name)
    return getattr(real, name)
