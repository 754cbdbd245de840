"""os.fork: refused where the child could not go on, and hang or abort; other ways to a process work."""

import pytest
from conftest import StartIoc
from modes import MODES, SUBS, configure

FORKING = """
import multiprocessing, os, subprocess, sys, time
from PythonDriver import PythonDriver
import _asynPython

def say(text):
    sys.stdout.write(f"{_asynPython.port} {text}\\n")

def code(pid):
    for _ in range(3000):
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    return "hangs"

def plain():
    pid = os.fork()
    if pid == 0:
        os._exit(5)
    return code(pid)

def process(method):
    child = multiprocessing.get_context(method).Process(target=os.getpid)
    child.start()
    return code(child.pid)

class D(PythonDriver):
    def write(self, reason, value):
        say(subprocess.run(["echo", "subprocess"], capture_output=True, text=True).stdout.strip())
        for name, way in {"plain": plain, "fork": lambda: process("fork"), "spawn": lambda: process("spawn")}.items():
            try:
                say(f"{name}: {way()}")
            except RuntimeError as error:
                say(f"{name}: RuntimeError: {error}")
        say("end")

driver = D()
"""
RECORD = 'record(longout, "T:{0}") {{ field(DTYP, "asynInt32") field(OUT, "@asyn({0})X") info(pyname, "x") }}\n'


@pytest.mark.parametrize("modes", [MODES, *([mode] for mode in SUBS), ["main", "main"]])
def test_a_fork_whose_child_could_not_go_on_is_refused(start_ioc: StartIoc, modes: list[str]) -> None:
    ports = [f"{mode.upper()}{number}" for number, mode in enumerate(modes)]
    ioc = start_ioc(
        "".join(configure(port, "forking", mode) for port, mode in zip(ports, modes, strict=True))
        + 'dbLoadRecords("t.db")\niocInit\n',
        modules={"forking": FORKING},
        files={"t.db": "".join(RECORD.format(port) for port in ports)},
    )
    for port in ports:
        ioc.command(f"dbpf T:{port} 1")
        ioc.wait_for(f"{port} end\n", 100)
        assert f"{port} subprocess\n" in ioc.output
        assert f"{port} spawn: 0\n" in ioc.output, ioc.output
        for name, wanted in {"plain": 5, "fork": 0}.items():
            if set(modes) == {"main"}:
                assert f"{port} {name}: {wanted}\n" in ioc.output, ioc.output
            else:
                assert f"{port} {name}: RuntimeError: cannot fork a process in which a port" in ioc.output, ioc.output
    assert "Fatal" not in ioc.output
    assert ioc.exit() == 0
