"""The default dispatcher, which calls on_update on threads.

The calls of one record are made in order. A call that waits delays only its own record, because there are as many
threads as running calls.
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
_KEPT = 4  # idle threads that are kept

_Work = tuple[Context, Callable[..., Any], tuple[Any, ...], Callable[..., Any] | None, tuple[Any, ...]]


def owner(func: Callable[..., Any]) -> int:
    """Return a number that identifies the object to which a method is bound; for other functions a new number.

    The number is unique while the method exists.
    """
    method_of = getattr(func, "__self__", None)
    return -next(_numbers) if method_of is None else id(method_of)


class ThreadDispatcher:
    """Calls functions on threads. Methods of the same object are called one at a time and in order.

    A call that returns an awaitable runs it in a new event loop on the thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()  # guards the attributes below
        self._ready: deque[int] = deque()  # keys with work that no thread does
        self._work: dict[
            int, deque[_Work]
        ] = {}  # pending work by key, which is the owner; the first item may be running
        self._idle = 0  # threads that listen to the bell
        self._threads = 0  # threads that run or are being started
        self._count = 0  # threads started so far, for their names
        self._bell = Bell(each=True)

    def __call__(
        self,
        func: Callable[..., Any],
        func_args: tuple[Any, ...] = (),
        completion: Callable[..., Any] | None = None,
        completion_args: tuple[Any, ...] = (),
    ) -> None:
        """Make a thread call func(*func_args) and then completion(*completion_args). May be called on any thread."""
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
        """Do the same without striking the bell.

        Returns the bell's descriptor, which the caller must signal, or -1 if a thread already has the work.
        """
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
        except RuntimeError as error:  # The system refuses the thread.
            return self._do_without(error)
        return -1

    def _do_without(self, error: RuntimeError) -> int:
        """Leave the work to an existing thread, or do it on the caller's thread if there is none."""
        with self._lock:
            self._threads -= 1
            if self._threads:
                return self._bell.clapper  # This wakes a listening thread. A busy one takes the work later.
        print(f"softioc: {error}: on_update runs on its caller's thread instead", file=sys.stderr, flush=True)
        self._run(stays=False)
        return -1

    def _run(self, stays: bool = True) -> None:
        key: int | None = None
        while (key := self._next(key, stays)) is not None:
            context, func, args, completion, completion_args = self._work[key][0]
            try:
                context.run(_make, func, args, completion, completion_args)
            except BaseException:  # Also that of a cancelled coroutine: the next work must be done.
                traceback.print_exc()

    def _next(self, done: int | None, stays: bool) -> int | None:
        """Return the next key with work. Return None if the thread is not needed, or if it must not stay."""
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
        """Remove the key's first work, which is done. The lock is held."""
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
    """Run a coroutine to its end in a new event loop."""
    import asyncio

    async def run() -> None:
        await awaitable

    asyncio.run(run())
