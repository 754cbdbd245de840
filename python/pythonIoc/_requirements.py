"""Requirements such as `cothread==2.12`, and whether an installed version meets them."""

import re
from collections.abc import Iterable, Iterator

from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import InvalidVersion


def parse(text: str) -> Requirement | None:
    """None if the text is not a requirement."""
    try:
        return Requirement(text)
    except InvalidRequirement:
        return None


def applies(requirement: Requirement) -> bool:
    """Whether the requirement's marker, if it has one, holds here."""
    return requirement.marker is None or bool(requirement.marker.evaluate({"extra": ""}))


def accepts(requirement: Requirement, version: str) -> bool:
    """Whether the version meets every clause; a pre-release counts as any other version."""
    try:
        return bool(requirement.specifier.contains(version, prereleases=True))
    except InvalidVersion:  # before packaging 26, also if a clause with === names that very version
        return all(clause.operator == "===" and clause.version == version for clause in requirement.specifier)


def lines(requirements: object) -> Iterator[str]:
    """The lines of a text, or of texts in nested collections, without comments."""
    if isinstance(requirements, Iterable) and not isinstance(requirements, str):
        for inner in requirements:
            yield from lines(inner)
        return
    for line in str(requirements).splitlines():
        if text := re.sub(r"(^|\s)#.*", "", line).strip():
            yield text
