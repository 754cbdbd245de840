"""Conversion of an array that a record writes to the value that a driver's ``write`` gets."""

import array
import sys
from typing import Any


def from_record(format_: str, data: bytes) -> Any:
    """Return the elements as a numpy array if the driver has imported numpy, otherwise as an array.array.

    ``format_`` is a format character of the struct module: b, h, i, q, f or d. The array is one-dimensional, and the
    driver may keep and change it: nothing else uses its memory.
    """
    values = array.array(format_)
    values.frombytes(data)
    numpy = sys.modules.get("numpy")
    return values if numpy is None else numpy.frombuffer(values, dtype=format_)
