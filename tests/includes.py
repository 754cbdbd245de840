#!/usr/bin/env python3
"""Checks which folder of the C++ sources includes which, so that each can be read without those above it.

ALLOWED has the folders of each part, and what each of them may include. There is no cycle among them, and nothing in
the list that no file needs. Of the port manager the other folders see one header. Prints file:line for each include
that is not allowed, and exits with 1 if there is one.
"""

import re
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PORT, PYTHON = "asynPortApp/src", "asynPythonApp/src"
ALLOWED = {
    PORT: {
        "common": set(),
        "scan": {"common"},
        "manager": {"common"},
        "octet": {"common"},
        "interfaces": {"common", "manager", "octet"},
        "driver": {"common", "manager", "interfaces"},
        "records": {"common", "manager", "scan"},
        "shell": {"common", "octet"},
    },
    PYTHON: {
        "interpreter": set(),
        "values": {"interpreter"},
        "port": {"interpreter", "values"},
        "host": {"interpreter", "port"},
        "softioc": {"interpreter", "values", "port"},
    },
}
DOORS = {f"{PORT}/manager": "portManager.h"}  # the only header that other folders may include
SHARED = f"{PORT}/common"  # headers of the port library that need no port library; the Python module includes them
INCLUDE = re.compile(r'^#include "([^"]+)"', re.M)


def part_and_folder(path: Path) -> tuple[str, str] | None:
    for part in ALLOWED:
        if path.is_relative_to(ROOT / part):
            folder = path.relative_to(ROOT / part).parts[0]
            return part, folder
    return None


def target(part: str, source: Path, name: str) -> Path:
    """The included file: by its folder in the same part, else beside the file that includes it."""
    own = ROOT / part / name
    return own if own.exists() else (source.parent / name).resolve()


def problems() -> Iterator[str]:
    used: set[tuple[str, str, str]] = set()
    for part, folders in ALLOWED.items():
        for source in sorted((ROOT / part).rglob("*")):
            if source.suffix not in (".cpp", ".c", ".h"):
                continue
            folder = source.relative_to(ROOT / part).parts[0]
            text = source.read_text()
            for match in INCLUDE.finditer(text):
                where = f"{source.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}: {match[1]}"
                found = target(part, source, match[1])
                place = part_and_folder(found)
                if folder not in folders or place is None:
                    yield f"{where}: expected a file of {', '.join(ALLOWED)}"
                    continue
                to_part, to = place
                if to_part != part:
                    if f"{to_part}/{to}" != SHARED:
                        yield f"{where}: expected a header of {SHARED}, the only one that is shared"
                    continue
                if to == folder:
                    continue
                used.add((part, folder, to))
                if to not in folders[folder]:
                    yield f"{where}: {folder} may not include {to}"
                door = DOORS.get(f"{part}/{to}", found.name)
                if found.name != door:
                    yield f"{where}: expected {to}/{door}, its one header for other folders"
        for folder, needs in folders.items():
            for to in sorted(needs):
                if (part, folder, to) not in used:
                    yield f"{part}: {folder} includes no file of {to}; remove it from ALLOWED"
        try:
            TopologicalSorter(folders).prepare()
        except CycleError as error:
            yield f"{part}: a cycle: {' -> '.join(error.args[1])}"


def main() -> int:
    found = list(problems())
    print("\n".join(found), end="\n" if found else "")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
