"""The records that the script has made, by their full names."""

from collections.abc import ItemsView

from . import device

__all__ = ["LookupRecord", "LookupRecordList"]


def LookupRecord(name: str) -> device.ProcessDeviceSupportCore:
    """The record of that name. Raises KeyError where there is none."""
    return device.records[name]


def LookupRecordList() -> ItemsView[str, device.ProcessDeviceSupportCore]:
    """All records and their names."""
    return device.records.items()
