"""What a port's start imports beside what its driver needs: each such module is imported anew in every port."""

import re

import pytest
from conftest import StartIoc
from modes import configure

TEMPLATE = 'record(longout, "T:N") { field(DTYP, "asynInt32") field(OUT, "@asyn(P1)N") info(pyname, "n") }\n'
MODULE = """
import sys
from PythonDriver import PythonDriver
%s

class D(PythonDriver):
    __db__ = "d.template"
    def write(self, reason, value):
        slow = {"inspect", "ast", "tokenize", "shutil", "tempfile", "random", "importlib.metadata", "difflib"}
        print("slow:", sorted(slow & set(sys.modules)), flush=True)

driver = D()
"""


@pytest.mark.parametrize("imports", ["", "import numpy"])
def test_nothing_slow_is_imported(start_ioc: StartIoc, imports: str) -> None:
    ioc = start_ioc(
        configure("P1", "d", "auto") + 'dbLoadRecords("d.template")\niocInit\n',
        modules={"d": MODULE % imports},
        files={"d.template": TEMPLATE},
    )
    ioc.ask("dbpf T:N 1")
    # numpy itself has these.
    ioc.wait_for(re.escape(f"slow: {['ast', 'inspect', 'tokenize'] if imports else []}"))
    assert ioc.exit() == 0
