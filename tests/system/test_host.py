"""asynPythonIoc: options, input, signals and exit codes."""

import signal
import subprocess
import sys

import pytest
from conftest import StartIoc

RECORD = 'record(longin, "$(P=X:)ONE") { field(VAL, "7") }\n'


def test_commands_from_a_pipe_and_exit(start_ioc: StartIoc) -> None:
    ioc = start_ioc(arguments=["-m", "P=Y:", "-d", "one.db"], files={"one.db": RECORD})
    assert "DBF_LONG:           7" in ioc.ask("dbgf Y:ONE")
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


def test_a_script_that_fails_ends_the_ioc(start_ioc: StartIoc) -> None:
    ioc = start_ioc('on error break\nasynPythonDriverConfigure("P1", "there_is_no_such_module")\n')
    assert ioc.finish() == 1
    assert "st.cmd failed" in ioc.output


def test_what_is_not_there_is_said(start_ioc: StartIoc) -> None:
    ioc = start_ioc(arguments=["nothing.cmd"])
    assert ioc.finish() == 1
    assert "there is no startup script nothing.cmd" in ioc.output
    ioc = start_ioc(arguments=["-d", "nothing.db"])
    assert ioc.finish() == 1
    assert "nothing.db cannot be loaded" in ioc.output


def test_a_classic_script_runs(start_ioc: StartIoc) -> None:
    ioc = start_ioc(
        'dbLoadDatabase "dbd/classic.dbd"\nclassic_registerRecordDeviceDriver pdbbase\niocInit\n'
    )
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


