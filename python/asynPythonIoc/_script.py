"""Looks for iocInit in a startup script before it runs."""

import re
from pathlib import Path

from ._macros import Macros

_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s,()"]+)')
_DEPTH = 20  # of nested scripts


def calls_ioc_init(script: str, macros: str) -> bool:
    """Return whether the script, or a script that it runs, calls iocInit or iocBuild."""
    return _Reader(macros).read(Path(script), 0)


class _Reader:
    def __init__(self, macros: str) -> None:
        self._macros = Macros()
        self._macros.define(macros)
        self._folder = Path.cwd()

    def read(self, script: Path, depth: int) -> bool:
        try:
            lines = (self._folder / script).read_text(errors="replace").splitlines()
        except OSError:
            return False  # The shell reports the error.
        return any(self._line(self._macros.expand(line.strip()), depth) for line in lines)

    def _line(self, line: str, depth: int) -> bool:
        script = line.startswith("<")
        words = [quoted or plain for quoted, plain in _WORD.findall(line.lstrip("<"))]
        match words:
            case [file, *_] if script:
                return depth < _DEPTH and self.read(Path(file), depth + 1)
            case ["iocInit" | "iocBuild", *_]:
                return True
            case ["iocshLoad", file, *more]:
                self._macros.define(more[0] if more else "")
                return depth < _DEPTH and self.read(Path(file), depth + 1)
            case ["epicsEnvSet", name, value, *_]:
                self._macros.set(name, value)
            case ["cd" | "chdir", folder, *_]:
                self._folder /= folder
        return False
