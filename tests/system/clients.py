"""Clients over Channel Access and PVAccess, which wait as long as all else in these tests does."""

import asyncio
from collections.abc import Callable
from typing import Any

import aioca
from conftest import DEADLINE
from p4p.client.thread import Context


def client(work: Callable[[], Any]) -> Any:
    """Runs a coroutine of aioca's, whose connections then end with it."""

    async def run() -> Any:
        try:
            return await work()
        finally:
            aioca.purge_channel_caches()

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
