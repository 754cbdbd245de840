"""The table of packages has the form in which tests/packages/run writes it."""

import importlib.machinery
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def _script() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("packages_run", str(ROOT / "tests" / "packages" / "run"))
    spec = importlib.util.spec_from_loader("packages_run", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


SCRIPT = _script()


def test_the_table_in_the_documentation() -> None:
    text = SCRIPT.TABLE.read_text()
    assert text.startswith(SCRIPT.HEAD)
    lines = text.removeprefix(SCRIPT.HEAD).splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    columns, packages = rows[0][1:], rows[2:]
    assert [row[0].split()[0] for row in packages] == SCRIPT.PACKAGES
    notes = dict(line.split(". ", 1) for line in lines if line[:1].isdigit())
    results = {
        row[0].split()[0]: {
            column: SCRIPT.WORKS if cell == SCRIPT.WORKS else notes[cell.removeprefix("no, note ")]
            for column, cell in zip(columns, row[1:], strict=True)
        }
        for row in packages
    }
    versions = {row[0].split()[0]: row[0].partition(" ")[2] for row in packages}
    assert SCRIPT.HEAD + SCRIPT.table(results, columns, versions) + "\n" == text
    for package, cells in results.items():
        assert cells[next(c for c in reversed(columns) if c.endswith(" main"))] == SCRIPT.WORKS, package
        for words in cells.values():
            assert "crash" not in words


@pytest.mark.parametrize(
    ("output", "code", "words"),
    [
        ("port P1 WORKS 3\nport P2 WORKS 4\n", 0, "works"),
        ("port P1 WORKS 3\nport P2 WORKS 4\n", -11, "crash: SIGSEGV"),
        ("port P1 WORKS 3\n", 0, "a port does not answer"),
        ("port P1 WORKS 3\nport P2 FAILS Traceback\nValueError: no\nEND\n", 0, "ValueError: no"),
        ("ImportError: port P2: the package h5py cannot be used\n", 0, "the package h5py cannot be used"),
        ("asynPythonDriverConfigure: port P1: bad\nTraceback\nTypeError: no\n", 0, "TypeError: no"),
    ],
)
def test_a_verdict(output: str, code: int, words: str) -> None:
    assert SCRIPT.verdict(output, code) == words
