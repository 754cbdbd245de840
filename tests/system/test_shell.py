"""The shell commands of a live IOC: which there are, and asynPythonDriverConfigure with arguments missing, in excess and
absurd. tests/cpp/testShellArguments.cpp does the same for each command of the port library.
"""

import re
from collections.abc import Iterator

import pytest
from conftest import ROOT, Ioc

pytestmark = pytest.mark.python_host
GOOD = "from PythonDriver import PythonDriver\nclass D(PythonDriver):\n    pass\ndriver = D()\n"
LONG = "x" * 100000
# Arguments, and what the message says; None where a port is made.
CALLS = [
    ("", "expected a port name"),
    ('""', "expected a port name"),
    ('"" good', "expected a port name"),
    ("P", "port P: expected the name of a Python module"),
    ('P ""', "port P: expected the name of a Python module"),
    ("P absent", "port P: .*absent"),
    ("P /no/such/place", "port P: "),
    ('P "a b"', "port P: "),
    ('P "%s%n"', "port P: "),
    ('P "good; import os"', "port P: "),
    (f"P {LONG}", "port P: expected a module's name of at most 500 characters, got 100000"),
    (f"{LONG} good", "expected a port name of at most 500 characters"),
    ("P good -1", "port P: the third argument, a number of parameters: expected 0 or more, got -1"),
    ("P good x", "(?i)x"),
    ("P good 99999999999999999999", "99999999999999999999|negative"),
    ("P good 1 nonsense", "port P: unknown option nonsense"),
    ("P good 1 interpreter=", "port P: unknown option interpreter="),
    (f"P good 1 {LONG}", "port P: unknown option"),
    ("P good 1 interpreter=red", "port P: unknown option interpreter=red"),
    ('P good 1 "interpreter=main,also"', "port P: unknown option also"),
    ("MAIN good 1 interpreter=main", None),
    ("LEAST good", None),
    ("NUMBER good 2147483647", None),
    ('EMPTY good 0 ""', None),
    ("OPTION good 1 interpreter=shared", None),
    ("EXTRA good 1 interpreter=shared more and more", None),
    ('"a b" good', None),
]


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ioc]:
    folder = tmp_path_factory.mktemp("shell")
    (folder / "good.py").write_text(GOOD)
    (folder / "st.cmd").write_text("iocInit\necho up\n")
    ioc = Ioc(["st.cmd"], folder)
    try:
        ioc.wait_for("(?m)^up$")
        yield ioc
        assert ioc.exit() == 0
    finally:
        ioc.kill()


def test_every_command_is_tried_with_absurd_arguments(shell: Ioc) -> None:
    tried = set(re.findall(r'\{"(asyn\w+)",', (ROOT / "tests/cpp/testShellArguments.cpp").read_text()))
    assert len(tried) > 25
    registered = set(re.findall(r"\basyn\w+", shell.ask("help")))
    assert registered == tried | {"asynPythonDriverConfigure", "asynPythonReport"}


def test_report(shell: Ioc) -> None:
    for arguments in ("", " 3", " -1 2 3", " nonsense", f" {LONG}"):
        assert re.search(r"Python 3\.\d+.*\s+drivers: \d+", shell.ask(f"asynPythonReport{arguments}"))


@pytest.mark.parametrize(("arguments", "message"), CALLS, ids=lambda value: str(value)[:40])
def test_configure(shell: Ioc, arguments: str, message: str | None) -> None:
    output = shell.ask(f"asynPythonDriverConfigure {arguments}")
    ports = shell.ask("asynReport 0")
    if message is None:
        name = arguments.split(" good")[0].strip('"')
        assert f"{name} multiDevice" in ports, output
    else:
        assert re.search(message, output), output
        assert len(output) < 3000, "a message stays readable"
        assert "P multiDevice" not in ports
