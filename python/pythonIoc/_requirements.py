"""Parses requirements such as `cothread==2.12` and compares versions with them."""

import re
from collections.abc import Iterable, Iterator

from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import InvalidVersion


def parse(text: str) -> Requirement | None:
    """Return the requirement; None if the text is not one."""
    try:
        return Requirement(text)
    except InvalidRequirement:
        return None


def applies(requirement: Requirement) -> bool:
    """Return whether the requirement has no marker or its marker is true here, or cannot be evaluated."""
    if requirement.marker is None:
        return True
    try:
        return bool(requirement.marker.evaluate({"extra": ""}))
    except (ValueError, KeyError):  # an operator that the variable does not have, or a variable that is not set
        return True


def accepts(requirement: Requirement, version: str) -> bool:
    """Return whether the version fulfils every clause. Pre-releases are treated like any other version."""
    try:
        return bool(requirement.specifier.contains(version, prereleases=True))
    except InvalidVersion:  # Older releases of packaging raise it even if a clause with === names this version.
        return all(clause.operator == "===" and clause.version == version for clause in requirement.specifier)


def lines(requirements: object) -> Iterator[str]:
    """Yield the lines of a text, or of nested sequences of texts, without comments."""
    if isinstance(requirements, Iterable) and not isinstance(requirements, str):
        for inner in requirements:
            yield from lines(inner)
        return
    for line in str(requirements).splitlines():
        if text := re.sub(r"(^|\s)#.*", "", line).strip():
            yield text
