"""What the installation carries: templates, and what a C++ driver's build needs."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import StartIoc, eventually

pytestmark = pytest.mark.python_host

DRIVER = """
#include <asynPortDriver.h>
#include <epicsExport.h>
#include <iocsh.h>

class Twice : public asynPortDriver {
public:
    explicit Twice(const char *name)
        : asynPortDriver(name, 1, asynInt32Mask | asynDrvUserMask, asynInt32Mask, 0, 1, 0, 0)
    {
        createParam("IN", asynParamInt32, &in);
        createParam("TWICE", asynParamInt32, &twice);
    }
    asynStatus writeInt32(asynUser *user, epicsInt32 value) override
    {
        setIntegerParam(twice, 2 * value);
        return asynPortDriver::writeInt32(user, value);
    }
    int in, twice;
};

static const iocshArg name = {"port", iocshArgString};
static const iocshArg *const arguments[] = {&name};
static const iocshFuncDef definition = {"twiceConfigure", 1, arguments, nullptr};
static void twiceRegister()
{
    iocshRegister(&definition, [](const iocshArgBuf *a) { new Twice(a[0].sval); });
}
extern "C" { epicsExportRegistrar(twiceRegister); }
"""

RECORDS = """
record(longout, "T:IN") { field(DTYP, "asynInt32") field(OUT, "@asyn(CPP)IN") }
record(longin, "T:TWICE") { field(DTYP, "asynInt32") field(INP, "@asyn(CPP)TWICE") field(SCAN, "I/O Intr") }
"""


def told(option: str) -> str:
    command = [sys.executable, "-m", "PythonDriver", option]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_a_cpp_driver_is_built_and_loaded(start_ioc: StartIoc, tmp_path: Path) -> None:
    (tmp_path / "twice.cpp").write_text(DRIVER)
    (tmp_path / "twice.dbd").write_text("registrar(twiceRegister)\n")
    flags = told("--cflags").split()
    subprocess.run(
        ["c++", "-std=c++17", "-shared", "-fPIC", *flags, "twice.cpp", "-o", "libtwice.so", *told("--libs").split()],
        cwd=tmp_path,
        check=True,
    )
    ioc = start_ioc(
        f'dlload "{tmp_path}/libtwice.so"\ndbLoadDatabase "twice.dbd"\ntwice_registerRecordDeviceDriver pdbbase\n'
        'twiceConfigure CPP\ndbLoadRecords "twice.db"\niocInit\necho up\n',
        files={"twice.db": RECORDS},
    )
    ioc.wait_for("up\n")
    ioc.ask("dbpf T:IN 21")
    eventually(lambda: "DBF_LONG:           42" in ioc.ask("dbgf T:TWICE"))
    assert ioc.exit() == 0


MODULE = """
from PythonDriver import PythonDriver
class D(PythonDriver):
    def __init__(self):
        self.early = 2.5
    def write(self, reason, value):
        super().write(reason, value)
        if reason == "COUNT" and self.count != self.number:
            raise AssertionError("two names of one parameter differ")
driver = D()
"""


def test_the_templates_make_attributes_without_db(start_ioc: StartIoc) -> None:
    """Records that no __db__ names become attributes at iocInit; what was assigned before is theirs."""
    load = "".join(
        f'dbLoadRecords("{template}.template", "P=T:,R={"" if pyname.upper() == name else "2"},NAME={name},PORT=P1,PARAM={name},PYNAME={pyname}")\n'
        for template, name, pyname in (
            ("asynPythonFloat64", "EARLY", "early"),
            ("asynPythonInt32", "COUNT", "count"),
            ("asynPythonOctet", "TEXT", "text"),
            ("asynPythonFloat64Array", "WAVE", "wave"),
            ("asynPythonInt32", "COUNT", "number"),
        )
    )
    ioc = start_ioc(
        f'epicsEnvSet("EPICS_DB_INCLUDE_PATH", "{told("--db")}")\n'
        f'asynPythonDriverConfigure("P1", "d")\n{load}iocInit\necho up\n',
        modules={"d": MODULE},
    )
    ioc.wait_for("up\n")
    assert "2.5" in ioc.ask("dbgf T:EARLY")
    ioc.ask("dbpf T:TEXT hello")
    eventually(lambda: '"hello"' in ioc.ask("dbgf T:TEXT_RBV"))
    ioc.ask("dbpf T:COUNT 3")
    eventually(lambda: "DBF_LONG:           3" in ioc.ask("dbgf T:COUNT_RBV"))
    assert ioc.exit() == 0
