"""What a driver's ``write`` gets of an array that a record wrote."""

import array
import sys
from typing import Any


def from_record(format_: str, data: bytes) -> Any:
    """The elements as a numpy array where the driver has imported numpy, else as an array.array.

    format_ is that of the struct module: one of b, h, i, q, f, d. The array is the driver's own to keep.
    """
    values = array.array(format_)
    values.frombytes(data)
    numpy = sys.modules.get("numpy")
    return values if numpy is None else numpy.frombuffer(values, dtype=format_)
