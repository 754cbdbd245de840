"""dls-va-ioc-sim with pumps, gauges, a valve and an RGA: its records, and puts to a valve."""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

from started import Started, found

os.environ |= {"EPICS_CA_SERVER_PORT": "5064", "EPICS_CA_REPEATER_PORT": "5065"}
import aioca  # which reads them

DEVICES = """<components arch="linux-x86_64">
 <digitelMpc.digitelMpc name="MPC" device="SR03C-VA-IONP-01"/>
 <digitelMpc.digitelMpcIonp name="PUMP" device="SR03C-VA-IONP-02" MPC="MPC" pump="1" size="500"/>
 <mks937b.mks937b name="GAUGE" device="SR03C-VA-GAUGE-01"/>
 <SR-VA.gaugeSet dom="SR03C" gc_no="01" id_a="01" id_b="02"/>
 <dlsPLC.vacValveDebounce name="VALVE" device="SR03C-VA-VALVE-01"/>
 <rgamv2.rgamv2 name="RGA" device="SR03C-VA-RGA-01"/>
</components>
"""
VALVE = "SR99C-VA-VALVE-01"


async def look(names: list[str]) -> None:
    values = await aioca.caget(names, timeout=30, throw=False, format=aioca.FORMAT_CTRL)
    for name, value in zip(names, values, strict=True):
        # Not its value, which the simulation makes.
        shown = [type(value).__name__, value.severity, value.status, getattr(value, "enums", "")] if value.ok else value
        found(name, shown)
    for value in (1, 0):
        done = await aioca.caput(f"{VALVE}:CON", value, wait=True, timeout=10, throw=False)
        found(f"put {VALVE}:CON {value}", done.ok)
        await asyncio.sleep(3)
        found(f"{VALVE}:STA after {value}", await aioca.caget(f"{VALVE}:STA", timeout=10, datatype=str))
    aioca.purge_channel_caches()


with tempfile.TemporaryDirectory() as folder:
    (Path(folder) / "SR03C-VA-IOC-01.xml").write_text(DEVICES)
    program = Started(
        str(Path(sys.executable).with_name("dls-va-ioc-sim")), "run", "SR03C-VA-IOC-01.xml", folder=folder
    )
    program.until(">>> ")
    time.sleep(2)  # of the simulation
    records = sorted(name for name in program.ask("dbl()") if name.startswith("SR99C"))
    found("records", len(records))
    asyncio.run(look(records))
    program.leave()
