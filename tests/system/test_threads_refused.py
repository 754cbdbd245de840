"""A system that gives no more threads: values arrive all the same, and the end is what it is otherwise."""

import subprocess
from pathlib import Path

import pytest
from clients import Pva
from conftest import Ioc, StartIoc, eventually

# In front of libc's: fails as many times as the driver says.
SHIM = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

int threads_refused = 0;

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*run)(void *), void *argument)
{
    static int (*next)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    if (!next)
        next = (int (*)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *))dlsym(RTLD_NEXT, "pthread_create");
    if (threads_refused > 0) {
        --threads_refused;
        return EAGAIN;
    }
    return next(thread, attributes, run, argument);
}
"""

TEMPLATE = """
record(longout, "R:GO") { field(DTYP, "asynInt32") field(OUT, "@asyn(P)GO") info(pyname, "go") }
record(longin, "R:SEEN") { field(DTYP, "asynInt32") field(INP, "@asyn(P)SEEN") field(SCAN, "I/O Intr") info(pyname, "seen") }
record(waveform, "R:DATA") { field(DTYP, "asynInt32ArrayIn") field(INP, "@asyn(P)DATA") field(SCAN, "I/O Intr")
    field(FTVL, "LONG") field(NELM, "10") info(pyname, "data") }
record(longout, "R:REFUSE") { field(DTYP, "asynInt32") field(OUT, "@asyn(P)REFUSE") info(pyname, "refuse") }
"""

MODULE = """
import ctypes
from PythonDriver import PythonDriver

refused = ctypes.c_int.in_dll(ctypes.CDLL(None), "threads_refused")

class D(PythonDriver):
    __db__ = "d.template"
    def write(self, reason, value):
        super().write(reason, value)
        if reason == "REFUSE":
            refused.value = value
        elif reason == "GO":
            self.data = [value] * 3
            self.seen = value
            self.update()
    def shutdown(self):
        print("the driver has shut down", flush=True)

driver = D()
"""


@pytest.fixture
def ioc(start_ioc: StartIoc, tmp_path: Path) -> Ioc:
    (tmp_path / "shim.c").write_text(SHIM)
    shim = tmp_path / "libshim.so"
    subprocess.run(["cc", "-shared", "-fPIC", str(tmp_path / "shim.c"), "-o", str(shim), "-ldl"], check=True)
    ioc = start_ioc(
        'asynPythonDriverConfigure("P", "d")\ndbLoadRecords("d.template")\niocInit\necho up\n',
        modules={"d": MODULE},
        files={"d.template": TEMPLATE},
        environment={"LD_PRELOAD": str(shim)},
    )
    ioc.wait_for("(?m)^up$")
    return ioc


def go(pva: Pva, value: int) -> None:
    pva.put("R:GO", value)
    eventually(lambda: list(pva.get("R:DATA")["value"]) == [value] * 3)
    eventually(lambda: pva.get("R:SEEN")["value"] == value)


@pytest.mark.python_host
def test_a_port_without_a_thread_still_brings_its_values(ioc: Ioc, pva: Pva) -> None:
    pva.put("R:REFUSE", 2)
    go(pva, 1)
    go(pva, 2)
    assert ioc.output.count("port P: no thread can be started") == 1
    go(pva, 3)  # has a thread now
    assert ioc.output.count("port P: no thread can be started") == 1
    assert ioc.exit() == 0


@pytest.mark.python_host
def test_a_port_ends_without_a_thread_for_it(ioc: Ioc, pva: Pva) -> None:
    pva.put("R:REFUSE", 1000)
    assert ioc.exit() == 0
    assert "the driver has shut down" in ioc.output
    assert "left behind" not in ioc.output
