"""Creates the records of devIocStats without softioc.builder.

So SetDeviceName does not apply to their names, and they can be created after LoadDatabase.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import _ioc, _updates
from ._codecs import Codec, Float, Integer, LongText, Text
from .device import ProcessDeviceSupportIn, ProcessDeviceSupportOut

_LONG = 256  # bytes of a waveform with a text
_SHORT = 39  # bytes of a stringin


@dataclass
class _Name:
    """Stands for epicsdbbuilder's record: has the record's name and gets the address of its parameter."""

    name: str
    address: str = ""


class Database:
    """The records whose names begin with ``prefix`` and a colon."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._texts: list[str] = []
        self._inputs: dict[str, ProcessDeviceSupportIn] = {}
        self._outputs: dict[str, ProcessDeviceSupportOut] = {}

    def set(self, **values: Any) -> None:
        """Set input records. A text that is too long is cut off."""
        for name, value in values.items():
            record = self._inputs[name]
            if isinstance(value, str):
                most = _SHORT if isinstance(record._codec, Text) else _LONG - 1
                value = cut(value, 0, most)
            record.set(value)

    def get(self, name: str) -> Any:
        """Return the value of an output record."""
        return self._outputs[name].get()

    def number(self, name: str, description: str, **fields: Any) -> None:
        """Add an input record with a number."""
        self._input("ai", name, Float(), "asynFloat64", DESC=description, **fields)

    def text(self, name: str, description: str) -> None:
        """Add an input record with a text of at most 39 bytes."""
        self._input("stringin", name, Text(), "asynOctetRead", DESC=description)

    def long_text(self, name: str, description: str) -> None:
        """Add an input record with a text of at most 255 bytes."""
        fields = {"FTVL": "CHAR", "NELM": _LONG, "DESC": description}
        self._input("waveform", name, LongText(_LONG), "asynInt8ArrayIn", **fields)

    def setting(self, name: str, value: float, **fields: Any) -> None:
        """Add an output record with a number."""
        self._output("ao", name, Float(), "asynFloat64", value, None, **fields)

    def choice(self, name: str, description: str, options: tuple[str, ...]) -> None:
        """Add an output record with four options."""
        fields: dict[str, Any] = {"DESC": description}
        for value, (prefix, option) in enumerate(zip(("ZR", "ON", "TW", "TH"), options, strict=True)):
            fields |= {f"{prefix}VL": value, f"{prefix}ST": option}
        self._output("mbbo", name, Integer(), "asynInt32", 0, None, **fields)

    def action(self, name: str, description: str, function: Callable[[], None]) -> None:
        """Add an output record that calls ``function`` for each write."""

        def on_update(_: Any) -> None:
            function()

        fields = {"DESC": description, "ZNAM": "0", "ONAM": "1"}
        self._output("bo", name, Integer(), "asynInt32", 0, on_update, **fields)

    def alias(self, alias: str, name: str) -> None:
        """Add another name of a record."""
        self._texts.append(f'alias("{self._prefix}:{name}", "{self._prefix}:{alias}")\n')

    def load(self) -> None:
        """Load the records. Raises RuntimeError if that fails."""
        handle, path = tempfile.mkstemp(suffix=".db")
        try:
            with open(handle, "w") as file:
                file.writelines(self._texts)
            if _ioc.host().load_records(path, ""):
                names = f"the records {self._prefix}:..."
                raise RuntimeError(f"{names} cannot be loaded; see the errors above")
        finally:
            Path(path).unlink()

    def _input(self, kind: str, name: str, codec: Codec, dtyp: str, **fields: Any) -> None:
        full = _Name(f"{self._prefix}:{name}")
        self._inputs[name] = ProcessDeviceSupportIn(full, codec, codec.default, 0, 0)
        common = {"SCAN": "I/O Intr", "PINI": "YES", "DISP": 1, "INP": full.address}
        self._add(kind, full.name, {"DTYP": dtyp, **common, **fields})

    def _output(
        self,
        kind: str,
        name: str,
        codec: Codec,
        dtyp: str,
        raw: Any,
        on_update: Callable[[Any], None] | None,
        **fields: Any,
    ) -> None:
        full = _Name(f"{self._prefix}:{name}")
        update = _updates.Update(full.name, on_update, False, True, False, None)
        self._outputs[name] = ProcessDeviceSupportOut(full, codec, raw, update, None)
        common = {"DTYP": dtyp, "OMSL": "supervisory", "OUT": full.address}
        self._add(kind, full.name, {**common, **fields})

    def _add(self, kind: str, name: str, fields: dict[str, Any]) -> None:
        lines = [f'    field({field}, "{value}")\n' for field, value in fields.items()]
        if kind == "waveform":
            lines.append('    info(Q:form, "String")\n')
        self._texts.append(f'record({kind}, "{name}") {{\n{"".join(lines)}}}\n')


def cut(text: str, begin: int, end: int) -> str:
    """Return the text's UTF-8 bytes from ``begin`` to ``end`` as a text."""
    return text.encode(errors="surrogateescape")[begin:end].decode(errors="surrogateescape")
