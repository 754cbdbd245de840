"""The dispatcher that calls on_update in cothreads. It needs the package cothread."""

import traceback
from collections import deque
from collections.abc import Callable
from typing import Any

from . import _cothreads
from ._threads import owner

_Call = tuple[Callable[..., Any], tuple[Any, ...], Callable[..., Any] | None, tuple[Any, ...]]


class CothreadDispatcher:
    """Calls functions in cothreads. Methods of the same object are called one at a time and in order.

    Cothreads run on the thread that has imported cothread, while it waits in a function of cothread. Other threads use
    ``dispatcher(function, *arguments)`` to call a function there. By default it is cothread's Callback.
    """

    def __init__(self, dispatcher: Callable[..., Any] | None = None) -> None:
        # Imported here, because cothread uses the thread that imports it first.
        import cothread

        if dispatcher is None:
            # A separate Callback is not delayed by other users' calls. Only cothread's thread can create it.
            dispatcher = cothread.cothread._Callback() if _cothreads.run_here() else cothread.Callback
        self._dispatcher = dispatcher
        self._spawn = cothread.Spawn
        #: Waits for cothread.Quit or SIGINT.
        self.wait_for_quit: Callable[..., None] = cothread.WaitForQuit
        # Pending calls by owner, while a cothread makes them. Only cothreads use it, which do not interrupt each other.
        self._calls: dict[int, deque[_Call]] = {}

    def __call__(
        self,
        func: Callable[..., Any],
        func_args: tuple[Any, ...] = (),
        completion: Callable[..., Any] | None = None,
        completion_args: tuple[Any, ...] = (),
    ) -> None:
        """Make a cothread call func(*func_args) and then completion(*completion_args). Any thread."""
        self._dispatcher(self._add, (func, func_args, completion, completion_args))

    def _add(self, call: _Call) -> None:
        """Start a cothread for the call's owner if it has none. Must not wait: all records share this cothread."""
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
            except BaseException:  # The following calls must be made.
                traceback.print_exc()
        del self._calls[key]
