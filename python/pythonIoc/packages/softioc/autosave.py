"""Autosave: to be written."""
from typing import Any


def add_record(record: Any, saved: Any) -> None: ...


def load_autosave() -> None: ...


def start() -> None: ...
