"""Macros, which EPICS' macLib expands. It needs no running IOC."""

import ctypes

from . import _libraries


class Macros:
    """The variables of the environment, and what is defined here."""

    def __init__(self) -> None:
        self._handle = ctypes.c_void_p()
        self._com = ctypes.CDLL(_libraries.library("epicscorelibs", "Com"))
        self._com.macExpandString.restype = ctypes.c_long
        environment = (ctypes.c_char_p * 4)(b"", b"environ", None, None)
        if self._com.macCreateHandle(ctypes.byref(self._handle), environment):
            raise MemoryError("macLib has no memory")
        self._com.macSuppressWarning(self._handle, 1)

    def __del__(self) -> None:
        if self._handle:
            self._com.macDeleteHandle(self._handle)

    def define(self, definitions: str) -> None:
        """Takes definitions as iocsh does: ``A=1,B=2``."""
        pairs = ctypes.c_void_p()
        self._com.macParseDefns(self._handle, _bytes(definitions), ctypes.byref(pairs))
        self._com.macInstallMacros(self._handle, pairs)
        ctypes.CDLL(None).free(pairs)

    def set(self, name: str, value: str) -> None:
        self._com.macPutValue(self._handle, _bytes(name), _bytes(value))

    def expand(self, text: str) -> str:
        """Returns the text with its macros expanded; one that is not defined stays in it, as ``$(NAME)``."""
        source = _bytes(text)
        size = len(source) + 256
        while True:
            expanded = ctypes.create_string_buffer(size)
            self._com.macExpandString(self._handle, source, expanded, ctypes.c_long(size))
            if len(expanded.value) + 1 < size:
                return expanded.value.decode(errors="surrogateescape")
            size *= 2  # macLib has cut the text off


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogateescape")
