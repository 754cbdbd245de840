"""The IOC shell at a terminal, with line editing and a command history.

The shell of epicscorelibs has neither. So this module reads the lines at a terminal and passes them to EPICS one by
one. EPICS itself reads any other input.

The history is kept in ``$XDG_STATE_HOME/asynPythonIoc/history``, by default ``~/.local/state/asynPythonIoc/history``.
It has up to 1000 lines.
"""

import contextlib
import os
import sys
from pathlib import Path

from . import _host


def run_shell() -> None:
    """Run the shell until ``exit`` or the end of its input."""
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
            except (EOFError, OSError):  # A lost terminal also is the end of the input.
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
        pass  # There is no file yet.
    readline.set_history_length(1000)
    return path


def _save_history(path: Path) -> None:
    import readline

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        readline.write_history_file(path)
    except OSError as error:
        print(f"asynPythonIoc: the command history cannot be saved: {error}", file=sys.stderr)
