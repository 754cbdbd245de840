"""The table of asyn's rules names tests that are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "docs" / "reference" / "asyn-rules.md"
ROW = re.compile(r"^\| (?P<rule>.+) \| \[(?P<name>\w+)\]\((?P<path>[^)]+)\) \| (?P<words>.*) \|$")
LITERAL = re.compile(r'"((?:[^"\\\n]|\\.)*)"')


def rows() -> list[tuple[str, str, Path, list[str]]]:
    lines = [line for line in TABLE.read_text().splitlines() if line.startswith("| ")]
    wanted = [line for line in lines if not line.startswith(("| rule |", "| --- |"))]
    found = [ROW.match(line) for line in wanted]
    assert all(found), [line for line, match in zip(wanted, found, strict=True) if not match]
    return [
        (row["rule"], row["name"], TABLE.parent / row["path"], re.findall(r"`([^`]*)`", row["words"]))
        for row in found
        if row
    ]


def literals(source: str) -> set[str]:
    """The strings of a C++ source, those that follow each other joined."""
    return set(LITERAL.findall(re.sub(r'(?<!\\)"\s*\n\s*"', "", source)))


@pytest.mark.parametrize(("rule", "name", "path", "words"), rows(), ids=lambda value: str(value)[:60])
def test_a_rule_has_its_test(rule: str, name: str, path: Path, words: list[str]) -> None:
    assert path.stem == name
    assert path.is_file(), f"{rule}: there is no {path}"
    missing = set(words) - literals(path.read_text())
    assert not missing, f"{rule}: {path.name} does not say {missing}"


def test_every_program_is_in_the_table() -> None:
    named = {path.resolve() for _, _, path, _ in rows()}
    programs = set((ROOT / "tests" / "behaviour").glob("test*.cpp"))
    assert programs - named == set()
