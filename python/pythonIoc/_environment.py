"""Puts softioc onto the path of the Python that the command starts.

The command starts the real Python with the user's arguments and adds two folders to PYTHONPATH: the one of softioc and
the one of a sitecustomize module. Python imports sitecustomize before any code of the user. It restores the
environment, so that other Python processes of the script are not affected. Child processes of multiprocessing get their
parent's sys.path.

Python ignores PYTHONPATH with -E or -I. The command does not pass these options on and does the same itself: the
process starts without the user's PYTHON* variables and gets them back after Python's start. Only sys.flags differs.

The modules used here import very little, because importing typing and collections takes as long as Python's start.
"""

import os

# A variable of this name marks a process of the command. The name also prefixes the saved variables.
_MARK = "_pythonIoc_"
# Python reads these variables after its start. They are not restored, so that -E ignores them, too.
_LATE = {
    "PYTHONSTARTUP",
    "PYTHONINSPECT",
    "PYTHONBREAKPOINT",
    "PYTHONASYNCIODEBUG",
    "PYTHON_BASIC_REPL",
    "PYTHON_COLORS",
    "PYTHON_HISTORY",
}

_of_command = False


def of_command() -> bool:
    """Return whether the command pythonIoc started this process."""
    return _of_command


def outgoing(environ: dict[str, str], path: list[str], ignored: bool) -> dict[str, str]:
    """Return the environment for a Python with ``path`` first on PYTHONPATH.

    ``ignored`` leaves out all other PYTHON* variables.
    """
    result = dict(environ)
    hidden = [name for name in environ if name.startswith("PYTHON")] if ignored else ["PYTHONPATH"]
    for name in hidden:
        if name in environ:
            result[_MARK + name] = result.pop(name)
    result[_MARK] = "yes"
    theirs = "" if ignored else environ.get("PYTHONPATH", "")
    result["PYTHONPATH"] = os.pathsep.join([*path, theirs] if theirs else path)
    return result


def restore() -> bool:
    """Undo outgoing() in the started process. Return whether the command started this process."""
    global _of_command
    if os.environ.pop(_MARK, None) is None:
        return False
    _of_command = True
    os.environ.pop("PYTHONPATH", None)
    for name in [name for name in os.environ if name.startswith(_MARK)]:
        value = os.environ.pop(name)
        original = name.removeprefix(_MARK)
        if original not in _LATE:
            os.environ[original] = value
    return True
