"""Names that a script of the command pythonIoc can use without an import."""

import sys

from pythonIoc import _environment


def offer(name: str, value: object) -> None:
    """Define a name in `__main__` unless it exists. Does nothing outside the command pythonIoc.

    `softioc.softioc` offers `builder`, because scripts in use have it without importing it.
    """
    if _environment.of_command():
        vars(sys.modules["__main__"]).setdefault(name, value)
