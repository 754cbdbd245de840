"""Reports about a thread that waits for its port: where it and the thread that holds the port are.

It also detects a wait that cannot end, because the thread that holds the port waits for the first thread.
"""

import ast
import dis
import gc
import inspect
import linecache
import sys
import threading
import traceback
import weakref
from _queue import SimpleQueue
from types import CodeType, FrameType
from typing import Any

_LOOKS = 5  # before a report; there is one look a second
_LOCKS = (type(threading.Lock()), type(threading.RLock()))
_LIBRARY = {"threading", "queue", "concurrent.futures._base"}
_SHELLS = {"code", "asynPythonIoc", "pythonIoc", "softioc"}  # modules in which the main thread waits for its user


class Watch:
    """Observes, for one waiting thread, the thread that holds the port."""

    # The watches of all waiting threads. Each access is one call of a C function, so the GIL protects the set.
    _all: "set[weakref.ref[Watch]]" = set()

    def __init__(self, port: str) -> None:
        self._port = port
        self._waiter = threading.get_ident()
        Watch._all.add(weakref.ref(self, Watch._all.discard))
        self._looks = 0
        self._wait: tuple[FrameType, int, str] | None = None
        self._same = 0
        self._others: dict[int, tuple[FrameType, int, str]] | None = None
        self._reported = False

    def look(self, frames: dict[int, FrameType], keeper: int, waiter: int, task: int) -> tuple[str, str]:
        """Return a message to print and the text of an error to raise in the waiting thread. Mostly both are empty.

        Called once a second. ``frames`` are the innermost frames by thread identifier. ``keeper`` is the thread that
        holds the port, ``task`` its thread number in the operating system, and ``waiter`` the waiting thread.
        """
        self._looks += 1
        frame = frames.get(keeper)
        runs = _runs(task)
        wait = (frame, frame.f_lasti, runs) if frame is not None and runs and is_endless(frame) else None
        self._same = 0 if wait is None else self._same + 1 if wait == self._wait else 1
        self._wait = wait
        endless = self._same >= _LOOKS - 1 and self._have_stood_still(frames, keeper)
        endless = endless and self._same >= _LOOKS and self._is_hopeless(frames, keeper)
        if frame is None or self._looks < _LOOKS or (self._reported and not endless):
            return "", ""
        how = "itself waits without a time limit" if endless else "has not returned"
        said = (
            f"port {self._port}: {_name(waiter)} has waited {self._looks} s for the port; "
            f"{_name(keeper)} holds it and {how}: {_place(frame)}"
        )
        report = (
            ""
            if self._reported
            else f"{said}\n{_name(waiter)}:\n{_stack(frames.get(waiter))}{_name(keeper)}:\n{_stack(frame)}"
        )
        self._reported = True
        return report, f"{said}; no other Python thread can end this wait" if endless else ""

    def _have_stood_still(self, frames: dict[int, FrameType], keeper: int) -> bool:
        """Return whether no other thread has run since the last look, apart from those that wait for a port and look, too.

        A thread that has run may have ended the keeper's wait, and the keeper has not had the GIL since then. The frames
        do not show that.
        """
        looking = {watch._waiter for each in list(Watch._all) if (watch := each())}
        others = {
            thread: (frame, frame.f_lasti, _runs(_native(thread)))
            for thread, frame in frames.items()
            if thread != keeper and thread not in looking
        }
        same, self._others = others == self._others, others
        return same

    def _is_hopeless(self, frames: dict[int, FrameType], keeper: int) -> bool:
        """Return whether no Python thread can end the keeper's wait: all wait for this port or for each other."""
        watches = [each() for each in list(Watch._all)]
        waiting = {watch._waiter for watch in watches if watch and watch._port == self._port} | {keeper}
        others = (frame for thread, frame in frames.items() if thread not in waiting and not _is_shell(thread, frame))
        return not any(map(_can_act, others)) and not _has_callbacks()


def _runs(task: int) -> str:
    """Return whether the thread sleeps, and how often the system has switched it off and on; empty if that is not known.

    The counts grow while a thread waits repeatedly at the same place, as in a loop.
    """
    try:
        with open(f"/proc/self/task/{task}/status") as status:
            return "".join(line for line in status if "ctxt_switches" in line or line.startswith("State"))
    except OSError:
        return ""


def _native(thread: int) -> int:
    """Return the thread's number in the operating system; 0 if it is not known, as for a thread of EPICS."""
    known = threading._active.get(thread)  # type: ignore[attr-defined]
    return (known.native_id if known is not None else 0) or 0


def is_endless(frame: FrameType) -> bool:
    """Return whether the frame waits for another thread without a time limit.

    False in case of doubt, so that code that is only slow is not reported.
    """
    code, names = frame.f_code, frame.f_locals
    if code is threading.Condition.wait.__code__:  # Event, Queue, Future and Semaphore wait by it, too.
        return names.get("timeout") is None
    if code is threading.Thread.join.__code__:
        return names.get("timeout") is None
    if code is getattr(getattr(threading.Thread, "_wait_for_tstate_lock", None), "__code__", None):
        return bool(names.get("block")) and names.get("timeout", 0) < 0
    return _is_endless_call(frame)


def _is_shell(thread: int, frame: FrameType) -> bool:
    return thread == threading.main_thread().ident and frame.f_globals.get("__name__", "").partition(".")[0] in _SHELLS


def _can_act(frame: FrameType) -> bool:
    """Return whether a thread may act by itself: it runs, sleeps, or waits with a time limit.

    An event loop may act if it has tasks or timers, or if it listens to more than its own wake-up socket.
    """
    if is_endless(frame):
        return False
    loop = _loop(frame)
    if loop is None or loop._scheduled or loop._ready:
        return True
    return len(loop._selector.get_map()) > 1 or bool(sys.modules["asyncio"].all_tasks(loop))


def _has_callbacks() -> bool:
    """Return whether threads of C libraries, which have no frames between their calls, may call Python."""
    if "_cffi_backend" in sys.modules:
        return True
    return "_ctypes" in sys.modules and any(type(each).__name__ == "CThunkObject" for each in gc.get_objects())


def _loop(frame: FrameType) -> Any:
    """Return the event loop that waits in the frame; None for other code."""
    if frame.f_globals.get("__name__") != "selectors":
        return None
    caller = frame.f_back
    if caller is None or caller.f_globals.get("__name__") != "asyncio.base_events":
        return None
    return caller.f_locals.get("self")


def _is_endless_call(frame: FrameType) -> bool:
    """Do the same for functions in C: `with lock:`, lock.acquire(), and get() of a SimpleQueue."""
    offset = frame.f_lasti
    if not 0 <= offset < len(frame.f_code.co_code):
        return False
    method = "__enter__"
    if frame.f_code.co_code[offset] == dis.opmap["BEFORE_WITH"]:
        expression = _expression(frame.f_code, offset - 2)  # the context manager
    else:
        call = _expression(frame.f_code, offset)
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or not _is_unlimited(call):
            return False
        method, expression = call.func.attr, call.func.value
    thing = None if expression is None else _value(expression, frame)
    if isinstance(thing, SimpleQueue):
        return method == "get"
    return isinstance(thing, _LOCKS) and method in ("acquire", "__enter__")


def _is_unlimited(call: ast.Call) -> bool:
    """Return whether the call has no arguments, or only block=True as in an executor's idle worker."""
    return not call.args and all(
        each.arg == "block" and isinstance(each.value, ast.Constant) and each.value.value is True
        for each in call.keywords
    )


def _expression(code: CodeType, offset: int) -> ast.expr | None:
    """Return the source expression of the instruction at the offset; None if the source is not available."""
    line, end_line, column, end_column = list(code.co_positions())[offset // 2]
    if line is None or line != end_line:
        return None
    text = linecache.getline(code.co_filename, line).encode()[column:end_column]
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError):
        return None


def _value(expression: ast.expr, frame: FrameType) -> Any:
    """Return the value of a name or an attribute without running any code; None if that is not possible."""
    if isinstance(expression, ast.Name):
        return frame.f_locals.get(expression.id, frame.f_globals.get(expression.id))
    if isinstance(expression, ast.Attribute):
        owner = _value(expression.value, frame)
        return None if owner is None else inspect.getattr_static(owner, expression.attr, None)
    return None


def _name(thread: int) -> str:
    known = threading._active.get(thread)  # type: ignore[attr-defined]
    return f"thread {known.name}" if known is not None else "an EPICS thread"


def _place(frame: FrameType) -> str:
    """Return the innermost line outside the standard library's waiting functions."""
    own: FrameType | None = frame
    while own is not None and own.f_globals.get("__name__") in _LIBRARY:
        own = own.f_back
    own = own or frame
    return f"{own.f_code.co_filename}, line {own.f_lineno}, in {own.f_code.co_name}"


def _stack(frame: FrameType | None) -> str:
    return "".join(traceback.format_stack(frame)) if frame is not None else "  it does not run Python code\n"
