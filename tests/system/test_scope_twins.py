"""The scope in Python and in C++, side by side in one IOC, with the same template: the same values."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT, Ioc, eventually

SOURCE = ROOT / "tests" / "behaviour" / "scope"
TEMPLATE = ROOT / "iocs" / "scopeIOC" / "scopeApp" / "Db" / "scope.template"
pytestmark = pytest.mark.python_host
TWINS = ("TWINS:PY:", "TWINS:CPP:")

SCRIPT = """
epicsEnvSet("PYTHONPATH", "{python}")
epicsEnvSet("EPICS_DB_INCLUDE_PATH", "{templates}")
dlload "{folder}/libcppScope.so"
dbLoadDatabase "{source}/cppScope.dbd"
cppScope_registerRecordDeviceDriver pdbbase
asynPythonDriverConfigure("PY", "scope")
cppScopeConfigure("CPP", 1000)
dbLoadRecords("scope.template", "P=TWINS:,R=PY:,PORT=PY,NPOINTS=1000")
dbLoadRecords("scope.template", "P=TWINS:,R=CPP:,PORT=CPP,NPOINTS=1000")
iocInit
echo up
"""


def told(option: str) -> list[str]:
    command = [sys.executable, "-m", "PythonDriver", option]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


@pytest.fixture(scope="module", autouse=True)
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("twins")
    library = folder / "libcppScope.so"
    words = ["c++", "-std=c++17", "-O2", "-shared", "-fPIC", *told("--cflags"), SOURCE / "cppScope.cpp", "-o", library]
    subprocess.run([*words, *told("--libs")], check=True)
    script = SCRIPT.format(
        python=TEMPLATE.parents[1] / "python", templates=TEMPLATE.parent, folder=folder, source=SOURCE
    )
    (folder / "st.cmd").write_text(script)
    ioc = Ioc(["st.cmd"], Path(folder))
    try:
        ioc.wait_for("(?m)^.*up$")
        yield
        assert ioc.exit() == 0
    finally:
        ioc.kill()


def get(pva: Any, name: str) -> list[Any]:
    """The value for each twin; of a record with choices the chosen text and all choices."""
    values = []
    for twin in TWINS:
        value = pva.get(twin + name)["value"]
        if hasattr(value, "choices"):
            value = (value.choices[value.index], list(value.choices))
        values.append(value)
    return values


def put(pva: Any, settings: dict[str, Any]) -> None:
    for name, value in settings.items():
        for twin in TWINS:
            pva.put(twin + name, value)


def shown(value: Any) -> Any:
    return value[0] if isinstance(value, tuple) else value


def equal(pva: Any, name: str) -> bool:
    python, cpp = get(pva, name)
    if isinstance(python, tuple):
        return bool(python == cpp)
    return np.shape(python) == np.shape(cpp) and bool(np.allclose(python, cpp, rtol=0, atol=1e-9))


# What every test begins with, and what differs between the twins where there is noise.
START = {
    "Run": "Run",
    "NoiseAmplitude": 0.0,
    "UpdateTime": 0.05,
    "TimePerDivSelect": "0.1 ms",
    "VoltOffset": 0.0,
    "TriggerDelay": 0.0,
    "VertGainSelect": "10",  # with the most volts per division that it has
}
RANDOM = {"Waveform_RBV", "MinValue_RBV", "MaxValue_RBV", "MeanValue_RBV"}


def readbacks() -> list[str]:
    names = re.findall(r'"\$\(P\)\$\(R\)(\w+_RBV)"', TEMPLATE.read_text())
    assert len(names) > 10
    return names


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, {"Run_RBV": "Running", "MaxPoints_RBV": 1000, "VertGain_RBV": 10}),
        ({"TimePerDivSelect": "0.5 ms"}, {"TimePerDiv_RBV": 0.0005}),
        ({"VoltOffset": 0.75, "TriggerDelay": 0.0002}, {"VoltOffset_RBV": 0.75, "TriggerDelay_RBV": 0.0002}),
        ({"VertGainSelect": "100"}, {"VertGain_RBV": 100, "VoltsPerDiv_RBV": 0.05}),
        ({"VertGainSelect": "1"}, {"VertGain_RBV": 1, "VoltsPerDivSelect_RBV": "2 V"}),
        ({"VoltsPerDivSelect": "0.2 V"}, {"VoltsPerDiv_RBV": 0.2, "VoltsPerDivSelect_RBV": "0.2 V"}),
        ({"Run": "Stop"}, {"Run_RBV": "Done"}),
        ({"NoiseAmplitude": 20.0}, {"NoiseAmplitude_RBV": 10}),
        ({"NoiseAmplitude": -1.0}, {"NoiseAmplitude_RBV": 0}),
    ],
    ids=str,
)
def test_every_value_is_the_same(pva: Any, settings: dict[str, Any], expected: dict[str, Any]) -> None:
    put(pva, START)
    eventually(lambda: equal(pva, "Waveform_RBV"))
    put(pva, settings)
    for name, value in expected.items():
        eventually(lambda name=name, value=value: all(shown(each) == value for each in get(pva, name)))
    noisy = settings.get("NoiseAmplitude", 0) > 0
    for name in set(readbacks()) - (RANDOM if noisy else set()):
        eventually(lambda name=name: equal(pva, name))


def test_noise_has_the_same_range(pva: Any) -> None:
    put(pva, {**START, "NoiseAmplitude": 2.0})
    for index in range(len(TWINS)):
        eventually(lambda index=index: 2.5 < get(pva, "MaxValue_RBV")[index] <= 3.0)
        eventually(lambda index=index: -3.0 <= get(pva, "MinValue_RBV")[index] < -2.5)
        # Mean of 1000 points, standard deviation 2 / sqrt(3) / sqrt(1000) and that of the sine's part.
        eventually(lambda index=index: abs(get(pva, "MeanValue_RBV")[index]) < 0.3)
