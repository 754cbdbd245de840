"""The command pythonIoc: runs python with softioc on its path."""

import os
import sys

from pythonIoc import _environment, _options, _path

_HELP = """\
pythonIoc runs python, and scripts can import softioc. It accepts all options of python.
--debug as the first argument runs python under gdb.
"""


def main(options: list[str] | None = None) -> None:
    """Replace this process by Python with ``options`` and the command's arguments."""
    arguments = sys.argv[1:]
    debug = arguments[:1] == ["--debug"]
    if debug:
        del arguments[0]
    arguments = [*(options or []), *arguments]
    given, program = _options.split(arguments)
    ignored = _options.ignore_environment(given)
    if ignored:
        arguments = [*_options.without_environment(given), *program]
    # With -S Python does not import sitecustomize and has no site-packages, which softioc needs.
    path = [_path.PACKAGES, _path.ROOT] if "-S" in given else [_path.STARTUP, _path.PACKAGES]
    environment = _environment.outgoing(dict(os.environ), path, ignored)
    if debug:
        _debug(arguments, environment)
    name = sys.executable
    if any(option in ("-h", "-?") or option.startswith("--help") for option in given):
        print(_HELP, flush=True)
        name = "pythonIoc"
    os.execve(sys.executable, [name, *arguments], environment)


def _debug(arguments: list[str], environment: dict[str, str]) -> None:
    """Run Python under gdb. Only Python gets the environment, because gdb itself contains a Python."""
    settings = [
        f"set environment {name}={value}" for name, value in environment.items() if os.environ.get(name) != value
    ]
    settings += [f"unset environment {name}" for name in os.environ if name not in environment]
    flags = [word for setting in settings for word in ("-ex", setting)]
    try:
        os.execvp("gdb", ["gdb", *flags, "--args", sys.executable, *arguments])
    except OSError as error:
        sys.exit(f"pythonIoc: --debug needs gdb, which cannot be run: {error.strerror}")
