"""on_update in cothread, where that is installed."""

from collections.abc import Callable
from typing import Any


class CothreadDispatcher:
    """Calls on_update as a cothread; ``dispatcher`` may be another cothread.Callback object."""

    def __init__(self, dispatcher: Any = None) -> None:
        if dispatcher is None:
            import cothread

            dispatcher = cothread.cothread._Callback()
        self._dispatcher = dispatcher
        self._spawn = __import__("cothread").Spawn

    def __call__(
        self,
        func: Callable[..., Any],
        func_args: tuple[Any, ...] = (),
        completion: Callable[..., Any] | None = None,
        completion_args: tuple[Any, ...] = (),
    ) -> None:
        """Has func(*func_args) called as a cothread, and then completion(*completion_args)."""

        def call() -> None:
            try:
                func(*func_args)
            finally:
                if completion is not None:
                    completion(*completion_args)

        # Callbacks run in one cothread, one after the other: each call gets its own.
        self._dispatcher(self._spawn, call)

    def wait_for_quit(self) -> None:
        """Waits until the process is told to quit."""
        import cothread

        cothread.WaitForQuit()
