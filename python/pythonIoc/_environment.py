"""How softioc gets onto the path of the Python that the command starts.

The command starts the real Python with the user's arguments, and PYTHONPATH names two more folders: that of softioc, and
that of a sitecustomize, which Python imports before anything of the user's. It puts the environment back as it was, so
that other Pythons that the script starts know nothing of this. Children of multiprocessing have their parent's sys.path.

-E and -I make Python deaf to PYTHONPATH. The command leaves them out and does what they say: the process starts without
any PYTHON* variable, and gets them back when Python has looked for them. What remains of the difference is sys.flags.

The modules that this takes import next to nothing: Python's own start is as long as that of typing and collections.
"""

import os

# Tells the process whose it is, and prefixes the variables that it gets back.
_MARK = "_pythonIoc_"
# Python looks for these later than that: where -E ignores them they do not come back.
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
    """Whether this process was started by the command pythonIoc."""
    return _of_command


def outgoing(environ: dict[str, str], path: list[str], ignored: bool) -> dict[str, str]:
    """The environment of a Python that has the path first; with ignored none of PYTHON* but that."""
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
    """Undoes outgoing() in the process that was started; whether there was something to undo."""
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
