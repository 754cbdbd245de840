"""What the documentation of softioc shows is there, and does what it says."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import aioca
import pytest
from clients import Pva, client, get, put
from conftest import ROOT, SCOPE, SCRIPT_COMMAND, StartIoc, eventually
from snippets import blocks, docstring_block
from softioc_script import Script, Scripts, scripts

__all__ = ["scripts"]
pytestmark = pytest.mark.python_host

DOCS = ROOT / "docs"
EXAMPLES = ROOT / "examples" / "pythonIoc"
PAGES = [
    "reference/softioc.md", "reference/pythonIoc.md", "how-to/move-from-softioc.md", "tutorials/first-python-ioc.md",
]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_functions_are_as_they_are_told(page: str) -> None:
    command = [*SCRIPT_COMMAND, str(ROOT / "tests" / "system" / "documented.py"), str(DOCS / page)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert done.returncode == 0 and re.fullmatch(r"\d+ checked\n", done.stdout), done.stdout


def test_a_page_that_tells_something_else_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "wrong.md"
    page.write_text(
        "# softioc\n\n| | positional | record |\n| --- | --- | --- |\n| `aIn` | name, EGU | ai |\n\n"
        "`iocInit(dispatcher=None)` `nothing(x)` `record.set(value, process=False, severity=0, alarm=0)` `LoadDatabase()`"
    )
    command = [*SCRIPT_COMMAND, str(ROOT / "tests" / "system" / "documented.py"), str(page)]
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    assert [line.partition("(")[0].partition(" ")[0] for line in told] == [
        "iocInit",
        "nothing",
        "record.set",
        "aIn",
        "5",
    ]


@pytest.fixture
def thermostat(tmp_path: Path) -> Iterator[Script]:
    script = Script([str(EXAMPLES / "thermostat.py")], tmp_path)
    yield script
    script.kill()


def run_client(line: str) -> None:
    """A command line of EPICS' clients, as a user types it."""
    name, *words = shlex.split(line)
    if name == "caput":
        assert words[:2] == ["-c", "-w"]
        record, value = words[3:]
        assert client(lambda: aioca.caput(record, float(value), wait=True, timeout=float(words[2]), throw=False)).ok
        assert get(record) == float(value)
    elif name == "camonitor":
        for record in words:
            get(record)
    elif name == "pvget":
        with Pva() as pva:
            for record in words:
                pva.get(record)
    else:
        raise AssertionError(f"{line}: another client")


def test_the_tutorial_of_a_python_ioc(thermostat: Script) -> None:
    """Its code is that of the example, and its command lines and prompt work."""
    example = (EXAMPLES / "thermostat.py").read_text()
    lines = {line.strip() for line in example.splitlines()}
    shown, clients, prompt = 0, 0, 0
    assert eventually(lambda: put("ROOM:RESET", 1))
    for block in blocks(DOCS / "tutorials" / "first-python-ioc.md"):
        first = block.split()[0]
        if first == ">>>":
            for line in block.splitlines():
                thermostat.command(line.removeprefix(">>> "))
                prompt += 1
        elif first in ("caput", "camonitor", "pvget") or first.startswith("my-ioc"):
            for line in filter(None, block.splitlines()):
                if line.startswith("my-ioc/"):
                    assert line.split() == ["my-ioc/bin/pythonIoc", "examples/pythonIoc/thermostat.py"]
                else:
                    run_client(line)
                    clients += 1
        elif first == "python3":
            assert block.splitlines() == ["python3 -m venv my-ioc", "my-ioc/bin/pip install ."]
        else:
            shown += 1
            assert block in example or {line.strip() for line in block.splitlines()} <= lines, (
                f"not in the example:\n{block}"
            )
    assert (shown, clients, prompt) == (3, 3, 3)
    assert thermostat.finish() == 0  # the prompt's last line
    assert "ROOM:TARGET" in thermostat.output and "Traceback" not in thermostat.output


def test_the_script_of_the_package_is_an_ioc(scripts: Scripts) -> None:
    ioc = scripts.start(docstring_block("__init__.py"))
    eventually(lambda: get("TEST:TEMPERATURE") == 20.5)
    assert ioc.exit() == 0


def test_the_lines_of_autosave_keep_what_they_say(scripts: Scripts, tmp_path: Path) -> None:
    block = docstring_block("autosave.py")
    assert "/var/lib/ioc" in block
    name = scripts.prefix
    ioc = scripts.run(block.replace("/var/lib/ioc", str(tmp_path)))
    assert put(f"{name}:SETPOINT", 3) and put(f"{name}:GAIN", 4)
    assert ioc.exit() == 0
    assert (tmp_path / "TEST.softsav").read_text() == f"{name}:GAIN: 4.0\n{name}:GAIN.EGU: ''\n{name}:SETPOINT: 3.0\n"


def test_the_usage_of_the_command() -> None:
    """Both forms run what follows the options."""
    (block,) = blocks(DOCS / "reference" / "pythonIoc.md")
    first, second = block.splitlines()
    assert first.startswith("pythonIoc ") and second == "python -m pythonIoc ..."
    for option in re.findall(r"-\w+ (?=command|module)|--\w+", first):
        assert option.strip() in ("-c", "-m", "--debug")
    command = [sys.executable, *second.split()[1:-1], "-B", "-c", "import softioc, sys; print(sys.argv)", "a"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "['-c', 'a']\n"


def test_the_readme(start_ioc: StartIoc) -> None:
    """The driver that it shows runs, and the files that it names are there."""
    commands, template, module, script, screen = blocks(ROOT / "README.md")
    for line in commands.splitlines():
        assert (ROOT / line.split()[0]).stat().st_mode & 0o100, line
    (adl,) = re.findall(r"\S+\.adl", screen)
    assert (SCOPE / "scopeApp" / "op" / "adl" / adl).is_file()
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / "README.md").read_text()):
        assert (ROOT / target).exists(), target
    ioc = start_ioc(script + "\n", files={"test.template": template, "test.py": module})
    eventually(lambda: 0 < float(ioc.ask("dbgf RAND").split("DBF_DOUBLE:")[1].split()[0]) < 1)
    before = ioc.ask("dbgf RAND").split("DBF_DOUBLE:")[1].split()[0]
    eventually(lambda: ioc.ask("dbgf RAND").split("DBF_DOUBLE:")[1].split()[0] != before)
    assert ioc.exit() == 0


@pytest.mark.parametrize("page", PAGES)
def test_links_of_the_pages(page: str) -> None:
    text = (DOCS / page).read_text()
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert (DOCS / page).parent.joinpath(target).exists(), target
    for anchor in re.findall(r"\]\(#([^)]+)\)", text):
        assert anchor in [re.sub(r"\W+", "-", line.strip("# ").lower()) for line in re.findall(r"(?m)^#.*", text)]
