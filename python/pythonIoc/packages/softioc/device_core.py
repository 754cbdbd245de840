"""The records that the script has created, by their full names."""

from collections.abc import ItemsView

from . import device

__all__ = ["LookupRecord", "LookupRecordList"]


def LookupRecord(name: str) -> device.ProcessDeviceSupportCore:
    """Return the record with that full name. Raises KeyError if there is none."""
    return device.records[name]


def LookupRecordList() -> ItemsView[str, device.ProcessDeviceSupportCore]:
    """Return (name, record) for all records."""
    return device.records.items()
