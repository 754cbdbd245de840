"""An exception's text for the log: the frames that a driver's author knows."""

import importlib
import traceback
from pathlib import Path

_PACKAGE = str(Path(__file__).parent)
# Of Python, and of mode main, where modules of a port that import each other have it between them.
_MACHINERY = ("<frozen importlib", importlib.__file__, str(Path(__file__).with_name("_namespace.py")))


def format_exception(error: BaseException) -> list[str]:
    """The lines of a traceback without frames of the import, and of this package where it called the module."""
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
        # Ours alone: of interest unless the module was not found or not understood, which the error says itself.
        return traceback.StackSummary.from_list([] if isinstance(error, ImportError | SyntaxError) else stack)
    first = inside.index(False)
    # Errors of this package, which each port in main has a copy of, say all; of others the place is of interest.
    ours = any(base.__module__.endswith("PythonDriver._errors") for base in type(error).__mro__)
    last = len(frames) - inside[::-1].index(False) if ours else len(frames)
    return traceback.StackSummary.from_list(frames[first:last])
