"""Record links to ports, and the parameter type of each DTYP."""

import re
from typing import NamedTuple

# Between the parentheses there may be macros that are not defined yet.
_LINK = re.compile(r"@\s*(asyn|asynMask)\s*\(((?:\$\((?:[^()]|\([^()]*\))*\)|[^)])*)\)\s*(.*)", re.DOTALL)

_TYPES = {
    "asynInt32": "Int32",
    "asynInt32Average": "Int32",
    "asynInt32TimeSeries": "Int32",
    "asynInt64": "Int64",
    "asynInt64TimeSeries": "Int64",
    "asynUInt32Digital": "UInt32Digital",
    "asynFloat64": "Float64",
    "asynFloat64Average": "Float64",
    "asynFloat64TimeSeries": "Float64",
    "asynOctetRead": "Octet",
    "asynOctetWrite": "Octet",
    "asynOctetWriteBinary": "Octet",
    "asynOctetCmdResponse": "Octet",
    "asynOctetWriteRead": "Octet",
} | {
    f"asyn{element}Array{direction}": f"{element}Array"
    for element in ("Int8", "Int16", "Int32", "Int64", "Float32", "Float64")
    for direction in ("In", "Out")
}


class Link(NamedTuple):
    """The parts of an ``@asyn(port,addr,timeout)drvInfo`` link that are needed here."""

    port: str
    drvinfo: str


def parse_link(text: str) -> Link | None:
    """Return the link's port and drvInfo, or None if it is not an ``@asyn`` or ``@asynMask`` link."""
    match = _LINK.fullmatch(text.strip())
    if match is None:
        return None
    words = [word for word in re.split(r"[,\s]+", match[2].strip()) if word]
    return Link(words[0] if words else "", match[3].strip())


def parameter_type(dtyp: str) -> str | None:
    """Return the parameter type of a DTYP, such as ``Float64`` for ``asynFloat64``; None for other device support."""
    return _TYPES.get(dtyp)
