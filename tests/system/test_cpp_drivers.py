"""Drivers and clients in C++ and C, written as for asyn: built with the flags that the installation tells, loaded with
dlload, checked by themselves and by records over Channel Access. tests/drivers runs the same checks on asyn itself.
"""

import asyncio
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import DEADLINE, ROOT, Ioc, installed_flags

pytestmark = pytest.mark.python_host
SOURCES = ROOT / "tests" / "drivers"
EPICS_EPOCH = 631152000  # s after that of Unix
CLIENTS = [
    *("Scalars", "Arrays", "Strings", "Common", "Interrupts", "Manager", "Trace", "Find", "Classes", "Calls"),
    "NoShutdown",
]
CHECKS = [
    *(f"client{what} {port}" for port in ("EVERY", "BLOCKING") for what in CLIENTS),
    *("clientQueue BLOCKING", "clientShutdown DOOMED"),
    *("lowPortChecks LOW", "lowOctetChecks ONE", "lowStandardChecks STANDARD"),
]
# Ports of their own, that no check disturbs.
RECORDS = """
record(longout, "C:SET") { field(DTYP, "asynInt32") field(OUT, "@asyn(RECORDS,1)I32") }
record(longin, "C:DOUBLED") { field(DTYP, "asynInt32") field(INP, "@asyn(RECORDS,1)DOUBLED") field(SCAN, "I/O Intr") }
record(longin, "C:OTHER") { field(DTYP, "asynInt32") field(INP, "@asyn(RECORDS,0)DOUBLED") field(SCAN, "I/O Intr") }
record(longout, "C:COMMAND") { field(DTYP, "asynInt32") field(OUT, "@asyn(RECORDS,1)COMMAND") }
record(longin, "C:I32") { field(DTYP, "asynInt32") field(INP, "@asyn(RECORDS,1)I32") field(SCAN, "I/O Intr") field(TSE, -2) }
record(int64in, "C:I64") { field(DTYP, "asynInt64") field(INP, "@asyn(RECORDS,1)I64") field(SCAN, "I/O Intr") }
record(mbbiDirect, "C:BITS") { field(DTYP, "asynUInt32Digital") field(INP, "@asynMask(RECORDS,1,0xFF)BITS") field(SCAN, "I/O Intr") }
record(ai, "C:F64") { field(DTYP, "asynFloat64") field(INP, "@asyn(RECORDS,1)F64") field(SCAN, "I/O Intr") field(PREC, 3) }
record(stringin, "C:TEXT") { field(DTYP, "asynOctetRead") field(INP, "@asyn(RECORDS,1)TEXT") field(SCAN, "I/O Intr") }
record(waveform, "C:WAVE") { field(DTYP, "asynFloat64ArrayIn") field(INP, "@asyn(RECORDS,1)F64ARRAY") field(SCAN, "I/O Intr") field(FTVL, "DOUBLE") field(NELM, 10) }
record(waveform, "C:SETWAVE") { field(DTYP, "asynFloat64ArrayOut") field(INP, "@asyn(RECORDS,1)F64ARRAY") field(FTVL, "DOUBLE") field(NELM, 10) }
record(mbbi, "C:CHOICE") { field(DTYP, "asynInt32") field(INP, "@asyn(RECORDS,1)I32") field(SCAN, "I/O Intr") }
record(longin, "C:TICKS") { field(DTYP, "asynInt32") field(INP, "@asyn(RECORDS,0)TICKS") field(SCAN, "I/O Intr") field(TSE, -2) }
record(longout, "C:LOW") { field(DTYP, "asynInt32") field(OUT, "@asyn(LOWPV,1)VALUE") }
record(longin, "C:TWICE") { field(DTYP, "asynInt32") field(INP, "@asyn(LOWPV,1)TWICE") field(SCAN, "I/O Intr") }
record(ao, "C:SETRATIO") { field(DTYP, "asynFloat64") field(OUT, "@asyn(LOWPV,0)RATIO") }
record(ai, "C:RATIO") { field(DTYP, "asynFloat64") field(INP, "@asyn(LOWPV,0)RATIO") field(SCAN, "I/O Intr") }
record(stringin, "C:ECHO") { field(DTYP, "asynOctetCmdResponse") field(INP, "@asyn(LOWPV,0)hello") }
"""


def _compile(source: Path, folder: Path, flags: list[str]) -> Path:
    compiler = ["c++", "-std=c++17"] if source.suffix == ".cpp" else ["cc"]
    target = folder / (source.name + ".o")
    command = [*compiler, "-c", "-fPIC", "-Wall", "-Wextra", "-Werror", *flags, str(source), "-o", str(target)]
    subprocess.run(command, check=True)
    return target


# In C++ alone.
CPP_HEADERS = {"asynParamClient.h", "asynParamSet.h", "asynPortClient.h", "asynPortDriver.h"}


def test_headers_are_of_the_standards_that_drivers_are_written_in(tmp_path: Path) -> None:
    flags = installed_flags("--cflags")
    headers = [path.name for path in (ROOT / "asynPortApp" / "include").glob("*.h")]
    sources = {tmp_path / f"{name}.cpp": ["c++", "-std=c++03"] for name in headers}
    sources |= {tmp_path / f"{name}.c": ["cc", "-std=c89"] for name in set(headers) - CPP_HEADERS}

    def refused(source: Path, compiler: list[str]) -> str:
        source.write_text(f"#include <{source.stem}>\n")
        command = [*compiler, "-fsyntax-only", "-Wall", "-Werror", *flags, str(source)]
        return subprocess.run(command, capture_output=True, text=True, check=False).stderr

    with ThreadPoolExecutor(2) as pool:
        errors = "".join(pool.map(refused, sources, sources.values()))
    assert len(headers) > 40
    assert not errors


def test_a_driver_may_bring_asyns_macro_of_versions(tmp_path: Path) -> None:
    source = tmp_path / "macro.cpp"
    source.write_text(
        "#include <asynDriver.h>\n"
        "#define LT_EPICSBASE(V,R,M,P) (EPICS_VERSION_INT < VERSION_INT((V),(R),(M),(P)))\n"
        'static_assert(!LT_EPICSBASE(3,15,0,2), "older");\n'
    )
    _compile(source, tmp_path, installed_flags("--cflags"))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The drivers as a library."""
    folder = tmp_path_factory.mktemp("drivers")
    flags = installed_flags("--cflags")
    sources = [*SOURCES.glob("*.c"), *(path for path in SOURCES.glob("*.cpp") if path.name != "testDrivers.cpp")]
    with ThreadPoolExecutor(2) as pool:
        objects = list(pool.map(lambda source: _compile(source, folder, flags), sources))
    target = folder / "libdrivers.so"
    subprocess.run(["c++", "-shared", *map(str, objects), "-o", str(target), *installed_flags("--libs")], check=True)
    return target


@pytest.fixture(scope="module")
def drivers(library: Path) -> Iterator[Ioc]:
    """An IOC with ports of these drivers."""
    (library.parent / "st.cmd").write_text(
        f'dlload "{library}"\ndbLoadDatabase "{SOURCES}/drivers.dbd"\ndrivers_registerRecordDeviceDriver pdbbase\n'
        "everyInterfaceConfigure EVERY 2 0 0\neveryInterfaceConfigure BLOCKING 2 1 0\n"
        "everyInterfaceConfigure DOOMED 2 0 1\neveryInterfaceConfigure RECORDS 2 1 1\n"
        "everyInterfaceConfigure ENDING 2 1 1\n"
        "lowLevelConfigure LOW 2\nlowLevelConfigure LAYERED 2\nlowLevelConfigure ONE 1\nlowLevelConfigure LOWPV 2\n"
        "lowStandardConfigure STANDARD\n"
        'dbLoadRecords "drivers.db"\niocInit\necho up\n'
    )
    (library.parent / "drivers.db").write_text(RECORDS)
    ioc = Ioc(["st.cmd"], library.parent)
    try:
        ioc.wait_for("(?m)^up$")
        yield ioc
        assert ioc.exit() == 0
    finally:
        ioc.kill()


@pytest.mark.parametrize("command", CHECKS)
def test_every_rule_holds(drivers: Ioc, command: str) -> None:
    text = drivers.ask(command)
    assert not (failed := re.findall(r"FAILED .*", text)), "\n".join(failed)
    assert re.search("ok [a-zA-Z]", text), text


def test_a_layer_between(drivers: Ioc) -> None:
    """It stays on the port, which has no other checks."""
    assert "FAILED" not in (text := drivers.ask("lowInterposeChecks LAYERED")), text
    assert "ok layer found" in text


def test_records(drivers: Ioc) -> None:
    with asyncio.Runner() as runner:
        runner.run(_records())


async def _becomes(name: str, expected: object) -> None:
    import aioca

    deadline = asyncio.get_running_loop().time() + DEADLINE
    while True:
        value = await aioca.caget(name, timeout=DEADLINE)
        got = list(value) if getattr(value, "ndim", 0) else value
        if got == expected:
            return
        assert asyncio.get_running_loop().time() < deadline, f"{name}: {got}, expected {expected}"
        await asyncio.sleep(0.02)


async def _records() -> None:
    import aioca
    from clients import disconnect

    try:
        await aioca.caput("C:SET", 21, wait=True, timeout=DEADLINE)
        await _becomes("C:DOUBLED", 42)
        await _becomes("C:OTHER", 0)
        await aioca.caput("C:COMMAND", 1, wait=True, timeout=DEADLINE)
        for name, value in (("I32", 11), ("I64", 2.0**35), ("BITS", 0x5A), ("F64", 1.5), ("TEXT", "published")):
            await _becomes(f"C:{name}", value)
        stamped = await aioca.caget("C:I32", format=aioca.FORMAT_TIME, timeout=DEADLINE)
        assert stamped.timestamp == pytest.approx(EPICS_EPOCH + 1000000, abs=1)
        await aioca.caput("C:COMMAND", 2, wait=True, timeout=DEADLINE)
        await _becomes("C:WAVE", [0.25, -0.25, 0.125])
        await _becomes("C:CHOICE.ONST", "on")
        await aioca.caput("C:SETWAVE", [4.0, 5.0], wait=True, timeout=DEADLINE)
        await _becomes("C:WAVE", [4.0, 5.0])
        await aioca.caput("C:COMMAND", 3, wait=True, timeout=DEADLINE)
        await _becomes("C:I32.SEVR", 3)
        await aioca.caput("C:COMMAND", 5, wait=True, timeout=DEADLINE)
        await _becomes("C:I32.SEVR", 0)
        await aioca.caput("C:SET", 5000, wait=True, timeout=DEADLINE)
        await _becomes("C:SET.SEVR", 3)
        await aioca.caput("C:LOW", 4, wait=True, timeout=DEADLINE)
        await _becomes("C:TWICE", 8)
        await aioca.caput("C:SETRATIO", 0.75, wait=True, timeout=DEADLINE)
        await _becomes("C:RATIO", 0.75)
        await aioca.caput("C:ECHO.PROC", 1, wait=True, timeout=DEADLINE)
        await _becomes("C:ECHO", "hello")
    finally:
        disconnect()


def test_shell_commands_reach_the_drivers(drivers: Ioc) -> None:
    assert "everyInterface RECORDS with 2 addresses" in drivers.ask("asynReport 1 RECORDS")
    assert "lowLevel LOWPV" in drivers.ask("asynReport 1 LOWPV")
    drivers.ask("asynSetOption RECORDS 0 gain high")
    assert "gain=high" in drivers.ask("asynShowOption RECORDS 0 gain")


def test_a_time_stamp_source_of_the_drivers(drivers: Ioc) -> None:
    drivers.ask("asynRegisterTimeStampSource RECORDS driversTimeStamp")
    with asyncio.Runner() as runner:
        runner.run(_tick())
    drivers.ask("asynUnregisterTimeStampSource RECORDS")


async def _tick() -> None:
    import aioca
    from clients import disconnect

    try:
        await aioca.caput("C:COMMAND", 9, wait=True, timeout=DEADLINE)
        await _becomes("C:TICKS", 1)
        stamped = await aioca.caget("C:TICKS", format=aioca.FORMAT_TIME, timeout=DEADLINE)
        assert stamped.timestamp == EPICS_EPOCH + 12345678
    finally:
        disconnect()


def test_the_end_of_a_port(drivers: Ioc) -> None:
    """The driver's thread ends before its memory goes."""
    drivers.ask("asynShutdownPort ENDING")
    assert "ENDING" not in drivers.ask("asynReport 0")
    assert "is not known" in drivers.ask("asynShutdownPort ENDING")
