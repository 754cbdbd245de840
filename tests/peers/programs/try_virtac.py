"""virtac: a corrector that is set moves the beam."""

import os
import sys

from started import LIMIT, Started, found

# virtac would serve on the address of the computer's name alone.
os.environ |= {
    "EPICS_CAS_INTF_ADDR_LIST": "127.0.0.1",
    "EPICS_CA_ADDR_LIST": "127.0.0.1",
    "EPICS_CA_AUTO_ADDR_LIST": "NO",
}
import cothread
from cothread.catools import FORMAT_TIME, caget, caput

CORRECTOR, BEAM = "SR01A-PC-HSTR-01", "SR01C-DI-EBPM-01:SA:X"


def shown(name: str) -> str:
    value = caget(name, timeout=LIMIT, format=FORMAT_TIME)
    return f"{float(value):.9g} {value.severity}"


def until(condition) -> bool:
    for _ in range(600):
        if condition():
            return True
        cothread.Sleep(0.1)
    return False


program = Started(sys.executable, "-P", "-m", "virtac", "-e", "I04")
program.until(">>> ")
names = (f"{CORRECTOR}:SETI", f"{CORRECTOR}:I", BEAM)
for name in names:
    found(f"{name} before", shown(name))
before = shown(BEAM)
for step in range(21):
    caput(f"{CORRECTOR}:SETI", 0.5 + step / 100, wait=True, timeout=LIMIT)
found("read back", until(lambda: abs(caget(f"{CORRECTOR}:I", timeout=LIMIT) - 0.7) < 1e-6))
found("moved", until(lambda: shown(BEAM) != before))
cothread.Sleep(5)
for name in names:
    found(f"{name} after", shown(name))
program.leave()
