"""The version is the same wherever it is written."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import PythonDriver

ROOT = Path(__file__).resolve().parents[2]


def test_package_wheel_and_changelog_agree() -> None:
    wheel = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    headings = re.findall(r"(?m)^## (\S+)", (ROOT / "CHANGELOG.md").read_text())
    assert PythonDriver.__version__ == wheel
    assert headings[0] == wheel


def test_the_version_costs_no_import_until_it_is_read() -> None:
    code = "import sys, PythonDriver; assert 'importlib.metadata' not in sys.modules; print(PythonDriver.__version__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == PythonDriver.__version__


def test_without_metadata_there_is_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a facility's build, which is not a Python package."""
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(AttributeError, match="not installed as a Python package"):
        _ = PythonDriver.__version__
    assert not hasattr(PythonDriver, "no_such_name")
