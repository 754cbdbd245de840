"""softioc.devIocStats: the records, what they show, and SYSRESET."""

import asyncio
import os
import re
import time
from typing import Any

import pytest
from clients import Pva, client
from conftest import DEADLINE, eventually
from softioc_script import SHELL, Scripts, scripts

__all__ = ["scripts"]
pytestmark = pytest.mark.python_host

# As of devIocStats' own database for soft IOCs.
QUEUES = ("SCANONCE", "CBLOW", "CBMEDIUM", "CBHIGH")
NAMES = {
    *"ACCESS APP_DIR APP_DIR1 APP_DIR2 CA_CLNT_CNT CA_CONN_CNT CA_UPD_TIME CB_Q_SIZE CPU_CNT ENGINEER".split(),
    *"EPICS_VERS EPICS_VERSION FD_CNT FD_FREE FD_MAX FD_UPD_TIME HEARTBEAT HOSTNAME IOC_CPU_LOAD".split(),
    *"KERNEL_VERS LOAD LOAD_UPD_TIME LOCATION MEM_FREE MEM_MAX MEM_UPD_TIME MEM_USED PARENT_ID".split(),
    *"PROCESS_ID READACF RECORD_CNT SCANONCE_Q_SIZE STARTTOD START_CNT ST_SCRIPT ST_SCRIPT1 ST_SCRIPT2".split(),
    *"PVA_CLNT_CNT PVA_CONN_CNT".split(),  # which devIocStats has not
    *"SUSP_TASK_CNT SYSRESET SYS_CPU_LOAD SysReset TOD UPTIME".split(),
    *(f"{queue}_Q_{name}" for queue in QUEUES for name in ("USED", "USEDPER", "HIGH", "HIGHPER", "OVERRUNS")),
}
STATS = "softioc.devIocStats({prefix!r} + '-ST')\n"


def stats(scripts: Scripts) -> str:
    return STATS.format(prefix=scripts.prefix)


def get(prefix: str, names: list[str], format_: int = 0) -> dict[str, Any]:
    import aioca

    async def main() -> dict[str, Any]:
        full = [f"{prefix}-ST:{name}" for name in names]
        return dict(zip(names, await aioca.caget(full, timeout=DEADLINE, format=format_), strict=True))

    return client(main)


def test_all_records_are_there_and_make_sense(scripts: Scripts) -> None:
    import aioca

    os.environ["ENGINEER"] = "E. Owner"
    try:
        ioc = scripts.run(stats(scripts) + "builder.longIn('MINE')\n")
    finally:
        del os.environ["ENGINEER"]
    ioc.command("softioc.dbl()")
    ioc.wait_for(f"{scripts.prefix}:MINE\n")
    eventually(lambda: set(re.findall(rf"{scripts.prefix}-ST:(\w+)\n", ioc.output)) == NAMES)
    eventually(lambda: get(scripts.prefix, ["RECORD_CNT"])["RECORD_CNT"] == len(NAMES) + 1)  # aliases are counted, too
    values = get(scripts.prefix, sorted(NAMES))
    assert values["PROCESS_ID"] == ioc.process.pid
    assert values["PARENT_ID"] == os.getpid()
    assert values["HOSTNAME"] == os.uname().nodename[:39]
    assert values["KERNEL_VERS"] == f"Linux {os.uname().release}"[:39]
    assert values["EPICS_VERS"].startswith("EPICS 7.")
    assert (values["ENGINEER"], values["LOCATION"]) == ("E. Owner", "")
    assert values["CPU_CNT"] == os.cpu_count()
    assert 1e6 < values["MEM_USED"] < values["MEM_MAX"]
    assert 0 < values["MEM_FREE"] < values["MEM_MAX"]
    assert values["FD_CNT"] > 3
    files = ["FD_MAX", "FD_CNT", "FD_FREE"]  # one after the other, also while a client reads them
    eventually(lambda: (now := get(scripts.prefix, files))["FD_MAX"] == now["FD_CNT"] + now["FD_FREE"])
    assert all(0 <= values[name] <= 100 for name in ("SYS_CPU_LOAD", "IOC_CPU_LOAD", "LOAD"))
    assert bytes(values["APP_DIR"]).rstrip(b"\0").decode() == str(scripts.folder)[:255]
    assert values["APP_DIR1"] + values["APP_DIR2"] == str(scripts.folder)[:78]
    assert values["ST_SCRIPT1"] == "ioc.py"
    assert (values["SCANONCE_Q_SIZE"], values["CB_Q_SIZE"]) == (1000, 2000)
    assert values["SUSP_TASK_CNT"] == 0 and values["START_CNT"] == 1 and values["ACCESS"] == 0
    for name in ("TOD", "STARTTOD"):
        assert abs(time.mktime(time.strptime(values[name], "%m/%d/%Y %H:%M:%S")) - time.time()) < 100
    assert re.fullmatch(r"00:0\d:\d\d", values["UPTIME"])
    controls = get(scripts.prefix, ["SYS_CPU_LOAD", "MEM_FREE", "CA_CLNT_CNT"], aioca.FORMAT_CTRL)
    assert [value.units for value in controls.values()] == ["%", "byte", ""]
    assert (controls["SYS_CPU_LOAD"].upper_warning_limit, controls["SYS_CPU_LOAD"].upper_alarm_limit) == (70, 80)
    beat = values["HEARTBEAT"]
    eventually(lambda: get(scripts.prefix, ["HEARTBEAT"])["HEARTBEAT"] >= beat + 2)
    assert ioc.exit() == 0


def test_clients_are_counted_by_the_period_that_an_operator_sets(scripts: Scripts) -> None:
    import aioca

    load = "builder.LoadDatabase()\n" + stats(scripts)  # which works after it, too
    ioc = scripts.start(f"r = builder.longIn('MINE')\n{load}softioc.iocInit()\nprint('up')\n{SHELL}")
    ioc.wait_until_up()
    assert get(scripts.prefix, ["MEM_UPD_TIME"])["MEM_UPD_TIME"] == 10
    name = f"{scripts.prefix}-ST:CA_UPD_TIME"

    async def main() -> None:
        await aioca.caput(name, 0, wait=True, timeout=DEADLINE)  # DRVL makes it 1
        assert await aioca.caget(name, timeout=DEADLINE) == 1
        counts = [f"{scripts.prefix}-ST:CA_{what}_CNT" for what in ("CLNT", "CONN")]
        deadline = time.monotonic() + DEADLINE
        while (now := await aioca.caget(counts, timeout=DEADLINE))[0] < 1 or now[1] < 3:
            assert time.monotonic() < deadline, now
            await asyncio.sleep(0.1)

    client(main)
    with Pva() as pva:
        seen: list[float] = []
        for channel in ("PVA_CLNT_CNT", "PVA_CONN_CNT"):
            pva.monitor(f"{scripts.prefix}-ST:{channel}", seen.append)
        eventually(
            lambda: get(scripts.prefix, ["PVA_CLNT_CNT", "PVA_CONN_CNT"]) == {"PVA_CLNT_CNT": 1, "PVA_CONN_CNT": 2}
        )
    ioc.command("print(r.name)")
    ioc.wait_for(f"{scripts.prefix}:MINE\n")
    assert ioc.exit() == 0


@pytest.mark.parametrize("name", ["SYSRESET", "SysReset.PROC"])
def test_sysreset_ends_the_process_in_good_order(scripts: Scripts, name: str) -> None:
    import aioca

    records = "import atexit\nfrom softioc import autosave\nautosave.configure('.', 'saved', 1000)\n"
    records += "builder.longOut('LO', initial_value=3, autosave=True)\natexit.register(print, 'good', 'bye')\n"
    ioc = scripts.run(stats(scripts) + records)
    client(lambda: aioca.caput(f"{scripts.prefix}-ST:{name}", 1, timeout=DEADLINE))
    assert ioc.finish() == 0, ioc.output
    assert "good bye" in ioc.output
    assert (scripts.folder / "saved.softsav").read_text() == f"{scripts.prefix}:LO: 3\n"


def test_readacf_reads_the_rules_anew(scripts: Scripts) -> None:
    import aioca

    path = scripts.folder / "own.acf"
    path.write_text("ASG(DEFAULT) { RULE(1, READ) RULE(1, WRITE) }\n")
    ioc = scripts.run("softioc.iocsh('asSetFilename own.acf')\n" + stats(scripts) + "builder.longOut('LO')\n")
    path.write_text("ASG(DEFAULT) { RULE(1, READ) }\n")

    async def main() -> None:
        await aioca.caput(f"{scripts.prefix}-ST:READACF", 1, timeout=DEADLINE)
        deadline = time.monotonic() + DEADLINE
        while (await aioca.caput(f"{scripts.prefix}:LO", 1, wait=True, timeout=DEADLINE, throw=False)).ok:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)

    client(main)
    assert ioc.exit() == 0


def test_what_is_wrong_is_said(scripts: Scripts) -> None:
    records = """
def say(name):
    try: softioc.devIocStats(name)
    except (ValueError, RuntimeError) as error: print("refused:", error)
for name in ("", "a b", 'a"', "a\\n", {name!r}, {name!r}):
    say(name)
"""
    ioc = scripts.run(records.replace("{name!r}", repr(scripts.prefix)), "say('another')\n")
    assert ioc.exit() == 0
    assert ioc.output.count("refused: devIocStats: expected a name without quotes, backslashes and spaces, got ") == 4
    assert ioc.output.count(f"refused: record {scripts.prefix}:CA_CLNT_CNT is there already") == 1
    assert ioc.output.count("refused: devIocStats must be called before iocInit") == 1


def test_uptime_is_written_with_days(scripts: Scripts) -> None:
    output = scripts.say(
        "from softioc._ioc_stats import uptime\nprint(*map(uptime, (0, 59.9, 86399, 86400, 200000)), sep='; ')\n"
    )
    assert "00:00:00; 00:00:59; 23:59:59; 1 day, 00:00:00; 2 days, 07:33:20\n" in output
