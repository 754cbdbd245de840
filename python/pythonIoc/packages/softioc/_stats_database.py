"""Records that are made beside builder's: names are whole, and LoadDatabase may have been called."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import _ioc, _updates
from ._codecs import Codec, Float, Integer, LongText, Text
from .device import ProcessDeviceSupportIn, ProcessDeviceSupportOut

_LONG = 256  # bytes of a text in a waveform
_SHORT = 39  # bytes of a stringin


@dataclass
class _Name:
    """What a record needs to know of its database, and what it tells it."""

    name: str
    address: str = ""


class Database:
    """Records whose names begin with a prefix and a colon."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._texts: list[str] = []
        self._inputs: dict[str, ProcessDeviceSupportIn] = {}
        self._outputs: dict[str, ProcessDeviceSupportOut] = {}

    def set(self, **values: Any) -> None:
        """New values. What of a text does not fit is cut off."""
        for name, value in values.items():
            record = self._inputs[name]
            if isinstance(value, str):
                most = _SHORT if isinstance(record._codec, Text) else _LONG - 1
                value = cut(value, 0, most)
            record.set(value)

    def get(self, name: str) -> Any:
        """What clients have written to an output."""
        return self._outputs[name].get()

    def number(self, name: str, description: str, **fields: Any) -> None:
        self._input("ai", name, Float(), "asynFloat64", DESC=description, **fields)

    def text(self, name: str, description: str) -> None:
        self._input("stringin", name, Text(), "asynOctetRead", DESC=description)

    def long_text(self, name: str, description: str) -> None:
        fields = {"FTVL": "CHAR", "NELM": _LONG, "DESC": description}
        self._input("waveform", name, LongText(_LONG), "asynInt8ArrayIn", **fields)

    def setting(self, name: str, value: float, **fields: Any) -> None:
        self._output("ao", name, Float(), "asynFloat64", value, None, **fields)

    def choice(self, name: str, description: str, options: tuple[str, ...]) -> None:
        fields: dict[str, Any] = {"DESC": description}
        for value, (prefix, option) in enumerate(zip(("ZR", "ON", "TW", "TH"), options, strict=True)):
            fields |= {f"{prefix}VL": value, f"{prefix}ST": option}
        self._output("mbbo", name, Integer(), "asynInt32", 0, None, **fields)

    def action(self, name: str, description: str, function: Callable[[], None]) -> None:
        """Whatever is written, function is called."""

        def on_update(_: Any) -> None:
            function()

        fields = {"DESC": description, "ZNAM": "0", "ONAM": "1"}
        self._output("bo", name, Integer(), "asynInt32", 0, on_update, **fields)

    def alias(self, alias: str, name: str) -> None:
        self._texts.append(f'alias("{self._prefix}:{name}", "{self._prefix}:{alias}")\n')

    def load(self) -> None:
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
    """Part of a text, by its bytes."""
    return text.encode(errors="surrogateescape")[begin:end].decode(errors="surrogateescape")
