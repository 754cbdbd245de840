"""What the package offers without an IOC."""

import subprocess
import sys
from pathlib import Path

import pytest
import PythonDriver
from PythonDriver._link import parameter_type, parse_link


def test_all_is_what_is_there() -> None:
    assert sorted(PythonDriver.__all__) == [name for name in sorted(vars(PythonDriver)) if name[0] not in "_"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@asyn(P1,0,1)RAND", ("P1", "RAND")),
        ("@asyn(P1)RAND", ("P1", "RAND")),
        ("@asyn( P1 0 )  RAND ", ("P1", "RAND")),
        ("@asynMask(P1,0,0xFF)B", ("P1", "B")),
        ("@asyn(P1", None),
        ("PV.VAL CP", None),
        ("@other(P1)X", None),
    ],
)
def test_links(text: str, expected: tuple[str, str] | None) -> None:
    assert parse_link(text) == expected


def test_parameter_types() -> None:
    assert parameter_type("asynInt64") == "Int64"
    assert parameter_type("asynFloat32ArrayOut") == "Float32Array"
    assert parameter_type("Soft Channel") is None


def test_a_driver_outside_of_a_port_says_so(tmp_path: Path) -> None:
    (tmp_path / "t.template").write_text(
        'record(ai, "X") { field(DTYP, "asynFloat64") field(INP, "@asyn(P)X") info(pyname, x) }'
    )
    code = "from PythonDriver import PythonDriver\nclass D(PythonDriver): __db__ = 't.template'\n"
    result = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert "no port uses this Python interpreter" in result.stderr


@pytest.mark.parametrize("option", ["--cflags", "--libs", "--dbd", "--db"])
def test_build_flags(option: str) -> None:
    result = subprocess.run([sys.executable, "-m", "PythonDriver", option], capture_output=True, text=True, check=True)
    assert "PythonDriver" in result.stdout


def test_the_build_finds_base() -> None:
    def told(option: str) -> list[str]:
        command = [sys.executable, "-m", "PythonDriver", option]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()

    assert {"-lasynPort", "-ldbCore", "-lca", "-lCom"} <= set(told("--libs"))
    (folder,) = told("--base-dbd")
    assert (Path(folder) / "base.dbd").is_file()
