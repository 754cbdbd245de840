"""Names that the script of the command pythonIoc has without an import."""

import sys

from pythonIoc import _environment


def offer(name: str, value: object) -> None:
    """Gives `__main__` the name, where it has none; outside of the command pythonIoc nothing happens.

    `softioc.softioc` offers `builder`, since scripts in use take it from there without a word.
    """
    if _environment.of_command():
        vars(sys.modules["__main__"]).setdefault(name, value)
