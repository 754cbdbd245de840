"""on_update of Out records: when it is called, and what becomes of a record that waits for it."""

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
# As the dispatcher, but that its thread is still to be woken by the descriptor that is returned, if it is one.
_enqueue: Callable[..., int] | None = None


class _Mark:
    """That code runs in a call of on_update, as long as that has not returned."""

    __slots__ = ("active", "update")

    def __init__(self, update: "Update") -> None:
        self.update = update
        self.active = True


# The calls of on_update in which code runs, directly or by what it awaits or has started.
_callers: ContextVar[tuple[_Mark, ...]] = ContextVar("softioc_callers", default=())


def start(dispatcher: Dispatcher) -> None:
    """From now on on_update is called, through the dispatcher."""
    global _dispatcher, _enqueue
    _dispatcher = dispatcher
    # Not that of a base class: the dispatcher may have another way of calling.
    _enqueue = dispatcher._enqueue if "_enqueue" in vars(type(dispatcher)) else None  # type: ignore[attr-defined]


def started() -> bool:
    """Whether iocInit was called."""
    return _dispatcher is not None


@dataclass
class Call:
    """An on_update that has not returned."""

    record: Any
    value: Any
    since: float  # time.monotonic()
    write: int  # that ends with it; 0 for none


_calls: dict[int, Call] = {}  # by a number; changed in one step each
_numbers = itertools.count()


def calls() -> list[Call]:
    """Those that have not returned, the oldest first."""
    return sorted(_calls.copy().values(), key=lambda call: call.since)


class Update:
    """What one record calls."""

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
            raise AssertionError(f"record {name}: on_update is a function, not {function!r}")
        if _generates(function):
            raise AssertionError(
                f"record {name}: on_update is a function or a coroutine, not a generator, of which nothing would be run"
            )
        if timeout is not None and not (isinstance(timeout, (int, float)) and timeout > 0):
            raise AssertionError(f"record {name}: update_timeout is a number of seconds, not {timeout!r}")
        self._function = function
        self._with_name = with_name
        self._always = always
        self._blocking = blocking
        self._timeout = timeout
        self._record: Any = None
        self._dropped = False  # told of

    def attach(self, record: Any) -> None:
        self._record = record

    def is_caller(self) -> bool:
        """Whether on_update itself is asking."""
        return any(mark.active and mark.update is self for mark in _callers.get())

    def write(self, value: Any, changed: bool) -> None:
        """The record writes: if it blocks, its write ends when on_update does."""
        if self._wanted(changed):
            self._start(value, self._record._parameter.defer() if self._blocking else 0, True)

    def start(self, value: Any, changed: bool) -> None:
        """The script has set a value, which before the end of iocInit is where the record begins."""
        if self._wanted(changed) and _ioc.records.running():
            self._start(value, 0, False)

    def _wanted(self, changed: bool) -> bool:
        return self._function is not None and (changed or self._always)

    def _start(self, value: Any, write: int, last: bool) -> None:
        """last: the thread does nothing in Python afterwards but return to its record."""
        number = next(_numbers)
        _calls[number] = Call(self._record, value, time.monotonic(), write)
        try:
            if write and self._timeout is not None:
                _Timeouts.add(self._timeout, number)
            # In a context of its own: who sets the value has nothing to do with what on_update does.
            if last and _enqueue is not None:
                to_wake = _enqueue(Context(), self._call, (number, value))
                if to_wake >= 0:
                    _ioc.records.wake(to_wake)
            else:
                assert _dispatcher is not None  # there from iocInit on
                Context().run(_dispatcher, self._call, (number, value))
        except BaseException as error:
            self._finish(number, error)
            if not isinstance(error, Exception):
                raise

    def _call(self, number: int, value: Any) -> Any:
        """On the dispatcher. An awaitable that it returns is awaited there."""
        mark = _Mark(self)
        token = _callers.set((*_callers.get(), mark))
        try:
            function = self._function
            assert function is not None
            result = function(value, self._record.name) if self._with_name else function(value)
            if result is not None:  # to look at it takes longer than most functions do
                if inspect.isawaitable(result):
                    return _Awaited(self, number, mark, result)
                if inspect.isgenerator(result) or inspect.isasyncgen(result):
                    raise TypeError(f"on_update returned {result!r}, of which nothing is run: a generator")
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
        _callers.set((*_callers.get(), mark))  # of the task, which has a context of its own
        try:
            await result
        except BaseException as error:
            self._finish(number, error)
            if not isinstance(error, Exception):
                raise  # cancelled
            return
        finally:
            mark.active = False
        self._finish(number, None)

    def dropped(self, number: int, mark: _Mark, result: Awaitable[Any]) -> None:
        """The dispatcher has not awaited what on_update has returned; it is told once for a record."""
        mark.active = False
        if inspect.iscoroutine(result):
            result.close()
        self._finish(number, None)
        if not self._dropped:
            self._dropped = True
            dispatcher = type(_dispatcher).__name__
            tell(
                f"record {self._record.name}: on_update is a coroutine and is not run: {dispatcher} has not awaited it"
                + "; AsyncioDispatcher does" * (dispatcher != "AsyncioDispatcher")
            )

    def _finish(self, number: int, error: BaseException | None) -> None:
        call = _calls.pop(number, None)
        if call is None:
            return  # a dispatcher that calls and raises
        if call.write:
            self._record._parameter.complete(call.write)
        if error is not None:
            complain(self._record, "on_update", error)


class _Awaited(Coroutine[Any, Any, None]):
    """What an on_update has returned, for the dispatcher to await."""

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
            raise kind  # a task that is cancelled before its first step
        return self._begun.throw(kind) if value is None else self._begun.throw(kind, value, trace)

    def close(self) -> None:
        if self._begun is not None:
            self._begun.close()

    def __del__(self) -> None:
        if self._begun is None:
            self._update.dropped(*self._arguments)


def _generates(function: Any) -> bool:
    """Whether a call would run nothing of it, but make a generator."""
    functions = (function, getattr(function, "__call__", None))  # noqa: B004 (it may be an object)
    return any(inspect.isgeneratorfunction(each) or inspect.isasyncgenfunction(each) for each in functions)


def complain(record: Any, what: str, error: BaseException) -> None:
    """Tells of an exception, once, with the record's name."""
    tell(f"record {record.name}: {what} raised an exception\n" + "".join(traceback.format_exception(error)).rstrip())


def tell(message: str) -> None:
    """To standard error, where there is one: nothing else is to suffer when nobody reads it."""
    try:
        print(message, file=sys.stderr, flush=True)
    except (OSError, ValueError, AttributeError):
        pass


class _Timeouts:
    """Ends writes whose on_update takes too long. One thread for all, there once it is needed."""

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
                except RuntimeError as error:  # the next one tries again
                    tell(f"softioc: {error}: nobody ends writes that take too long")
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
            call = _calls.get(number)  # None: it has ended in time
            if call is not None:
                cls._end(call)

    @staticmethod
    def _end(call: Call) -> None:
        seconds = time.monotonic() - call.since
        message = f"record {call.record.name}: on_update({call.value!r}) has not returned for {seconds:.3g} s"
        call.record._parameter.complete(call.write, message)
        tell(message)
