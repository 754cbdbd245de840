"""Files of saved values: YAML, the name of a record or RECORD.FIELD, and its value.

Such files are read and written by softioc 4, too. NAME.softsav is the file, NAME.softsavB what is being
written, and a copy of what was there at the start is NAME.softsav_<date>-<time>, or NAME.softsav.bu.
"""

import os
from datetime import datetime
from pathlib import Path
from shutil import copy2
from typing import Any

import numpy as np
import yaml

# C's are twenty times as fast, but not everywhere, and not for texts that are no text.
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BadSaveFile(ValueError):
    """A file of saved values that is none, or is broken."""


def _array(dumper: Any, array: Any) -> Any:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", array.tolist(), flow_style=True)


for _dumper in {_Dumper, yaml.SafeDumper}:
    yaml.add_representer(np.ndarray, _array, Dumper=_dumper)


class SaveFile:
    """The saved values of one IOC."""

    def __init__(self, directory: Path, name: str) -> None:
        self.path = directory / f"{name}.softsav"
        self._new = directory / f"{name}.softsavB"

    def read(self) -> dict[str, Any]:
        """The values. Raises FileNotFoundError, other OSError, or BadSaveFile."""
        try:
            values = _load(self.path.read_bytes())
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise BadSaveFile(f"it is not YAML: {error}") from None
        if values is None:
            raise BadSaveFile("it is empty")
        if not isinstance(values, dict):
            raise BadSaveFile(f"names and their values are expected in it, not a {type(values).__name__}")
        return {str(name): value for name, value in values.items()}

    def write(self, values: dict[str, Any]) -> None:
        """Replaces the file, at once and as a whole. Raises OSError."""
        text = _dump(values)
        with open(self._new, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(self._new, self.path)

    def back_up(self, timestamped: bool) -> None:
        """Copies the file, as it was at the start. Raises OSError."""
        suffix = datetime.now().strftime("_%y%m%d-%H%M%S") if timestamped else ".bu"
        copy2(self.path, f"{self.path}{suffix}")

    def keep_broken(self) -> Path:
        """Copies the file, which will be written anew, to where it can be looked at. Raises OSError."""
        copy = Path(f"{self.path}.broken")
        copy2(self.path, copy)
        return copy


def _dump(values: dict[str, Any]) -> str:
    for dumper in (_Dumper, yaml.SafeDumper):
        try:
            return str(yaml.dump(values, Dumper=dumper, indent=4))
        except UnicodeEncodeError:  # bytes that are no UTF-8, in a text of a client
            continue
    raise AssertionError("the last one takes every text")


def _load(data: bytes) -> Any:
    try:
        return yaml.load(data, Loader=_Loader)
    except yaml.YAMLError:
        return yaml.load(data, Loader=yaml.SafeLoader)  # which has the better messages, too
