"""asynPythonIoc: options, input, signals and exit codes."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import DEADLINE, END, StartIoc

pytestmark = pytest.mark.python_host
RECORD = 'record(longin, "$(P=X:)ONE") { field(VAL, "7") }\n'


def test_commands_from_a_pipe_and_exit(start_ioc: StartIoc) -> None:
    ioc = start_ioc(arguments=["-m", "P=Y:", "-d", "one.db"], files={"one.db": RECORD})
    assert "DBF_LONG:           7" in ioc.ask("dbgf Y:ONE")
    assert ioc.exit() == 0


def test_a_client_leaves_no_connection(start_ioc: StartIoc) -> None:
    """The next client would be given it, and wait for seconds."""
    from clients import circuits, get

    ioc = start_ioc(arguments=["-d", "one.db"], files={"one.db": RECORD})
    for _ in range(20):
        assert get("X:ONE") == 7 and not circuits()
    assert ioc.exit() == 0


def test_end_of_input_ends_the_ioc(start_ioc: StartIoc) -> None:
    ioc = start_ioc(arguments=["-d", "one.db"], files={"one.db": RECORD})
    assert ioc.process.stdin is not None
    ioc.process.stdin.close()
    assert ioc.finish() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("shell", [True, False])
def test_signals_end_the_ioc_with_0(start_ioc: StartIoc, number: int, shell: bool) -> None:
    ioc = start_ioc('iocInit\necho "ready now"\n', arguments=[] if shell else ["-S"])
    ioc.wait_for("ready now\n")
    ioc.process.send_signal(number)
    assert ioc.finish() == 0


def test_a_signal_while_the_ioc_starts_ends_it_with_0(start_ioc: StartIoc) -> None:
    """Whatever part of iocInit it meets."""
    for marker in ("Starting iocInit", "iocRun: All initialization complete", "ready now"):
        ioc = start_ioc('iocInit\necho "ready now"\n', arguments=["-S"])
        ioc.wait_for(marker)
        ioc.process.send_signal(signal.SIGTERM)
        assert ioc.finish() == 0, ioc.output


def test_an_ioc_that_is_built_and_never_run_ends_with_0(start_ioc: StartIoc) -> None:
    ioc = start_ioc("iocBuild\n")
    ioc.ask("echo built")
    assert ioc.exit() == 0, ioc.output


@pytest.mark.parametrize("command", ["iocInit", "iocBuild"])
def test_an_ioc_whose_init_fails_ends_at_once(start_ioc: StartIoc, command: str) -> None:
    ioc = start_ioc(f'asSetFilename "/there/is/none.acf"\n{command}\n')
    ioc.ask("echo failed")
    assert "asInit Failed" in ioc.output
    assert ioc.exit() == 0, ioc.output  # not ended by force
    assert "did not shut down" not in ioc.output


def test_a_script_that_fails_ends_the_ioc(start_ioc: StartIoc) -> None:
    ioc = start_ioc('on error break\nasynPythonDriverConfigure("P1", "there_is_no_such_module")\n')
    assert ioc.finish() == 1
    assert "st.cmd failed" in ioc.output


def test_what_is_not_there_is_said(start_ioc: StartIoc) -> None:
    ioc = start_ioc(arguments=["nothing.cmd"])
    assert ioc.finish() == 1
    assert "the startup script nothing.cmd was not found" in ioc.output
    ioc = start_ioc(arguments=["-d", "nothing.db"])
    assert ioc.finish() == 1
    assert "nothing.db cannot be loaded" in ioc.output


def test_a_classic_script_runs(start_ioc: StartIoc) -> None:
    ioc = start_ioc('dbLoadDatabase "dbd/classic.dbd"\nclassic_registerRecordDeviceDriver pdbbase\niocInit\n')
    ioc.ask("echo done")
    assert "not found" not in ioc.output
    assert ioc.exit() == 0


@pytest.mark.parametrize("first", ["p4p.client.thread", "aioca", "epicscorelibs.ca"])
def test_with_other_users_of_epics_in_the_process(start_ioc: StartIoc, first: str) -> None:
    code = f"import sys, {first}; sys.argv = ['asynPythonIoc', '-S', '-d', 'one.db']; from asynPythonIoc._cli import main; main()"
    folder = start_ioc(files={"one.db": RECORD}, arguments=["-V"])
    assert folder.finish() == 0
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=folder.cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if "iocRun: All initialization complete" in line:
                break
        process.terminate()
        rest = process.communicate(timeout=30)[0]
        assert process.returncode == 0, rest
    finally:
        process.kill()


def test_a_terminal_has_editing_and_history(tmp_path: Path) -> None:
    (tmp_path / "one.db").write_text(RECORD)
    terminal, inner = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "asynPythonIoc", "-d", "one.db"],
        cwd=tmp_path,
        env={**os.environ, "XDG_STATE_HOME": str(tmp_path), "TERM": "dumb"},
        stdin=inner,
        stdout=inner,
        stderr=inner,
        start_new_session=True,
    )
    os.close(inner)
    seen = ""

    def expect(text: str) -> None:
        nonlocal seen
        deadline = time.monotonic() + DEADLINE
        while text not in seen:
            assert time.monotonic() < deadline, f"no {text!r} in {seen!r}"
            if select.select([terminal], [], [], 0.2)[0]:
                seen += os.read(terminal, 4096).decode()
        seen = seen.partition(text)[2]

    try:
        expect("epics> ")
        os.write(terminal, b"dbgf X:ONE.VALx\x7f\r")  # with a correction
        expect("DBF_LONG:           7")
        os.write(terminal, b"\x1b[A\r")  # the line before, once more
        expect("DBF_LONG:           7")
        os.write(terminal, b"exit\r")
        assert process.wait(DEADLINE) == 0
    finally:
        process.kill()
        process.wait()
        os.close(terminal)
    assert "dbgf X:ONE.VAL" in (tmp_path / "asynPythonIoc" / "history").read_text()


PORT_SCRIPT = """
asynPythonDriverConfigure("$(PORT=P1)", "d")
< rest.cmd
"""
DRIVER = """
from PythonDriver import PythonDriver
class D(PythonDriver):
    def __init__(self):
        self.value = 5
driver = D()
"""
DRIVER_RECORD = """
record(longin, "$(P)VALUE") { field(DTYP, "asynInt32") field(INP, "@asyn($(PORT))VALUE") info(pyname, "value") }
"""


def test_macros_are_those_of_the_script_too(start_ioc: StartIoc) -> None:
    ioc = start_ioc('echo "first is $(FIRST), second is $(SECOND=none)"\n', arguments=["-m", "FIRST=1,SECOND=2"])
    ioc.wait_for("(?m)^first is 1, second is 2$")
    assert ioc.exit() == 0


@pytest.mark.parametrize("rest", ["iocInit\n", "epicsEnvSet FILE more.cmd\n< $(FILE)\n"])
def test_a_database_waits_for_the_iocinit_of_the_script(start_ioc: StartIoc, rest: str) -> None:
    ioc = start_ioc(
        PORT_SCRIPT,
        modules={"d": DRIVER},
        files={"one.db": DRIVER_RECORD, "rest.cmd": rest, "more.cmd": "# iocInit comes\niocInit()\n"},
        arguments=["-m", "P=Y:,PORT=Q1", "-d", "one.db"],
    )
    ioc.ask("dbpf Y:VALUE.PROC 1")
    assert "DBF_LONG:           5" in ioc.ask("dbgf Y:VALUE")
    assert "no port" not in ioc.output and ioc.output.count("Starting iocInit") == 1, ioc.output
    assert ioc.exit() == 0


def test_a_database_comes_before_a_script_without_iocinit(start_ioc: StartIoc) -> None:
    ioc = start_ioc("# no iocInit\ndbgf X:ONE\n", files={"one.db": RECORD}, arguments=["-d", "one.db"])
    ioc.wait_for("DBF_LONG:           7")
    assert ioc.exit() == 0


def test_a_database_that_waits_and_cannot_be_loaded(start_ioc: StartIoc) -> None:
    ioc = start_ioc("iocInit\n", arguments=["-d", "nothing.db"])
    assert ioc.finish() == 1
    assert "nothing.db cannot be loaded" in ioc.output
    assert "Starting iocInit" not in ioc.output


def test_a_module_of_the_current_directory_hides_none_of_python(start_ioc: StartIoc) -> None:
    ioc = start_ioc(
        'asynPythonDriverConfigure("P1", "d")\niocInit\n',
        modules={"d": DRIVER, "random": "raise RuntimeError('not the random of Python')\n"},
    )
    assert "P1 multiDevice" in ioc.ask("asynReport 0")
    assert "RuntimeError" not in ioc.output, ioc.output
    assert ioc.exit() == 0


def limited(files: int, hard: int) -> subprocess.CompletedProcess[str]:
    limit = ["prlimit", f"--nofile={files}:{hard}"]
    command = [*limit, sys.executable, "-m", "asynPythonIoc"]
    return subprocess.run(command, input="iocInit\nexit\n", capture_output=True, text=True, timeout=END, check=False)


def test_a_limit_of_open_files_that_is_too_low(tmp_path: Path) -> None:
    low = limited(20, 20)
    assert low.returncode == 1
    assert (
        low.stderr
        == "asynPythonIoc: an IOC needs at least 64 open files, but the limit is 20; raise it with ulimit -n\n"
    )
    raised = limited(20, 1000)
    assert raised.returncode == 0, raised.stderr
    assert "iocRun: All initialization complete" in raised.stdout + raised.stderr
