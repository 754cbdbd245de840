"""A driver that was built for something else is refused with a message, and the IOC goes on."""

import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import StartIoc
from test_install import DRIVER, told

pytestmark = pytest.mark.python_host

# Another asyn: the names of its API, and a class of another layout.
OTHER_HEADER = """
struct asynManager { void *(*createAsynUser)(); };
extern "C" asynManager *pasynManager;
class asynPortDriver {
public:
    asynPortDriver(const char *, int, int, int, int, int, int, int);
    virtual ~asynPortDriver();
    virtual void another();
    long more[100];
};
"""
OTHER_LIBRARY = """
#include "other.h"
static void *none() { return nullptr; }
static asynManager table = {none};
extern "C" { asynManager *pasynManager = &table; }
asynPortDriver::asynPortDriver(const char *, int, int, int, int, int, int, int) {}
asynPortDriver::~asynPortDriver() {}
void asynPortDriver::another() {}
"""
OTHER_DRIVER = """
#include "other.h"
#include <epicsExport.h>
#include <iocsh.h>
class Foreign : public asynPortDriver {
public:
    explicit Foreign(const char *name) : asynPortDriver(name, 1, 0, 0, 0, 1, 0, 0) {}
    void another() override { pasynManager->createAsynUser(); }
};
static const iocshArg name = {"port", iocshArgString};
static const iocshArg *const arguments[] = {&name};
static const iocshFuncDef definition = {"foreignConfigure", 1, arguments, nullptr};
static void foreignRegister()
{
    iocshRegister(&definition, [](const iocshArgBuf *a) { (new Foreign(a[0].sval))->another(); });
}
extern "C" { epicsExportRegistrar(foreignRegister); }
"""
FLAGS = "python -m PythonDriver --cflags --libs"


def compiled(folder: Path, source: str, target: str, *flags: str) -> Path:
    (folder / "source.cpp").write_text(source)
    command = ["c++", "-std=c++17", "-shared", "-fPIC", "source.cpp", "-o", target, *flags]
    subprocess.run(command, cwd=folder, check=True)
    return folder / target


def refusal(start_ioc: StartIoc, library: Path, *commands: str) -> str:
    """What the IOC says when it loads the library; it lives on and ends well."""
    script = [f'dlload "{library}"', *commands, "iocInit", "echo up", ""]
    ioc = start_ioc("\n".join(script))
    ioc.wait_for("(?m)^up$")
    assert "asynReport" in ioc.ask("help asynReport")
    assert ioc.exit() == 0, ioc.output
    return ioc.output


def test_a_driver_for_the_other_std_string(start_ioc: StartIoc, tmp_path: Path) -> None:
    flags = [flag for flag in told("--cflags").split() if "GLIBCXX" not in flag]
    library = compiled(
        tmp_path,
        DRIVER,
        "libtwice.so",
        "-D_GLIBCXX_USE_CXX11_ABI=1",
        *flags,
        *told("--libs").split(),
    )
    said = refusal(start_ioc, library)
    assert "asynPort_GLIBCXX_USE_CXX11_ABI_1" in said and FLAGS in said


@pytest.mark.parametrize(
    ("line", "other", "symbol"),
    [
        ("#define ASYN_ABI 1", "#define ASYN_ABI 2", "asynPort_ABI_2_EPICS_7_0_"),
        ("EPICS_REVISION, EPICS_MODIFICATION", "EPICS_REVISION, 99", "asynPort_ABI_1_EPICS_7_0_99"),
    ],
)
def test_a_driver_for_another_version(start_ioc: StartIoc, tmp_path: Path, line: str, other: str, symbol: str) -> None:
    """Of this library, or of EPICS Base."""
    own = next(flag for flag in told("--cflags").split() if "PythonDriver" in flag)[2:]
    shutil.copytree(own, tmp_path / "include")
    header = tmp_path / "include" / "asynAbi.h"
    text = header.read_text()
    assert line in text
    header.write_text(text.replace(line, other))
    flags = [f"-I{tmp_path / 'include'}", *told("--cflags").split(), *told("--libs").split()]
    said = refusal(start_ioc, compiled(tmp_path, DRIVER, "libtwice.so", *flags))
    assert symbol in said and FLAGS in said


@pytest.fixture
def foreign(tmp_path: Path) -> Path:
    """A driver for another asyn, linked with it."""
    epics = [flag for flag in told("--cflags").split() if "PythonDriver" not in flag]
    (tmp_path / "other.h").write_text(OTHER_HEADER)
    compiled(tmp_path, OTHER_LIBRARY, "libasyn.so")
    return compiled(
        tmp_path,
        OTHER_DRIVER,
        "libforeign.so",
        *epics,
        f"-L{tmp_path}",
        "-lasyn",
        f"-Wl,-rpath,{tmp_path}",
    )


def test_a_driver_for_another_asyn_that_is_not_there(start_ioc: StartIoc, foreign: Path) -> None:
    foreign.with_name("libasyn.so").unlink()
    said = refusal(start_ioc, foreign)
    assert "libasyn.so" in said and FLAGS in said


def test_a_driver_for_an_asyn_that_nobody_links(start_ioc: StartIoc, tmp_path: Path, foreign: Path) -> None:
    epics = [flag for flag in told("--cflags").split() if "PythonDriver" not in flag]
    said = refusal(start_ioc, compiled(tmp_path, OTHER_DRIVER, "libunlinked.so", *epics))
    assert "pasynManager" in said and FLAGS in said


def test_a_driver_that_brings_another_asyn(start_ioc: StartIoc, tmp_path: Path, foreign: Path) -> None:
    (tmp_path / "foreign.dbd").write_text("registrar(foreignRegister)\n")
    said = refusal(
        start_ioc,
        foreign,
        f'dbLoadDatabase "{tmp_path}/foreign.dbd"',
        "foreign_registerRecordDeviceDriver pdbbase",
        "foreignConfigure FOREIGN",
        "asynReport 0 FOREIGN",
    )
    assert "is built for another asyn" in said and str(tmp_path / "libasyn.so") in said and FLAGS in said
    assert "port FOREIGN: its driver was built for another asyn" in said
    assert "port FOREIGN is not known" in said


def test_a_library_that_is_not_there(start_ioc: StartIoc, tmp_path: Path) -> None:
    """A folder's name says nothing of what a library was built for."""
    said = refusal(start_ioc, tmp_path / "asynDrivers" / "libnothing.so")
    assert "libnothing.so" in said and FLAGS not in said
