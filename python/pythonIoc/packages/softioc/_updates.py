"""Calls on_update of Out records and completes the writes of records that wait for it."""

import heapq
import inspect
import itertools
import sys
import threading
import time
import traceback
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextvars import Context, ContextVar
from dataclasses import dataclass
from typing import Any

from . import _ioc

Dispatcher = Callable[..., Any]

_dispatcher: Dispatcher | None = None
# The dispatcher's function that does not wake its thread. It returns a descriptor that the caller must signal, or -1.
_enqueue: Callable[..., int] | None = None


class _Mark:
    """Marks code that runs in a call of on_update, until the call has returned."""

    __slots__ = ("active", "update")

    def __init__(self, update: "Update") -> None:
        self.update = update
        self.active = True


# The calls of on_update in which the current code runs, also through what they await or have started.
_callers: ContextVar[tuple[_Mark, ...]] = ContextVar("softioc_callers", default=())


def start(dispatcher: Dispatcher) -> None:
    """Make all following calls of on_update through the dispatcher."""
    global _dispatcher, _enqueue
    _dispatcher = dispatcher
    # An inherited _enqueue is not used, because the derived class may override __call__.
    _enqueue = dispatcher._enqueue if "_enqueue" in vars(type(dispatcher)) else None  # type: ignore[attr-defined]


def started() -> bool:
    """Return whether iocInit was called."""
    return _dispatcher is not None


@dataclass
class Call:
    """A call of on_update that has not returned."""

    record: Any
    value: Any
    since: float  # time.monotonic()
    write: int  # the number of the write that it completes; 0 if none


_calls: dict[int, Call] = {}  # by number; each change is one atomic operation
_numbers = itertools.count()


def calls() -> list[Call]:
    """Return the calls of on_update that have not returned, the oldest first."""
    return sorted(_calls.copy().values(), key=lambda call: call.since)


class Update:
    """The on_update of one record."""

    def __init__(
        self,
        name: str,
        function: Callable[..., Any] | None,
        with_name: bool,
        always: bool,
        blocking: bool,
        timeout: float | None,
    ) -> None:
        if function is not None and not callable(function):
            raise AssertionError(f"record {name}: on_update: expected a function, got {function!r}")
        if _generates(function):
            raise AssertionError(
                f"record {name}: on_update: expected a function or a coroutine function, got a generator function"
            )
        if timeout is not None and not (isinstance(timeout, (int, float)) and timeout > 0):
            raise AssertionError(
                f"record {name}: update_timeout: expected a positive number of seconds, got {timeout!r}"
            )
        self._function = function
        self._with_name = with_name
        self._always = always
        self._blocking = blocking
        self._timeout = timeout
        self._record: Any = None
        self._dropped = False  # whether a dropped coroutine was reported

    def attach(self, record: Any) -> None:
        self._record = record

    def is_caller(self) -> bool:
        """Return whether the caller runs inside this on_update."""
        return any(mark.active and mark.update is self for mark in _callers.get())

    def write(self, value: Any, changed: bool) -> None:
        """Call on_update for a write of the record. With blocking=True the write completes when on_update returns."""
        if self._wanted(changed):
            self._start(value, self._record._parameter.defer() if self._blocking else 0, True)

    def start(self, value: Any, changed: bool) -> None:
        """Call on_update for a value that the script has set. During iocInit it is an initial value: do nothing."""
        if self._wanted(changed) and _ioc.records.running():
            self._start(value, 0, False)

    def _wanted(self, changed: bool) -> bool:
        return self._function is not None and (changed or self._always)

    def _start(self, value: Any, write: int, last: bool) -> None:
        """Pass a call to the dispatcher.

        ``write`` is the number of the write to complete, or 0. ``last`` tells that the thread then only returns to its
        record.
        """
        number = next(_numbers)
        _calls[number] = Call(self._record, value, time.monotonic(), write)
        try:
            if write and self._timeout is not None:
                _Timeouts.add(self._timeout, number)
            # on_update runs in a new context, independent of the code that sets the value.
            if last and _enqueue is not None:
                to_wake = _enqueue(Context(), self._call, (number, value))
                if to_wake >= 0:
                    _ioc.records.wake(to_wake)
            else:
                assert _dispatcher is not None  # set by iocInit
                Context().run(_dispatcher, self._call, (number, value))
        except BaseException as error:
            self._finish(number, error)
            if not isinstance(error, Exception):
                raise

    def _call(self, number: int, value: Any) -> Any:
        """Call the function, on the dispatcher. Return an awaitable for the dispatcher, or None if it is done."""
        mark = _Mark(self)
        token = _callers.set((*_callers.get(), mark))
        try:
            function = self._function
            assert function is not None
            result = function(value, self._record.name) if self._with_name else function(value)
            if result is not None:  # Inspecting it takes longer than most functions.
                if inspect.isawaitable(result):
                    return _Awaited(self, number, mark, result)
                if inspect.isgenerator(result) or inspect.isasyncgen(result):
                    raise TypeError(f"on_update: expected None or an awaitable as result, got the generator {result!r}")
        except BaseException as error:
            self._finish(number, error)
            mark.active = False
            return None
        finally:
            _callers.reset(token)
        mark.active = False
        self._finish(number, None)
        return None

    async def _await(self, number: int, mark: _Mark, result: Awaitable[Any]) -> None:
        _callers.set((*_callers.get(), mark))  # in the task's own context
        try:
            await result
        except BaseException as error:
            self._finish(number, error)
            if not isinstance(error, Exception):
                raise  # The task was cancelled.
            return
        finally:
            mark.active = False
        self._finish(number, None)

    def dropped(self, number: int, mark: _Mark, result: Awaitable[Any]) -> None:
        """Complete a call whose awaitable the dispatcher did not await, and report it once for each record."""
        mark.active = False
        if inspect.iscoroutine(result):
            result.close()
        self._finish(number, None)
        if not self._dropped:
            self._dropped = True
            dispatcher = type(_dispatcher).__name__
            report(
                f"record {self._record.name}: on_update is a coroutine that did not run, because {dispatcher} did not "
                "await it" + "; use AsyncioDispatcher" * (dispatcher != "AsyncioDispatcher")
            )

    def _finish(self, number: int, error: BaseException | None) -> None:
        call = _calls.pop(number, None)
        if call is None:
            return  # The dispatcher called on_update and then raised an exception.
        if call.write:
            self._record._parameter.complete(call.write)
        if error is not None:
            report_exception(self._record, "on_update", error)


class _Awaited(Coroutine[Any, Any, None]):
    """The awaitable that an on_update has returned, in a form that reports whether the dispatcher awaits it."""

    __slots__ = ("_arguments", "_begun", "_update")

    def __init__(self, update: Update, number: int, mark: _Mark, result: Awaitable[Any]) -> None:
        self._update = update
        self._arguments = (number, mark, result)
        self._begun: Coroutine[Any, Any, None] | None = None

    def _begin(self) -> Coroutine[Any, Any, None]:
        if self._begun is None:
            self._begun = self._update._await(*self._arguments)
        return self._begun

    def __await__(self) -> Generator[Any, Any, None]:
        return self._begin().__await__()

    def send(self, value: Any) -> Any:
        return self._begin().send(value)

    def throw(self, kind: Any, value: Any = None, trace: Any = None) -> Any:
        if self._begun is None:
            raise kind  # The task was cancelled before its first step.
        return self._begun.throw(kind) if value is None else self._begun.throw(kind, value, trace)

    def close(self) -> None:
        if self._begun is not None:
            self._begun.close()

    def __del__(self) -> None:
        if self._begun is None:
            self._update.dropped(*self._arguments)


def _generates(function: Any) -> bool:
    """Return whether a call would only create a generator."""
    functions = (function, getattr(function, "__call__", None))  # noqa: B004 (it may be a callable object)
    return any(inspect.isgeneratorfunction(each) or inspect.isasyncgenfunction(each) for each in functions)


def report_exception(record: Any, what: str, error: BaseException) -> None:
    """Print an exception with the record's name and the traceback."""
    report(f"record {record.name}: {what} raised an exception\n" + "".join(traceback.format_exception(error)).rstrip())


def report(message: str) -> None:
    """Print a message to standard error. An error is ignored: it means that nobody reads the output."""
    try:
        print(message, file=sys.stderr, flush=True)
    except (OSError, ValueError, AttributeError):
        pass


class _Timeouts:
    """Completes writes whose on_update exceeds its update_timeout, on one thread that starts on first use."""

    _condition = threading.Condition()  # guards _waiting and _started
    _waiting: list[tuple[float, int]] = []  # a heap
    _started = False

    @classmethod
    def add(cls, seconds: float, number: int) -> None:
        with cls._condition:
            entry = (time.monotonic() + seconds, number)
            heapq.heappush(cls._waiting, entry)
            if not cls._started:
                try:
                    threading.Thread(target=cls._run, name="softioc-timeouts", daemon=True).start()
                    cls._started = True
                except RuntimeError as error:  # The next call tries again.
                    report(f"softioc: {error}: update_timeout has no effect")
            if cls._waiting[0] is entry:
                cls._condition.notify()

    @classmethod
    def _run(cls) -> None:
        while True:
            with cls._condition:
                left = cls._waiting[0][0] - time.monotonic() if cls._waiting else None
                if left is None or left > 0:
                    cls._condition.wait(left)
                    continue
                _, number = heapq.heappop(cls._waiting)
            call = _calls.get(number)  # None if it has returned in time
            if call is not None:
                cls._end(call)

    @staticmethod
    def _end(call: Call) -> None:
        seconds = time.monotonic() - call.since
        message = f"record {call.record.name}: on_update({call.value!r}) has not returned for {seconds:.3g} s"
        call.record._parameter.complete(call.write, message)
        report(message)
