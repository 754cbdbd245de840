"""softioc where the system gives no more threads."""

import pytest
from clients import get, put
from conftest import eventually
from softioc_script import START, Scripts, scripts

__all__ = ["scripts"]
pytestmark = pytest.mark.python_host

REFUSED = """
log, refused = [], [0]
start = threading.Thread.start
def refuse(thread):
    if thread.name.startswith("softioc-") and refused[0] > 0:
        refused[0] -= 1
        raise RuntimeError("can't start new thread")
    start(thread)
threading.Thread.start = refuse
gate = threading.Event()
def wait(value):
    gate.wait(60)
    log.append(value)
builder.SetDeviceName("R")
first = builder.aOut("FIRST", on_update=log.append, always_update=True)
second = builder.aOut("SECOND", on_update=log.append, always_update=True, blocking=True)
slow = builder.aOut("SLOW", on_update=wait, always_update=True)
"""


def test_on_update_is_called_all_the_same(scripts: Scripts) -> None:
    ioc = scripts.start(REFUSED + START + "softioc.interactive_ioc(globals())\n")
    ioc.wait_until_up()
    ioc.do("refused[0] = 1")
    assert put("R:FIRST", 1)  # there is no thread
    ioc.until("log", "[1.0]")
    ioc.wait_for("softioc: can't start new thread: on_update runs on its caller's thread instead")
    assert put("R:FIRST", 2)  # has a thread
    ioc.until("log", "[1.0, 2.0]")
    assert put("R:SLOW", 3)
    ioc.do("refused[0] = 1000")
    assert put("R:FIRST", 4)
    ioc.do("gate.set()")
    ioc.until("sorted(log)", "[1.0, 2.0, 3.0, 4.0]")
    assert put("R:SECOND", 5)
    eventually(lambda: get("R:SECOND") == 5)
    ioc.until("sorted(log)", "[1.0, 2.0, 3.0, 4.0, 5.0]")
    assert ioc.exit() == 0
