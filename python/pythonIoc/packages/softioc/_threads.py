"""The dispatcher that is used where none is given: threads of our own.

What one record calls is called in order; a call that waits delays its own record alone, since there are as
many threads as calls that are under way.
"""

import itertools
import threading
import traceback
from collections import deque
from collections.abc import Callable
from typing import Any

_numbers = itertools.count(1)
_KEPT = 4  # threads that wait for work when there is none

_Work = tuple[Callable[..., Any], tuple[Any, ...]]


def owner(func: Callable[..., Any]) -> int:
    """Of the object whose method a function is, a number that is no other's while the method is kept; else a new one."""
    method_of = getattr(func, "__self__", None)
    return -next(_numbers) if method_of is None else id(method_of)


class ThreadDispatcher:
    """Calls functions on threads; of methods of one object, one at a time and in order."""

    def __init__(self) -> None:
        self._condition = threading.Condition()  # guards what follows
        self._ready: deque[int] = deque()  # keys with work that nobody does
        self._work: dict[int, deque[_Work]] = {}  # by key, which is the owner; there while it has work or a thread
        self._idle = 0
        self._count = 0

    def __call__(
        self,
        func: Callable[..., Any],
        func_args: tuple[Any, ...] = (),
        completion: Callable[..., Any] | None = None,
        completion_args: tuple[Any, ...] = (),
    ) -> None:
        """Has func(*func_args) called, and then completion(*completion_args)."""
        key = owner(func)
        if completion is not None:
            func, func_args = _both, (func, func_args, completion, completion_args)
        with self._condition:
            works = self._work.get(key)
            if works is not None:
                works.append((func, func_args))
                return
            self._work[key] = deque([(func, func_args)])
            self._ready.append(key)
            if self._idle >= len(self._ready):
                self._condition.notify()
                return
            self._count += 1
            number = self._count
        threading.Thread(target=self._run, name=f"softioc-{number}", daemon=True).start()

    def _run(self) -> None:
        key: int | None = None
        while True:
            with self._condition:
                key = self._next(key)
                if key is None:
                    return
                func, args = self._work[key][0]
            try:
                result = func(*args)
                if hasattr(result, "__await__"):
                    _complete(result)
            except BaseException:  # a cancelled coroutine's, too: the work behind it is to be done
                traceback.print_exc()

    def _next(self, done: int | None) -> int | None:
        """The key whose first work is to be done; None where the thread is not needed. Locked."""
        if done is not None:
            works = self._work[done]
            works.popleft()
            if works:
                self._ready.append(done)
            else:
                del self._work[done]
        while not self._ready:
            if self._idle >= _KEPT:
                return None
            self._idle += 1
            self._condition.wait()
            self._idle -= 1
        return self._ready.popleft()


def _both(func: Callable[..., Any], args: Any, completion: Callable[..., Any], completion_args: Any) -> None:
    try:
        func(*args)
    finally:
        completion(*completion_args)


def _complete(awaitable: Any) -> None:
    """A coroutine where there is no asyncio dispatcher: in an event loop of its own."""
    import asyncio

    async def run() -> None:
        await awaitable

    asyncio.run(run())
