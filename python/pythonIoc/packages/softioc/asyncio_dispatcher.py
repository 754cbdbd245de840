"""on_update in an asyncio event loop."""

import asyncio
import inspect
import signal
import threading
import traceback
from collections import deque
from collections.abc import Awaitable, Callable
from contextvars import Context, copy_context
from types import TracebackType
from typing import Any

from ._bell import Bell

_Call = tuple[Context, Callable[..., Any], tuple[Any, ...], Callable[..., Any] | None, tuple[Any, ...]]


class AsyncioDispatcher:
    """Calls on_update in an event loop: functions, and coroutines, which may wait for long.

    Without ``loop`` a loop is started on a thread of its own; ``debug`` is asyncio's debug mode of it. A loop
    that is given is the caller's, who runs it.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None, debug: bool = False) -> None:
        self._tasks: set[asyncio.Task[None]] = set()  # asyncio alone would forget them
        self._thread: threading.Thread | None = None
        self._calls: deque[_Call] = deque()  # for the loop; each is followed by a stroke of the bell
        # A stroke costs half as much as call_soon_threadsafe, and can be left to who holds no GIL.
        self._bell = Bell(each=False)
        if loop is None:
            loop = asyncio.new_event_loop()
            loop.set_debug(debug)
            loop.add_reader(self._bell.reader, self._serve)
            started = threading.Event()
            self._thread = threading.Thread(target=self._run, args=(loop, started), name="softioc-asyncio", daemon=True)
            self._thread.start()
            started.wait()
        elif not loop.is_running():
            raise ValueError(
                "expected a running event loop, got one that does not run; without an argument the dispatcher starts its own"
            )
        else:
            loop.call_soon_threadsafe(loop.add_reader, self._bell.reader, self._serve)
        #: The event loop.
        self.loop = loop

    @staticmethod
    def _run(loop: asyncio.AbstractEventLoop, started: threading.Event) -> None:
        asyncio.set_event_loop(loop)
        loop.call_soon(started.set)
        loop.run_forever()
        loop.close()

    def __call__(
        self,
        func: Callable[..., Any],
        func_args: tuple[Any, ...] = (),
        completion: Callable[..., Any] | None = None,
        completion_args: tuple[Any, ...] = (),
    ) -> None:
        """Has func(*func_args) called in the loop, awaited, and then completion(*completion_args)."""
        self._enqueue(copy_context(), func, func_args, completion, completion_args)
        self._bell.strike()

    def _enqueue(
        self,
        context: Context,
        func: Callable[..., Any],
        func_args: tuple[Any, ...],
        completion: Callable[..., Any] | None = None,
        completion_args: tuple[Any, ...] = (),
    ) -> int:
        """The same, but the caller is to strike the bell, whose descriptor is returned."""
        if self.loop.is_closed():
            raise RuntimeError("the event loop is closed")
        self._calls.append((context, func, func_args, completion, completion_args))
        return self._bell.clapper

    def _serve(self) -> None:
        """In the loop: what is there now. What comes meanwhile waits for the loop's other work."""
        self._bell.listen()
        for _ in range(len(self._calls)):
            context, func, func_args, completion, completion_args = self._calls.popleft()
            try:
                context.run(self._begin, func, func_args, completion, completion_args)
            except BaseException:
                self._bell.strike()  # for those behind it
                raise

    def _begin(
        self,
        func: Callable[..., Any],
        func_args: tuple[Any, ...],
        completion: Callable[..., Any] | None,
        completion_args: tuple[Any, ...],
    ) -> None:
        """In the loop. A task costs more than most functions, and only what waits needs one."""
        waits = False
        try:
            result = func(*func_args)
            waits = result is not None and inspect.isawaitable(result)
            if waits:
                task = self.loop.create_task(self._await(result, completion, completion_args))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        except Exception:
            traceback.print_exc()
        finally:
            if completion is not None and not waits:
                completion(*completion_args)

    @staticmethod
    async def _await(
        result: Awaitable[Any],
        completion: Callable[..., Any] | None,
        completion_args: tuple[Any, ...],
    ) -> None:
        try:
            await result
        except Exception:
            traceback.print_exc()
        finally:
            if completion is not None:
                completion(*completion_args)

    def wait_for_quit(self) -> None:
        """Waits for SIGINT or SIGTERM, and closes. On the main thread."""
        quit_ = threading.Event()
        old = {number: signal.signal(number, lambda *_: quit_.set()) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            while not quit_.wait(0.5):  # a wait without end would not see the signal
                pass
        finally:
            for number, handler in old.items():
                signal.signal(number, handler)
        self.close()

    def close(self) -> None:
        """Cancels what is under way and ends the loop, if it is the dispatcher's own."""
        if self._thread is None or not self._thread.is_alive():
            return
        if threading.current_thread() is self._thread:
            raise RuntimeError("close() waits for the loop, and is not called in it")
        asyncio.run_coroutine_threadsafe(self._cancel(), self.loop).result()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()

    async def _cancel(self) -> None:
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.loop.shutdown_asyncgens()

    def __enter__(self) -> "AsyncioDispatcher":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
