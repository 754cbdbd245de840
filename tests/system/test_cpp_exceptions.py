"""A C++ exception below Python code is a Python exception."""

from conftest import StartIoc

TEMPLATE = 'record(longin, "X:TRY") { field(DTYP, "asynInt32") field(INP, "@asyn(P)TRY") info(pyname, "try_") }\n'

# The choices' text is copied into a std::string, for which there is no memory.
MODULE = """
import resource
from PythonDriver import PythonDriver

TEXT = "x" * (128 << 20)

class D(PythonDriver):
    __db__ = "d.template"
    def read(self, reason):
        before = resource.getrlimit(resource.RLIMIT_AS)
        used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + (32 << 20), before[1]))
        try:
            self.updateEnum(reason, [(TEXT, 0, 0)])
        except MemoryError:
            return 1
        finally:
            resource.setrlimit(resource.RLIMIT_AS, before)
        return 2

driver = D()
"""


def test_no_memory_for_a_string_of_the_port(start_ioc: StartIoc) -> None:
    ioc = start_ioc(
        'asynPythonDriverConfigure("P", "d")\ndbLoadRecords("d.template")\niocInit\n',
        modules={"d": MODULE},
        files={"d.template": TEMPLATE},
    )
    ioc.ask("dbpf X:TRY.PROC 1")
    assert "1" in ioc.ask("dbgf X:TRY").split()
    assert ioc.exit() == 0
