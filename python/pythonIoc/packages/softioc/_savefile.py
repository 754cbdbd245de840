"""Files of saved values: YAML with a value for each record name or RECORD.FIELD.

softioc 4 reads and writes the same files. NAME.softsav is the file. NAME.softsavB is the new file while it is written.
NAME.softsav_<date>-<time> or NAME.softsav.bu is a copy from the start of the IOC.

If an operation fails or the machine stops, NAME.softsav has either the old or the new contents.
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

# The C versions are twenty times as fast, but not always available, and cannot write invalid UTF-8.
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BadSaveFile(ValueError):
    """A file of saved values has wrong contents."""


def _array(dumper: Any, array: Any) -> Any:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", array.tolist(), flow_style=True)


for _dumper in {_Dumper, yaml.SafeDumper}:
    yaml.add_representer(np.ndarray, _array, Dumper=_dumper)


class SaveFile:
    """The saved values of one IOC."""

    def __init__(self, directory: Path, name: str) -> None:
        self.path = directory.absolute() / f"{name}.softsav"  # absolute, because the current directory may change
        self._of = directory, name
        self._unread = False  # whether the file has values that could not be read and must not be overwritten

    def is_of(self, directory: Path, name: str) -> bool:
        """Return whether the object was created with these arguments."""
        return self._of == (directory, name)

    def read(self) -> dict[str, Any]:
        """Return the values by name. Raises FileNotFoundError, another OSError or BadSaveFile."""
        try:
            values = _load(self.path.read_bytes())
        except BadSaveFile:
            raise
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            raise BadSaveFile(f"expected a YAML file: {error}") from None
        if values is None:
            raise BadSaveFile("expected names with values, got an empty file")
        if not isinstance(values, dict):
            raise BadSaveFile(f"expected names with values, got {type(values).__name__}")
        return {str(name): value for name, value in values.items()}

    def write(self, values: dict[str, Any]) -> None:
        """Replace the file atomically. Raises OSError; the file is then unchanged."""
        data = _dump(values).encode("ascii")
        if self._unread:
            self.set_aside()
        _replace(self.path, lambda file: file.write(data), like=self.path)

    def back_up(self, timestamped: bool) -> None:
        """Copy the file at the start of the IOC. Raises OSError; an older copy is then unchanged."""
        suffix = datetime.now().strftime("_%y%m%d-%H%M%S") if timestamped else ".bu"
        with open(self.path, "rb") as original:
            _replace(Path(f"{self.path}{suffix}"), lambda file: copyfileobj(original, file), like=self.path)

    def set_aside(self) -> Path:
        """Rename the file, whose values could not be read, to NAME.softsav.broken, and return that path.

        Raises OSError. Then ``write()`` does not replace the file until it has been renamed.
        """
        self._unread = True
        kept = Path(f"{self.path}.broken")
        with suppress(FileNotFoundError):
            os.replace(self.path, kept)
        self._unread = False
        return kept


def _replace(path: Path, write: Callable[[Any], object], like: Path) -> None:
    """Write a file atomically, with the permissions of the file ``like`` if that exists. Raises OSError."""
    new = f"{path}B"
    try:
        # Other users may be able to write to the folder. So an existing file is removed, and a link is not followed.
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
            os.unlink(new)  # It may have filled the disk.
        raise
    # Make the new name survive a power failure, if the file system supports it.
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
        except UnicodeEncodeError:  # A client has written a text that is not UTF-8.
            continue
    raise AssertionError("yaml.SafeDumper writes every text")


def _load(data: bytes) -> Any:
    try:
        return _construct(data, _Loader)
    except yaml.YAMLError:
        return _construct(data, yaml.SafeLoader)  # It also has the better messages.


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
    """Raise BadSaveFile for a value that contains itself, or that aliases make larger than the file."""
    sizes: dict[int, int] = {}  # by the node's id; 0 while its parts are counted

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
            f"the value at line {value.start_mark.line + 1} is larger than the file because of its aliases"
        )


def _parts(node: Any) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return node.value
    return [part for pair in node.value for part in pair] if isinstance(node, yaml.MappingNode) else []
