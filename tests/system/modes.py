"""The interpreter modes of this Python, and ports in them whose modules say which rules hold."""

import sys

from conftest import Ioc, StartIoc, eventually

VERSION = sys.version_info[:2]
AUTO = "own" if VERSION >= (3, 13) else "shared"
# Those that are safe with every package.
MODES = ["own", "shared", "main"] if VERSION >= (3, 13) else ["shared", "main"]
SUBS = [mode for mode in MODES if mode != "main"]
DEFAULTS = ["auto", "shared", "main"]

# In front of a module's rules. Each is tried when the module is imported, on a thread that the driver starts, and
# on the thread that processes the port's record.
_BEFORE = """
import sys, threading, traceback
import _asynPython
from PythonDriver import PythonDriver

PORT = _asynPython.port
rules = []
one_at_a_time = threading.Lock()  # a rule may reload a module that another one uses

def say(text):
    sys.stdout.write(text + "\\n")  # one write, so that a line stays one

def rule(function):
    rules.append(function)
    return function

def try_rules(where):
    for function in rules:
        try:
            with one_at_a_time:
                function()
        except BaseException:
            say(f"FAILED {PORT} {where} {function.__name__}: {traceback.format_exc()}")
        else:
            say(f"ok {PORT} {where} {function.__name__}")
    say(f"end {PORT} {where}")
"""
_AFTER = """
class Rules(PythonDriver):
    def __init__(self):
        try_rules("import")
        threading.Thread(target=try_rules, args=("thread",)).start()
    def read(self, reason):
        try_rules("record")
        return len(rules)

driver = Rules()
"""
RECORD = 'record(longin, "T:{0}") {{ field(DTYP, "asynInt32") field(INP, "@asyn({0})RULES") info(pyname, "rules") }}\n'


def configure(port: str, module: str, mode: str) -> str:
    return f'asynPythonDriverConfigure("{port}", "{module}", 1, "interpreter={mode}")\n'


def wait_for_all(ioc: Ioc, ports: list[str], where: str, times: int = 1, timeout: float = 60) -> None:
    """Waits until the ports have tried their rules; fails where one does not hold."""

    def complete() -> bool:
        assert ioc.process.poll() is None, ioc.output
        return all(ioc.output.count(f"end {port} {where}\n") >= times for port in ports)

    try:
        eventually(complete, timeout)
    except AssertionError as error:
        raise AssertionError(f"{error}\n{ioc.output}") from None
    assert "FAILED" not in ioc.output, ioc.output


def rules_of(source: str) -> list[str]:
    lines = source.splitlines()
    return [lines[i + 1].split("(")[0].removeprefix("def ") for i, line in enumerate(lines) if line == "@rule"]


def try_rules(
    start_ioc: StartIoc,
    mode: str,
    source: str,
    count: int = 3,
    again: int = 0,
    modules: dict[str, str] | None = None,
    environment: dict[str, str] | None = None,
) -> Ioc:
    """An IOC with ports of a module with rules, all of which hold; shut down and made again so many times."""
    ports = [f"P{number}" for number in range(count)]
    ioc = start_ioc(
        "".join(configure(port, "rules", mode) for port in ports) + 'dbLoadRecords("t.db")\niocInit\necho up\n',
        modules={"rules": _BEFORE + source + _AFTER, **(modules or {})},
        files={"t.db": "".join(RECORD.format(port) for port in ports)},
        environment=environment,
    )
    wait_for_all(ioc, ports, "import")
    wait_for_all(ioc, ports, "thread")
    ioc.wait_for("up\n")
    for port in ports:
        ioc.command(f"dbpf T:{port}.PROC 1")
    wait_for_all(ioc, ports, "record")
    for time in range(again):
        # All at once, or one after the other, while the others are there.
        groups = [[port] for port in ports] if time % 2 else [ports]
        for group in groups:
            for port in group:
                ioc.command(f"asynShutdownPort {port}")
            for port in group:
                ioc.command(configure(port, "rules", mode).strip())
            wait_for_all(ioc, group, "import", time + 2)
        wait_for_all(ioc, ports, "thread", time + 2)
        wait_for_all(ioc, ports, "record", time + 2)  # which reads as soon as its port is there again
    names = rules_of(source)
    assert names
    for port in ports:
        for name in names:
            for where in ("import", "thread", "record"):
                assert ioc.output.count(f"ok {port} {where} {name}\n") == 1 + again, (port, where, name, ioc.output)
    return ioc
