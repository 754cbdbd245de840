"""Clients over Channel Access and PVAccess, which wait as long as all else in these tests does."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aioca
from conftest import DEADLINE
from p4p.client.thread import Context


def circuits() -> list[str]:
    """The threads of this process's connections to Channel Access servers."""
    names = []
    for thread in Path("/proc/self/task").glob("*/comm"):
        try:
            names.append(thread.read_text().strip())
        except OSError:  # it has ended
            pass
    return [name for name in names if name.startswith("CAC-TCP")]


def disconnect() -> None:
    """Ends all connections of aioca's, and waits for that.

    Channel Access gives a channel to the connection that its server has already, also if that is about to end. The
    channel is then left alone for up to 10 s before it is searched for again.
    """
    aioca.purge_channel_caches()
    deadline = time.monotonic() + 5  # another thread may have made a connection since
    while circuits() and time.monotonic() < deadline:
        time.sleep(0.001)


def client(work: Callable[[], Any]) -> Any:
    """Runs a coroutine of aioca's, whose connections then end with it."""

    async def run() -> Any:
        try:
            return await work()
        finally:
            disconnect()

    return asyncio.run(run())


def get(name: str, **how: Any) -> Any:
    return client(lambda: aioca.caget(name, timeout=DEADLINE, **how))


def put(name: str, value: Any, wait: bool = True, **how: Any) -> bool:
    """Whether the client was told that it is done."""
    done = client(lambda: aioca.caput(name, value, wait=wait, timeout=DEADLINE, throw=False, **how))
    return bool(done.ok)


class Pva(Context):
    def __init__(self, nt: bool | None = None) -> None:
        super().__init__("pva", nt=nt)

    def get(self, name: str, timeout: float = DEADLINE, **how: Any) -> Any:
        return super().get(name, timeout=timeout, **how)

    def put(self, name: str, values: Any, timeout: float = DEADLINE, **how: Any) -> Any:
        return super().put(name, values, timeout=timeout, **how)
