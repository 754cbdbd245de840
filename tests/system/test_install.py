"""What the installation carries: templates, and what a C++ driver's build needs."""

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from conftest import ROOT, StartIoc, eventually

pytestmark = pytest.mark.python_host

HOW_TO = ROOT / "docs" / "how-to"
DRIVER = (HOW_TO / "cpp-driver" / "twice.cpp").read_text()


def told(option: str) -> str:
    command = [sys.executable, "-m", "PythonDriver", option]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_the_how_to_of_a_cpp_driver(start_ioc: StartIoc, tmp_path: Path) -> None:
    """The page shows the files beside it, and they work."""
    page = (HOW_TO / "cpp-driver.md").read_text()
    for path in (HOW_TO / "cpp-driver").iterdir():
        shutil.copy(path, tmp_path)
        assert textwrap.indent(path.read_text(), "    ") in page, f"{path.name} is not as in the page"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(["sh", "-e", "build"], cwd=tmp_path, env={**os.environ, "PATH": path}, check=True)
    ioc = start_ioc(arguments=["st.cmd"])
    ioc.command("echo up")
    ioc.wait_for("(?m)up$")
    ioc.ask("dbpf T:IN 21")
    eventually(lambda: "DBF_LONG:           42" in ioc.ask("dbgf T:TWICE"))
    assert ioc.exit() == 0


@pytest.mark.parametrize("compiler", ["cc -std=c99 -x c", "cc -std=c11 -x c", "c++ -std=c++11", "c++ -std=c++20"])
def test_every_header_compiles_alone(tmp_path: Path, compiler: str) -> None:
    """As drivers of the field include them; those of classes are for C++."""
    flags = told("--cflags").split()
    include = next(Path(flag[2:]) for flag in flags if flag.endswith("PythonDriver/include"))
    cpp_only = {"asynPortClient.h", "asynParamClient.h", "asynParamSet.h"}
    names = sorted(path.name for path in include.glob("*.h"))
    assert "asynDriver.h" in names
    for name in names:
        if compiler.startswith("cc ") and name in cpp_only:
            continue
        source = tmp_path / "one.cpp"
        source.write_text(f"#include <{name}>\n#include <{name}>\nint one;\n")
        warnings = ["-fsyntax-only", "-D_DEFAULT_SOURCE", "-Wall", "-Wextra", "-Werror"]
        done = subprocess.run([*compiler.split(), *warnings, *flags, str(source)], capture_output=True, text=True)
        assert done.returncode == 0, f"{name}: {done.stderr}"


MODULE = """
from PythonDriver import PythonDriver
class D(PythonDriver):
    def __init__(self):
        self.early = 2.5
    def write(self, reason, value):
        super().write(reason, value)
        if reason == "COUNT" and self.count != self.number:
            raise AssertionError("two names of one parameter differ")
driver = D()
"""


def test_the_templates_make_attributes_without_db(start_ioc: StartIoc) -> None:
    """Records that no __db__ names become attributes at iocInit; what was assigned before is theirs."""
    load = "".join(
        f'dbLoadRecords("{template}.template", "P=T:,R={"" if pyname.upper() == name else "2"},NAME={name},PORT=P1,PARAM={name},PYNAME={pyname}")\n'
        for template, name, pyname in (
            ("asynPythonFloat64", "EARLY", "early"),
            ("asynPythonInt32", "COUNT", "count"),
            ("asynPythonOctet", "TEXT", "text"),
            ("asynPythonFloat64Array", "WAVE", "wave"),
            ("asynPythonInt32", "COUNT", "number"),
        )
    )
    ioc = start_ioc(
        f'epicsEnvSet("EPICS_DB_INCLUDE_PATH", "{told("--db")}")\n'
        f'asynPythonDriverConfigure("P1", "d")\n{load}iocInit\necho up\n',
        modules={"d": MODULE},
    )
    ioc.wait_for("up\n")
    assert "2.5" in ioc.ask("dbgf T:EARLY")
    ioc.ask("dbpf T:TEXT hello")
    eventually(lambda: '"hello"' in ioc.ask("dbgf T:TEXT_RBV"))
    ioc.ask("dbpf T:COUNT 3")
    eventually(lambda: "DBF_LONG:           3" in ioc.ask("dbgf T:COUNT_RBV"))
    assert ioc.exit() == 0
