"""Parses requirements such as `cothread==2.12` and compares versions with them.

The package `packaging` does the same and more, but is not a dependency of this project.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

_REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*"
    r"\(?(?P<clauses>(?:===|[~=!<>]=|[<>])[^;@()]*)?\)?\s*(?P<condition>[;@].*)?"
)
_CLAUSE = re.compile(r"\s*(===|[~=!<>]=|[<>])\s*([^\s,]+)\s*")
_VERSION = re.compile(
    r"v?(?:(?P<epoch>\d+)!)?(?P<release>\d+(?:\.\d+)*)"
    r"(?:[-_.]?(?P<pre>alpha|beta|preview|pre|rc|a|b|c)[-_.]?(?P<pre_number>\d*))?"
    r"(?P<post>[-_.]?(?:post|rev|r)[-_.]?\d*|-\d+)?"
    r"(?P<dev>[-_.]?dev[-_.]?\d*)?(?:\+[\w.-]+)?",
    re.IGNORECASE,
)


class Requirement(NamedTuple):
    """A distribution's name, and (operator, version) for each of its clauses."""

    name: str
    clauses: list[tuple[str, str]]
    # Whether it has a marker or an address, which are not evaluated.
    conditional: bool

    def accepts(self, version: str) -> bool:
        """Return whether the version fulfils every clause. Pre-releases are treated like any other version."""
        return all(_holds(version, operator, wanted) for operator, wanted in self.clauses)


class _Version(NamedTuple):
    """A version in a form that Python can order."""

    epoch: int
    release: tuple[int, ...]
    before: tuple[str, int]
    after: int
    development: float


def parse(text: str) -> Requirement | None:
    """Return the requirement; None if the text is not one."""
    match = _REQUIREMENT.fullmatch(text.strip())
    if match is None:
        return None
    clauses = (match["clauses"] or "").split(",")
    parts = [_CLAUSE.fullmatch(clause) for clause in clauses if clause.strip()]
    if not all(parts):
        return None
    return Requirement(match["name"], [(part[1], part[2]) for part in parts if part], bool(match["condition"]))


def lines(requirements: object) -> Iterator[str]:
    """Yield the lines of a text, or of nested sequences of texts, without comments."""
    if isinstance(requirements, Iterable) and not isinstance(requirements, str):
        for inner in requirements:
            yield from lines(inner)
        return
    for line in str(requirements).splitlines():
        if text := re.sub(r"(^|\s)#.*", "", line).strip():
            yield text


def _key(version: str) -> _Version | None:
    match = _VERSION.fullmatch(version.strip())
    if match is None:
        return None
    release = tuple(int(number) for number in match["release"].split("."))
    while len(release) > 1 and release[-1] == 0:
        release = release[:-1]
    letter = (match["pre"] or "").lower()
    letter = {"alpha": "a", "beta": "b", "c": "rc", "pre": "rc", "preview": "rc"}.get(letter, letter)
    if letter:
        before = (letter, int(match["pre_number"] or 0))
    else:
        before = ("", 0) if match["dev"] and not match["post"] else ("z", 0)
    after = _number(match["post"]) if match["post"] else -1
    development = _number(match["dev"]) if match["dev"] else float("inf")
    return _Version(int(match["epoch"] or 0), release, before, after, development)


def _number(text: str) -> int:
    digits = re.search(r"\d+", text)
    return int(digits[0]) if digits else 0


def _holds(version: str, operator: str, wanted: str) -> bool:
    if operator == "===":
        return version == wanted
    if operator in ("==", "!="):
        return _equal(version, wanted) == (operator == "==")
    have, bound = _key(version), _key(wanted)
    if have is None or bound is None:
        return False
    if operator == "~=":
        return have >= bound and _starts_with(have, wanted.split(".")[:-1])
    return {"<": have < bound, "<=": have <= bound, ">": have > bound, ">=": have >= bound}[operator]


def _equal(version: str, wanted: str) -> bool:
    have = _key(version)
    if have is not None and wanted.endswith(".*"):
        return _starts_with(have, wanted.split(".")[:-1])
    bound = _key(wanted)
    if have is None or bound is None:
        return version == wanted
    return have == bound and ("+" not in wanted or version == wanted)


def _starts_with(have: _Version, parts: list[str]) -> bool:
    prefix = [_number(part) for part in parts]
    release = [*have.release, *[0] * len(prefix)]
    return release[: len(prefix)] == prefix
