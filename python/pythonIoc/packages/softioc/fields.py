"""The numbers of field types in EPICS' database."""

from typing import Any

NAMES = (
    "STRING", "CHAR", "UCHAR", "SHORT", "USHORT", "LONG", "ULONG", "INT64", "UINT64", "FLOAT", "DOUBLE",
    "ENUM", "MENU", "DEVICE", "INLINK", "OUTLINK", "FWDLINK", "NOACCESS",
)  # fmt: skip

(
    DBF_STRING, DBF_CHAR, DBF_UCHAR, DBF_SHORT, DBF_USHORT, DBF_LONG, DBF_ULONG, DBF_INT64, DBF_UINT64,
    DBF_FLOAT, DBF_DOUBLE, DBF_ENUM, DBF_MENU, DBF_DEVICE, DBF_INLINK, DBF_OUTLINK, DBF_FWDLINK, DBF_NOACCESS,
) = range(len(NAMES))  # fmt: skip


def __getattr__(name: str) -> Any:
    """Return DBR_STRING and so on, ca_timestamp or EPICS_epoch of the client library, which is slow to import."""
    if name.startswith("DBR_") or name in ("ca_timestamp", "EPICS_epoch"):
        from epicscorelibs.ca import dbr

        return getattr(dbr, name)
    raise AttributeError(f"module {__name__} has no {name}")
