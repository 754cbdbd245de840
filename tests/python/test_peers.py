"""The script that runs pythonSoftIOC's tests and programs: what it calls worse, and its table in the documents."""

import importlib.machinery
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]
PEERS = ROOT / "tests" / "peers"
TABLE = (ROOT / "docs" / "reference" / "softioc-peers.md").read_text()


@pytest.fixture(scope="module")
def run() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("peers_run", str(PEERS / "run"))
    spec = importlib.util.spec_from_loader("peers_run", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["peers_run"] = module  # where dataclasses look
    loader.exec_module(module)
    return module


def test_what_fails_with_its_own_package_is_not_worse(run: ModuleType) -> None:
    own = {"a": "passed", "b": "failed", "c": "skipped", "d": "passed"}
    ours = {"a": "failed", "b": "failed", "c": "skipped", "d": "passed", "e": "failed"}
    assert run.Peer("P", "p", ("tests",), own=own, ours=ours).worse() == ["a", "e"]
    # Of a program whatever is not the same.
    assert run.Peer("P", "p", own={"x": "1", "y": "2"}, ours={"x": "1", "y": "3", "z": ""}).worse() == ["y", "z"]


def test_names_of_tests_are_those_that_pytest_takes(run: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "unit").mkdir()
    (tmp_path / "unit" / "test_x.py").write_text("")
    case = ElementTree.Element("testcase", {"classname": "unit.test_x.TestY", "name": "test_z[1]"})
    assert run.name_of(case, tmp_path) == "unit/test_x.py::TestY::test_z[1]"
    assert run.result_of(case) == "passed"
    ElementTree.SubElement(case, "error")
    assert run.result_of(case) == "failed"


def test_the_table_names_what_is_known_to_fail(run: ModuleType) -> None:
    for test, why in json.loads((PEERS / "internals.json").read_text()).items():
        assert f"| `{test}` | {why} |" in TABLE
    for peer in run.PEERS:
        assert f"| {peer.name} " in TABLE
