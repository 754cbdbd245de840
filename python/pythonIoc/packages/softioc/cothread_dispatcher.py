"""on_update in cothread, where that is installed."""

import traceback
from collections import deque
from collections.abc import Callable
from typing import Any

from . import _cothreads
from ._threads import owner

_Call = tuple[Callable[..., Any], tuple[Any, ...], Callable[..., Any] | None, tuple[Any, ...]]


class CothreadDispatcher:
    """Calls functions in cothreads; of methods of one object, one at a time and in order.

    The cothreads are those of the thread that has imported cothread, which must let them run: by any function of
    cothread that waits. ``dispatcher(function, *arguments)`` is how another thread has a function called there;
    without one it is cothread's Callback.
    """

    def __init__(self, dispatcher: Callable[..., Any] | None = None) -> None:
        # Not earlier: cothread belongs to the thread that imports it.
        import cothread

        if dispatcher is None:
            # A Callback of our own is not delayed by others' calls. It begins a cothread: only cothread's thread can.
            dispatcher = cothread.cothread._Callback() if _cothreads.run_here() else cothread.Callback
        self._dispatcher = dispatcher
        self._spawn = cothread.Spawn
        #: Waits until the process is told to quit: by cothread.Quit or SIGINT.
        self.wait_for_quit: Callable[..., None] = cothread.WaitForQuit
        # By owner; there while a cothread works on it. Used in cothreads alone, which do not interrupt each other.
        self._calls: dict[int, deque[_Call]] = {}

    def __call__(
        self,
        func: Callable[..., Any],
        func_args: tuple[Any, ...] = (),
        completion: Callable[..., Any] | None = None,
        completion_args: tuple[Any, ...] = (),
    ) -> None:
        """Has func(*func_args) called as a cothread, and then completion(*completion_args). Any thread."""
        self._dispatcher(self._add, (func, func_args, completion, completion_args))

    def _add(self, call: _Call) -> None:
        """In a cothread that does not wait, since it is the one for all records."""
        key = owner(call[0])
        calls = self._calls.get(key)
        if calls is not None:
            calls.append(call)
            return
        self._calls[key] = deque([call])
        self._spawn(self._run, key)

    def _run(self, key: int) -> None:
        calls = self._calls[key]
        while calls:
            func, func_args, completion, completion_args = calls.popleft()
            try:
                try:
                    func(*func_args)
                finally:
                    if completion is not None:
                        completion(*completion_args)
            except BaseException:  # the calls behind it are to be made
                traceback.print_exc()
        del self._calls[key]
