"""The names of an object's attributes are read while the garbage collection, which may run Python, changes them."""

import re
import sys

import pytest
from conftest import StartIoc
from modes import MODES, configure

MODULE = """
import gc
from PythonDriver import PythonDriver
import _asynPython

class Thing:
    def __init__(self):
        self.a, self.b = 1, 2

class D(PythonDriver):
    def __init__(self):
        thing = Thing()
        ran = []
        def collected(phase, info):
            if not ran:
                ran.append(phase)
                vars(thing)[0] = "c"  # Python 3.11 frees the table of an object's attributes here
        kept = [[] for _ in range(1000)]  # Python has no list in reserve
        gc.callbacks.append(collected)
        gc.set_threshold(1)
        names = _asynPython.attribute_names(thing)
        gc.callbacks.remove(collected)
        print(f"names {names} after {ran}", flush=True)

driver = D()
"""


@pytest.mark.parametrize("mode", MODES)
def test_a_collection_takes_the_table_of_attributes_away(start_ioc: StartIoc, mode: str) -> None:
    ioc = start_ioc(
        configure("P1", "d", mode) + "iocInit\necho up\n",
        modules={"d": MODULE},
        environment={"PYTHONMALLOC": "debug"},  # what is used after it was freed is seen
    )
    ioc.wait_for("up\n")
    # Python 3.12 and later collect between two instructions of Python, before or after the call.
    names = r"\['a', 'b'(, 0)?\]" if sys.version_info >= (3, 12) else r"\['a', 'b', 0\] after \['start'\]"
    assert re.search(f"names {names}", ioc.output), ioc.output
    assert ioc.exit() == 0
