"""The IOC shell at a terminal, with line editing and history.

The shell of epicscorelibs has neither, so that lines are read here and handed over one by one. Anything that
is no terminal is read by EPICS itself.
"""

import contextlib
import os
import sys
from pathlib import Path

from . import _host


def run_shell() -> None:
    """Runs the shell until ``exit`` or the end of its input."""
    if sys.stdin is not None and sys.stdin.isatty():
        _interactive()
    else:
        _host.iocsh("", "")


def _interactive() -> None:
    history = _load_history()
    try:
        while True:
            try:
                line = input(os.environ.get("IOCSH_PS1", "epics> "))
            except (EOFError, OSError):  # a terminal that is lost is the end of input, too
                with contextlib.suppress(OSError):
                    print()
                return
            words = line.split(maxsplit=1)
            if not words or words[0].startswith("#"):
                continue
            if words[0].rstrip("()") == "exit":
                return
            _host.iocsh_command(line)
    finally:
        if history is not None:
            _save_history(history)


def _load_history() -> Path | None:
    try:
        import readline
    except ImportError:
        return None
    state = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    path = Path(state) / "asynPythonIoc" / "history"
    try:
        readline.read_history_file(path)
    except OSError:
        pass  # the first time there is none
    readline.set_history_length(1000)
    return path


def _save_history(path: Path) -> None:
    import readline

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        readline.write_history_file(path)
    except OSError as error:
        print(f"asynPythonIoc: the history cannot be kept: {error}", file=sys.stderr)
