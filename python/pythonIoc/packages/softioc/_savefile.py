"""Files of saved values: YAML, the name of a record or RECORD.FIELD, and its value.

Such files are read and written by softioc 4, too. NAME.softsav is the file, NAME.softsavB what is being
written, and a copy of what was there at the start is NAME.softsav_<date>-<time>, or NAME.softsav.bu.

Whatever fails, and whenever the process or the machine stops, NAME.softsav is what it was or what it is to be.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from shutil import copyfileobj, copymode
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
        self.path = directory.absolute() / f"{name}.softsav"  # wherever the script then goes
        self._of = directory, name
        self._unread = False  # what is there is not in the records

    def is_of(self, directory: Path, name: str) -> bool:
        return self._of == (directory, name)

    def read(self) -> dict[str, Any]:
        """The values. Raises FileNotFoundError, other OSError, or BadSaveFile."""
        try:
            values = _load(self.path.read_bytes())
        except BadSaveFile:
            raise
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise BadSaveFile(f"it is not YAML: {error}") from None
        if values is None:
            raise BadSaveFile("it is empty")
        if not isinstance(values, dict):
            raise BadSaveFile(f"expected names with values, got {type(values).__name__}")
        return {str(name): value for name, value in values.items()}

    def write(self, values: dict[str, Any]) -> None:
        """Replaces the file, at once and as a whole. Raises OSError, and the file is what it was."""
        data = _dump(values).encode("ascii")
        if self._unread:
            self.set_aside()
        _replace(self.path, lambda file: file.write(data), like=self.path)

    def back_up(self, timestamped: bool) -> None:
        """Copies the file, as it was at the start. Raises OSError, and an older copy is what it was."""
        suffix = datetime.now().strftime("_%y%m%d-%H%M%S") if timestamped else ".bu"
        with open(self.path, "rb") as original:
            _replace(Path(f"{self.path}{suffix}"), lambda file: copyfileobj(original, file), like=self.path)

    def set_aside(self) -> Path:
        """Renames the file, whose values no record has, to where it can be looked at; that takes no room.

        Raises OSError; then nothing is written before it has been renamed.
        """
        self._unread = True
        kept = Path(f"{self.path}.broken")
        with suppress(FileNotFoundError):
            os.replace(self.path, kept)
        self._unread = False
        return kept


def _replace(path: Path, write: Callable[[Any], object], like: Path) -> None:
    """Writes a file, so that at no time there is half of it under its name. Raises OSError.

    It gets the permissions of the file ``like``, if there is one.
    """
    new = f"{path}B"
    try:
        # Others may write in the folder, too: what has that name is removed, and a link is not followed.
        with suppress(FileNotFoundError):
            os.unlink(new)
        with open(new, "xb") as file:
            with suppress(OSError):
                copymode(like, new)
            write(file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(new)  # which may be what there is no room for
        raise
    # The file is whole; that it has its name after a power failure is the folder's part, where it can do that.
    with suppress(OSError):
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _dump(values: dict[str, Any]) -> str:
    for dumper in (_Dumper, yaml.SafeDumper):
        try:
            return str(yaml.dump(values, Dumper=dumper, indent=4))
        except UnicodeEncodeError:  # bytes that are no UTF-8, in a text of a client
            continue
    raise AssertionError("the last one takes every text")


def _load(data: bytes) -> Any:
    try:
        return _construct(data, _Loader)
    except yaml.YAMLError:
        return _construct(data, yaml.SafeLoader)  # which has the better messages, too


def _construct(data: bytes, kind: Any) -> Any:
    loader = kind(data)
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        for _, value in node.value if isinstance(node, yaml.MappingNode) else []:
            _check_size(value, len(data))
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _check_size(value: Any, most: int) -> None:
    """Raises BadSaveFile for a value that contains itself, or more than the file has room for, by its aliases."""
    sizes: dict[int, int] = {}  # by node; 0 while its parts are looked at

    def size(node: Any) -> int:
        known = sizes.get(id(node))
        if known == 0:
            raise BadSaveFile(f"the value at line {node.start_mark.line + 1} contains itself")
        if known is None:
            sizes[id(node)] = 0
            known = 1 + sum(size(part) for part in _parts(node))
            sizes[id(node)] = known
        return known

    if size(value) > most:
        raise BadSaveFile(
            f"the value at line {value.start_mark.line + 1} grows to more than the file has, by its aliases"
        )


def _parts(node: Any) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return node.value
    return [part for pair in node.value for part in pair] if isinstance(node, yaml.MappingNode) else []
