"""The scope IOC over Channel Access and PVAccess."""

import asyncio
import re
import time
from collections.abc import Coroutine, Iterator
from typing import Any, TypeVar

import numpy as np
import pytest
from conftest import DEADLINE, SCOPE, Ioc, eventually

pytestmark = pytest.mark.usefixtures("scope_ioc")
PREFIX = "MTEST:SCOPE:"
T = TypeVar("T")


@pytest.fixture(scope="module", autouse=True)
def channel_access(scope_ioc: Ioc) -> Iterator[None]:
    """One event loop for all of Channel Access, closed before the IOC ends."""
    with asyncio.Runner() as runner:
        loop.append(runner)
        yield
        runner.run(_purge())
        loop.clear()


loop: list[asyncio.Runner] = []


async def _purge() -> None:
    from clients import disconnect

    disconnect()


def ca(work: Coroutine[Any, Any, T]) -> T:
    return loop[0].run(work)


async def caget(name: str, **options: Any) -> Any:
    import aioca

    return await aioca.caget(PREFIX + name, timeout=DEADLINE, **options)


async def caput(name: str, value: Any) -> None:
    import aioca

    await aioca.caput(PREFIX + name, value, wait=True, timeout=DEADLINE)


def pvget(pva: Any, name: str) -> Any:
    return pva.get(PREFIX + name)["value"]


def test_waveform_is_a_sine_of_1_khz(pva: Any) -> None:
    pva.put(PREFIX + "NoiseAmplitude", 0.0)
    eventually(lambda: pvget(pva, "NoiseAmplitude_RBV") == 0.0)
    divisions = fresh(pva)
    volts = (divisions - 5) * pvget(pva, "VoltsPerDiv_RBV")
    seconds = np.linspace(0, 10 * pvget(pva, "TimePerDiv_RBV"), 1000)
    assert volts == pytest.approx(np.sin(2 * np.pi * 1000 * seconds), abs=1e-9)
    assert pvget(pva, "TimeBase_RBV") == pytest.approx(np.linspace(0, 10, 1000))


def fresh(pva: Any) -> Any:
    """A waveform that was taken after this call: the second of those that come."""
    for _ in range(2):
        before = taken(pva)[0]
        eventually(lambda before=before: taken(pva)[0] != before)
    return taken(pva)[1]


def taken(pva: Any) -> tuple[tuple[int, int], Any]:
    """The newest waveform, and when it was taken."""
    value = pva.get(PREFIX + "Waveform_RBV")
    stamp = value["timeStamp"]
    return (stamp["secondsPastEpoch"], stamp["nanoseconds"]), value["value"]


def test_noise_and_offset_show(pva: Any) -> None:
    pva.put(PREFIX + "NoiseAmplitude", 2.0)
    eventually(lambda: pvget(pva, "MaxValue_RBV") > 2.0)
    pva.put(PREFIX + "NoiseAmplitude", 0.0)
    eventually(lambda: pvget(pva, "MaxValue_RBV") <= 1.0)
    before = fresh(pva)
    pva.put(PREFIX + "VoltOffset", 1.0)
    eventually(lambda: pvget(pva, "VoltOffset_RBV") == 1.0)
    after = fresh(pva)
    assert after - before == pytest.approx(np.full(1000, 1.0 / pvget(pva, "VoltsPerDiv_RBV")))
    eventually(lambda: pvget(pva, "MeanValue_RBV") == pytest.approx(1.0, abs=0.01))
    eventually(lambda: pvget(pva, "MinValue_RBV") == pytest.approx(0.0, abs=0.01))
    pva.put(PREFIX + "VoltOffset", 0.0)


def test_run_and_stop_over_channel_access() -> None:
    async def taken() -> float:
        import aioca

        return float((await caget("Waveform_RBV", format=aioca.FORMAT_TIME)).timestamp)

    async def work() -> None:
        await caput("Run", "Stop")
        deadline = time.monotonic() + DEADLINE
        while await caget("Run_RBV") != 0:
            assert time.monotonic() < deadline
        while True:  # an acquisition that was under way may still come
            last = await taken()
            await asyncio.sleep(1.2)  # more than two update times
            if await taken() == last:
                break
            assert time.monotonic() < deadline
        await caput("Run", "Run")
        deadline = time.monotonic() + DEADLINE
        while await taken() == last or await caget("Run_RBV", datatype=str) != "Running":
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)

    ca(work())


def test_waveform_arrives_at_the_update_time() -> None:
    """By the IOC's clock; later where the machine is busy, but not each time."""

    async def work() -> None:
        import aioca

        await caput("UpdateTime", 0.1)
        stamps: list[float] = []
        subscription = aioca.camonitor(
            PREFIX + "Waveform_RBV",
            lambda value: stamps.append(value.timestamp),
            format=aioca.FORMAT_TIME,
            all_updates=True,
        )
        deadline = time.monotonic() + DEADLINE
        while len(stamps) < 21:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
        subscription.close()
        passed = np.diff(stamps[2:])
        assert min(passed) < 0.3, "it is the 0.5 s of before"
        assert np.mean(passed) > 0.02, "it is no time at all"
        await caput("UpdateTime", 0.5)

    ca(work())


def test_gain_rewrites_the_choices(pva: Any) -> None:
    def choices(name: str) -> list[str]:
        return list(pva.get(PREFIX + name)["value.choices"])

    for gain, expected in (
        ("1", ["0.1 V", "0.2 V", "0.5 V", "1 V", "2 V"]),
        ("100", ["0.01 V", "0.02 V", "0.05 V"]),
        ("10", ["0.1 V", "0.2 V", "0.5 V", "1 V"]),
    ):
        ca(caput("VertGainSelect", gain))
        for name in ("VoltsPerDivSelect", "VoltsPerDivSelect_RBV"):
            eventually(lambda name=name, expected=expected: choices(name) == expected)
        assert pvget(pva, "VertGain_RBV") == float(gain)
    ca(caput("VoltsPerDivSelect", "0.5 V"))
    eventually(lambda: pvget(pva, "VoltsPerDiv_RBV") == 0.5)
    assert ca(caget("VoltsPerDivSelect_RBV", datatype=str)) == "0.5 V"
    assert ca(caget("VoltsPerDivSelect.TWVL")) == 500


def test_a_setting_arrives_at_its_readback(pva: Any) -> None:
    for value in (0.25, 0.75, 0.0):
        ca(caput("TriggerDelay", value))
        eventually(lambda value=value: pvget(pva, "TriggerDelay_RBV") == value)


def test_monitor_on_rand(pva: Any) -> None:
    values: list[float] = []
    subscription = pva.monitor("RAND", lambda value: values.append(float(value["value"])))
    eventually(lambda: len(set(values)) >= 3)
    subscription.close()
    assert all(0 <= value < 1 for value in values)


def test_outputs_start_with_the_drivers_values_and_no_alarm(pva: Any) -> None:
    for name in ("Run", "NoiseAmplitude", "VertGainSelect", "TimePerDivSelect"):
        assert pva.get(PREFIX + name)["alarm.severity"] == 0, name


def test_every_pv_of_the_screen_exists(scope_ioc: Ioc) -> None:
    screen = (SCOPE / "scopeApp" / "op" / "adl" / "testAsynPortDriver.adl").read_text()
    names = set(re.findall(r'"\$\(P\)\$\(R\)([^"]+)"', screen))
    template = (SCOPE / "scopeApp" / "Db" / "scope.template").read_text()
    assert names == set(re.findall(r'"\$\(P\)\$\(R\)([^"]+)"', template))
    known = scope_ioc.ask("dbl")
    for name in names:
        assert re.search(rf"(?m)^.*{re.escape(PREFIX + name)}$", known), name


SEED_TEMPLATE = """record(ai, "RAND")
{
    field (DTYP, "asynFloat64")
    field (INP,  "@asyn($(PORT),$(ADDR),$(TIMEOUT))RAND")
    field (PREC, "4")
    field (SCAN, "I/O Intr")
    info  (pyname, "rand")
}
"""

SEED_MODULE = """import time
import random
import threading
from PythonDriver import PythonDriver

class TestPythonDriver(PythonDriver):
    __db__ = "test.template"
    def __init__(self):
        self.tid = threading.Thread(target=self.simTask)
        self.tid.start()

    def simTask(self):
        while True:
            self.rand = random.random()
            self.update()
            time.sleep(1)

# create an instance
driver = TestPythonDriver()
"""


def test_the_published_example_is_there_letter_for_letter() -> None:
    """The IOC of these tests runs it: test_monitor_on_rand."""
    assert (SCOPE / "scopeApp" / "python" / "test.py").read_text() == SEED_MODULE
    assert (SCOPE / "scopeApp" / "Db" / "test.template").read_text() == SEED_TEMPLATE
