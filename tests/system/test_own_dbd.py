"""An IOC's own dbd, as the build of an application on asyn makes it: it names what this process has and what it has not."""

from pathlib import Path

import pytest
from conftest import StartIoc, installed_flags
from test_abi import compiled

pytestmark = pytest.mark.python_host
LIBRARY = """
#include <epicsExport.h>
#include <epicsStdio.h>
#include <iocsh.h>
static int own = 3;
static const iocshFuncDef definition = {"ownCommand", 0, nullptr, nullptr};
static void ownRegister()
{
    iocshRegister(&definition, [](const iocshArgBuf *) { epicsStdoutPrintf("own command, %d\\n", own); });
}
extern "C" {
epicsExportRegistrar(ownRegister);
epicsExportAddress(int, own);
}
"""
OF_ASYN = [*(f"asynInterpose{layer}Register" for layer in ("Flush", "Eos", "Delay", "Echo")), "asynRegister"]
DBD = "\n".join(
    [
        'include "base.dbd"',
        'include "asyn.dbd"',
        'device(ai, INST_IO, devAiThatIsNotThere, "Not There")',
        'device(ai, INST_IO, devAiThatIsNotThere, "Not There")',
        "driver(drvThatIsNotThere)",
        "driver(drvAsyn)",
        "function(functionThatIsNotThere)",
        "variable(variableThatIsNotThere, int)",
        "registrar(registrarThatIsNotThere)",
        *(f"registrar({name})" for name in OF_ASYN),
        "registrar(ownRegister)",
        "variable(own, int)",
    ]
)


def test_names_that_are_missing_are_reported_and_the_others_registered(start_ioc: StartIoc, tmp_path: Path) -> None:
    library = compiled(tmp_path, LIBRARY, "libown.so", *installed_flags("--cflags"), *installed_flags("--libs"))
    ioc = start_ioc(
        f'dlload "{library}"\n'
        "dbLoadDatabase own.dbd\nown_registerRecordDeviceDriver pdbbase\nown_registerRecordDeviceDriver pdbbase\n"
        'var own 7\nownCommand\nasynPythonDriverConfigure("OWN", "module")\niocInit\necho up\n',
        files={"own.dbd": DBD, "module.py": "from PythonDriver import PythonDriver\ndriver = PythonDriver()\n"},
    )
    ioc.wait_for("(?m)^up$")
    assert "own command, 7" in ioc.output
    missing = ["device(ai, devAi", "driver(drv", "function(function", "variable(variable", "registrar(registrar"]
    for start in missing:
        assert ioc.output.count(f"{start}ThatIsNotThere): a dbd file names it") == 1, ioc.output
    assert ioc.output.count("a dbd file names it") == 5, ioc.output
    assert "OWN" in ioc.ask("dbior drvAsyn 1")
    assert ioc.exit() == 0


def test_a_library_that_is_not_found_is_not_of_another_asyn(start_ioc: StartIoc) -> None:
    ioc = start_ioc("dlload libasynOfNobody.so\ndlload ./libasynOfNobody.so\ndlload asyn/libother.so\necho up\n")
    ioc.wait_for("(?m)^up$")
    assert ioc.output.count("cannot open shared object file") == 3
    assert "built for another asyn" not in ioc.output
    assert ioc.exit() == 0
