"""The names that programs written for pythonSoftIOC use, beside those that its documents have."""

import subprocess
from pathlib import Path

import pytest
from clients import get
from conftest import SCRIPT_COMMAND, eventually
from softioc_script import Scripts, scripts

__all__ = ["scripts"]
pytestmark = pytest.mark.python_host

SCRIPT = """
import ctypes
import softioc as package
from softioc import autosave, device, device_core, fields, imports
from softioc.asyncio_dispatcher import AsyncioDispatcher
from softioc.pythonSoftIoc import PythonDevice, RecordWrapper

log = []
imports.callbackSetQueueSize(4000)
ao = builder.aOut("AO", initial_value=1, EGU="m", PREC=2, on_update=log.append)
ai = builder.aIn("AI", initial_value=2.5)
wave = builder.WaveformOut("WAVE", length=4, datatype=np.int32)
maker = PythonDevice.longin("MAKER", SCAN="Passive", initial_value=7)
before = device.dispatcher, device.blocking, builder.SetBlocking(False)
"""


def test_modules_and_their_names(scripts: Scripts) -> None:
    ioc = scripts.run(SCRIPT)
    prefix = scripts.prefix
    assert ioc.ask("before") == "(None, False, False)"
    assert ioc.ask("[type(r).__name__ for r in (ao, ai, wave, maker)]") == "['ao', 'ai', 'waveform_out', 'longin']"
    assert ioc.ask("all(isinstance(r, RecordWrapper) for r in (ao, ai, wave, maker))") == "True"
    assert ioc.ask("isinstance(ao, device.ao), isinstance(ao, device.ProcessDeviceSupportOut)") == "(True, True)"
    assert ioc.ask(f"device_core.LookupRecord('{prefix}:AO') is ao, len(device_core.LookupRecordList())") == "(True, 4)"
    assert ioc.ask("callable(device.dispatcher), ao._name") == repr((True, f"{prefix}:AO"))
    assert ioc.ask("isinstance(builder.PythonDevice, PythonDevice)") == "True"
    assert ioc.ask("builder.to_epics_str_array(['a', b'b', 3]).tolist()") == "[b'a', b'b', b'3']"
    assert ioc.ask("str(builder.to_epics_str_array(['é']).dtype)") == "'|S40'"
    assert ioc.ask("package.__version__.split('.')[0], package.__all__") == "('4', ['__version__'])"
    assert ioc.ask("fields.DBR_STRING, fields.DBR_ENUM, fields.DBF_STRING, fields.DBF_DOUBLE") == "(0, 3, 0, 10)"
    assert ioc.ask("callable(softioc.epicsExit), softioc.__all__") == repr(
        (True, ["dbLoadDatabase", "iocInit", "interactive_ioc"])
    )
    assert ioc.ask("all(callable(getattr(softioc, name)) for name in softioc.command_names)") == "True"
    assert ioc.ask("{'dbl', 'dbgf', 'exit'} <= set(softioc.command_names)") == "True"
    assert ioc.exit() == 0


def test_autosave_has_its_configuration_as_a_class(scripts: Scripts) -> None:
    output = scripts.say(
        "from softioc import autosave\n"
        "config = autosave.AutosaveConfig\n"
        "print(config.enabled, config.directory, config.device_name, config.save_period, autosave.SAV_SUFFIX)\n"
        "autosave.configure('.', 'DEVICE', 5)\n"
        "print(config.enabled, config.directory, config.device_name, config.save_period, config.timestamped_backups)\n"
        "autosave.load_autosave()\n"
    )
    assert "False None None 30.0 softsav\nTrue . DEVICE 5 True\n" in output


def test_fields_are_written_and_read_as_they_are_in_memory(scripts: Scripts) -> None:
    ioc = scripts.run(SCRIPT)
    name = f"{scripts.prefix}:AO"
    ioc.do("number = ctypes.c_double(4.5)")
    ioc.do(f"imports.db_put_field('{name}', fields.DBF_DOUBLE, ctypes.addressof(number), 1)")
    ioc.until("log", "[4.5]")
    assert get(name) == 4.5
    ioc.do("text = ctypes.create_string_buffer(b'A', 40)")
    ioc.do(f"imports.db_put_field_process('{name}.EGU', fields.DBF_STRING, ctypes.addressof(text), 1, False)")
    ioc.do(f"imports.db_get_field('{name}.EGU', fields.DBR_STRING, ctypes.addressof(text), 1)")
    assert ioc.ask("text.value, log") == "(b'A', [4.5])"
    ioc.do("numbers = (ctypes.c_int32 * 3)(1, 2, 3)")
    ioc.do(f"imports.db_put_field('{scripts.prefix}:WAVE', fields.DBF_LONG, ctypes.addressof(numbers), 3)")
    ioc.until("list(wave.get())", "[np.int32(1), np.int32(2), np.int32(3)]")
    ioc.do(f"imports.db_put_field('{name}.NONE', fields.DBF_LONG, ctypes.addressof(numbers), 1)")
    ioc.wait_for(f"RuntimeError: there is no record or field {name}.NONE")
    assert ioc.exit() == 0


def test_trigger_processes_an_in_record(scripts: Scripts) -> None:
    counter = 'builder.records.calc("COUNT", CALC="VAL+1", SCAN="Passive")\nai.FLNK = builder.LookupRecord(f"{prefix}:COUNT")\n'
    ioc = scripts.run(f"prefix = {scripts.prefix!r}\n" + SCRIPT + counter)
    before = get(f"{scripts.prefix}:COUNT")
    ioc.do("ai.trigger()")
    eventually(lambda: get(f"{scripts.prefix}:COUNT") == before + 1)
    assert (get(f"{scripts.prefix}:AI"), get(f"{scripts.prefix}:AI.SEVR")) == (2.5, 0)
    assert ioc.exit() == 0


def test_python_m_softioc(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text("import sys\nimport softioc\nprint(sys.argv[1:], softioc.__version__)\n")
    command = [*SCRIPT_COMMAND, "-m", "softioc"]
    version = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    assert version.startswith("4.")
    ran = subprocess.run([*command, str(tmp_path / "script.py"), "a", "-b"], capture_output=True, text=True, check=True)
    assert ran.stdout == f"['a', '-b'] {version}\n"
