"""Standard streams that are closed or whose reader has gone."""

import contextlib
import os
import sys


def open_missing() -> None:
    """Open the null device for each closed descriptor of 0, 1 and 2, so that no other file gets the number."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # returns the lowest free number, which is this one
            os.set_inheritable(number, True)


def replace_missing() -> None:
    """Create the objects of streams that were closed when Python started, because code that prints needs them."""
    if sys.stdin is None:
        sys.stdin = sys.__stdin__ = open(0, closefd=False)  # type: ignore[misc]
    if sys.stdout is None:
        sys.stdout = sys.__stdout__ = open(1, "w", closefd=False)  # type: ignore[misc]
    if sys.stderr is None:
        sys.stderr = sys.__stderr__ = open(2, "w", closefd=False)  # type: ignore[misc]


def flush() -> None:
    """Flush Python's output. An error is ignored: it means that nobody reads the output."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):  # Drivers of mode main may have replaced the streams by anything.
            stream.flush()
