"""Tracebacks for the log, without the frames of the import system and of this package."""

import importlib
import traceback
from pathlib import Path

_PACKAGE = str(Path(__file__).parent)
# The files that take part in an import. In mode main _namespace.py is one of them.
_MACHINERY = ("<frozen importlib", importlib.__file__, str(Path(__file__).with_name("_namespace.py")))


def format_exception(error: BaseException) -> list[str]:
    """Return the lines of a traceback without frames of the import system and of this package's calls of the module."""
    report = traceback.TracebackException.from_exception(error)
    _shorten(report, error, set())
    return list(report.format())


def _shorten(report: traceback.TracebackException, error: BaseException | None, seen: set[int]) -> None:
    if error is None or id(report) in seen:
        return
    seen.add(id(report))
    report.stack = _known(report.stack, error)
    for each, cause in ((report.__cause__, error.__cause__), (report.__context__, error.__context__)):
        if each is not None:
            _shorten(each, cause, seen)


def _known(stack: traceback.StackSummary, error: BaseException) -> traceback.StackSummary:
    frames = [frame for frame in stack if not frame.filename.startswith(_MACHINERY)]
    inside = [frame.filename.startswith(_PACKAGE) for frame in frames]
    if all(inside):
        # The error arose in this package. If the module was not found or has a syntax error, the message says enough.
        return traceback.StackSummary.from_list([] if isinstance(error, ImportError | SyntaxError) else stack)
    first = inside.index(False)
    # An error class of this package has a complete message; its frames in this package are left out. In mode main each
    # port has its own copy of the class, so that it is recognised by its module's name.
    ours = any(base.__module__.endswith("PythonDriver._errors") for base in type(error).__mro__)
    last = len(frames) - inside[::-1].index(False) if ours else len(frames)
    return traceback.StackSummary.from_list(frames[first:last])
