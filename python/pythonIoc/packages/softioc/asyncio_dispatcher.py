"""The dispatcher that calls on_update in an asyncio event loop."""

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
    """Calls on_update in an event loop. on_update is a function or a coroutine, which may wait for a long time.

    ``loop`` is a running event loop of the caller. Without it, the dispatcher starts a loop on a new thread, with
    asyncio's debug mode if ``debug`` is set. Raises ValueError if the loop does not run.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None, debug: bool = False) -> None:
        self._tasks: set[asyncio.Task[None]] = set()  # asyncio itself keeps only weak references
        self._thread: threading.Thread | None = None
        self._calls: deque[_Call] = deque()  # for the loop; a stroke of the bell follows each call
        # A stroke takes half as long as call_soon_threadsafe, and a thread without the GIL can do it.
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
                "expected a running event loop, got one that does not run; "
                "call AsyncioDispatcher() without a loop to start one"
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
        """Make the loop call func(*func_args), await the result and call completion(*completion_args). Any thread.

        Raises RuntimeError if the loop is closed.
        """
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
        """Do the same without striking the bell. Return the bell's descriptor, which the caller must signal."""
        if self.loop.is_closed():
            raise RuntimeError("the event loop is closed")
        self._calls.append((context, func, func_args, completion, completion_args))
        return self._bell.clapper

    def _serve(self) -> None:
        """Make the calls that are pending now, in the loop. Later calls wait until the loop has done its other work."""
        self._bell.listen()
        for _ in range(len(self._calls)):
            context, func, func_args, completion, completion_args = self._calls.popleft()
            try:
                context.run(self._begin, func, func_args, completion, completion_args)
            except BaseException:
                self._bell.strike()  # for the calls that follow
                raise

    def _begin(
        self,
        func: Callable[..., Any],
        func_args: tuple[Any, ...],
        completion: Callable[..., Any] | None,
        completion_args: tuple[Any, ...],
    ) -> None:
        """Make one call, in the loop. Only an awaitable gets a task: a task takes longer than most functions."""
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
        """Wait for SIGINT or SIGTERM and close the dispatcher. Call it on the main thread."""
        quit_ = threading.Event()
        old = {number: signal.signal(number, lambda *_: quit_.set()) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            while not quit_.wait(0.5):  # Python does not handle signals during a wait without a limit.
                pass
        finally:
            for number, handler in old.items():
                signal.signal(number, handler)
        self.close()

    def close(self) -> None:
        """Cancel all tasks and stop the loop, if the dispatcher has started it. Otherwise do nothing.

        Raises RuntimeError if it is called in the loop.
        """
        if self._thread is None or not self._thread.is_alive():
            return
        if threading.current_thread() is self._thread:
            raise RuntimeError("close() cannot be called in the event loop, because it waits for the loop")
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
