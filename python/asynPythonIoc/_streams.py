"""Standard streams that are closed, or that nobody reads any more."""

import contextlib
import os
import sys


def open_missing() -> None:
    """The descriptors 0, 1 and 2 that are closed become the null device: no other file or socket takes their place."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest that is free is this one
            os.set_inheritable(number, True)


def replace_missing() -> None:
    """Python has no object for a stream that was closed; code that prints expects one."""
    if sys.stdin is None:
        sys.stdin = sys.__stdin__ = open(0, closefd=False)  # type: ignore[misc]
    if sys.stdout is None:
        sys.stdout = sys.__stdout__ = open(1, "w", closefd=False)  # type: ignore[misc]
    if sys.stderr is None:
        sys.stderr = sys.__stderr__ = open(2, "w", closefd=False)  # type: ignore[misc]


def flush() -> None:
    """Brings out what Python has printed. Where that fails nobody reads it, nor would read that it has failed."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):  # drivers of mode main may have put anything there
            stream.flush()
