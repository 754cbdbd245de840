"""The dispatcher that is used where none is given: threads of our own.

What one record calls is called in order; a call that waits delays its own record alone, since there are as
many threads as calls that are under way.
"""

import itertools
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable
from contextvars import Context, copy_context
from typing import Any

from ._bell import Bell

_numbers = itertools.count(1)
_KEPT = 4  # threads that wait for work when there is none

_Work = tuple[Context, Callable[..., Any], tuple[Any, ...], Callable[..., Any] | None, tuple[Any, ...]]


def owner(func: Callable[..., Any]) -> int:
    """Of the object whose method a function is, a number that is no other's while the method is kept; else a new one."""
    method_of = getattr(func, "__self__", None)
    return -next(_numbers) if method_of is None else id(method_of)


class ThreadDispatcher:
    """Calls functions on threads; of methods of one object, one at a time and in order."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # guards what follows
        self._ready: deque[int] = deque()  # keys with work that nobody does
        self._work: dict[int, deque[_Work]] = {}  # by key, which is the owner; there while it has work or a thread
        self._idle = 0  # threads that listen to the bell
        self._threads = 0  # that run or are being started
        self._count = 0
        self._bell = Bell(each=True)

    def __call__(
        self,
        func: Callable[..., Any],
        func_args: tuple[Any, ...] = (),
        completion: Callable[..., Any] | None = None,
        completion_args: tuple[Any, ...] = (),
    ) -> None:
        """Has func(*func_args) called, and then completion(*completion_args)."""
        if self._enqueue(copy_context(), func, func_args, completion, completion_args) >= 0:
            self._bell.strike()

    def _enqueue(
        self,
        context: Context,
        func: Callable[..., Any],
        func_args: tuple[Any, ...],
        completion: Callable[..., Any] | None = None,
        completion_args: tuple[Any, ...] = (),
    ) -> int:
        """The same, but the caller is to strike the bell, whose descriptor is returned; -1 if a thread has the work."""
        work = (context, func, func_args, completion, completion_args)
        key = owner(func)
        with self._lock:
            works = self._work.get(key)
            if works is not None:
                works.append(work)
                return -1
            self._work[key] = deque([work])
            self._ready.append(key)
            if self._idle >= len(self._ready):
                return self._bell.clapper
            self._threads += 1
            self._count += 1
            number = self._count
        try:
            threading.Thread(target=self._run, name=f"softioc-{number}", daemon=True).start()
        except RuntimeError as error:  # the system refuses it
            return self._do_without(error)
        return -1

    def _do_without(self, error: RuntimeError) -> int:
        """A thread that there is does the work, or the caller if there is none."""
        with self._lock:
            self._threads -= 1
            if self._threads:
                return self._bell.clapper  # wakes one that listens; one that works takes it afterwards
        print(f"softioc: {error}: on_update runs in the thread of its client", file=sys.stderr, flush=True)
        self._run(stays=False)
        return -1

    def _run(self, stays: bool = True) -> None:
        key: int | None = None
        while (key := self._next(key, stays)) is not None:
            context, func, args, completion, completion_args = self._work[key][0]
            try:
                context.run(_make, func, args, completion, completion_args)
            except BaseException:  # a cancelled coroutine's, too: the work behind it is to be done
                traceback.print_exc()

    def _next(self, done: int | None, stays: bool) -> int | None:
        """The key whose first work is to be done; None if the thread is not needed, or not to stay."""
        with self._lock:
            if done is not None:
                self._finish(done)
            while not self._ready:
                if not stays:
                    return None
                if self._idle >= _KEPT:
                    self._threads -= 1
                    return None
                self._idle += 1
                self._lock.release()
                try:
                    self._bell.listen()
                finally:
                    self._lock.acquire()
                    self._idle -= 1
            return self._ready.popleft()

    def _finish(self, key: int) -> None:
        """Its first work is done. Locked."""
        works = self._work[key]
        works.popleft()
        if works:
            self._ready.append(key)
        else:
            del self._work[key]


def _make(
    func: Callable[..., Any],
    args: tuple[Any, ...],
    completion: Callable[..., Any] | None,
    completion_args: tuple[Any, ...],
) -> None:
    try:
        result = func(*args)
        if hasattr(result, "__await__"):
            _complete(result)
    finally:
        if completion is not None:
            completion(*completion_args)


def _complete(awaitable: Any) -> None:
    """A coroutine where there is no asyncio dispatcher: in an event loop of its own."""
    import asyncio

    async def run() -> None:
        await awaitable

    asyncio.run(run())
