"""The dispatcher of threads, without an IOC: order, completion, errors and refused threads."""

import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import pytest
import pythonIoc  # noqa: F401  (the path of softioc)
from softioc._threads import ThreadDispatcher, owner

LIMIT = 20  # seconds


class Record:
    """The owner of a method, with what it has been called with."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    def update(self, value: Any) -> None:
        time.sleep(0.001)
        self.seen.append(value)

    def fail(self, error: BaseException) -> None:
        raise error


def waited(dispatch: ThreadDispatcher, func: Callable[..., Any], *args: Any) -> None:
    done = threading.Event()
    dispatch(func, args, done.set)
    assert done.wait(LIMIT)


def test_calls_of_one_record_keep_their_order() -> None:
    dispatch, record = ThreadDispatcher(), Record()
    for number in range(50):
        dispatch(record.update, (number,))
    waited(dispatch, record.update, 50)
    assert record.seen == list(range(51))


def test_a_call_that_waits_delays_its_own_record_alone() -> None:
    dispatch, quick = ThreadDispatcher(), Record()
    gate, done = threading.Event(), threading.Event()
    dispatch(Waiting(gate).wait, (), done.set)
    waited(dispatch, quick.update, 1)
    assert not done.is_set()
    gate.set()
    assert done.wait(LIMIT)


class Waiting:
    def __init__(self, gate: threading.Event) -> None:
        self.gate = gate

    def wait(self) -> None:
        self.gate.wait(LIMIT)


@pytest.mark.parametrize("error", [ValueError("no such gain"), SystemExit(3)])
def test_an_error_is_printed_and_the_next_call_is_made(error: BaseException, capfd: pytest.CaptureFixture[str]) -> None:
    dispatch, record = ThreadDispatcher(), Record()
    waited(dispatch, record.fail, error)  # completes, too
    waited(dispatch, record.update, 1)
    assert record.seen == [1]
    assert type(error).__name__ in capfd.readouterr().err


def test_the_completion_follows_the_call() -> None:
    dispatch, record, done = ThreadDispatcher(), Record(), threading.Event()
    dispatch(record.update, ("call",), lambda value: (record.seen.append(value), done.set()), ("completion",))
    assert done.wait(LIMIT)
    assert record.seen == ["call", "completion"]


def test_a_coroutine_is_awaited_before_the_completion() -> None:
    seen: list[int] = []

    async def update(value: int) -> None:
        seen.append(value)

    waited(ThreadDispatcher(), update, 5)
    assert seen == [5]


def test_a_call_has_the_context_of_its_caller() -> None:
    name: ContextVar[str] = ContextVar("name")
    seen: list[str] = []
    token = name.set("caller")
    waited(ThreadDispatcher(), lambda: seen.append(name.get("none")))
    name.reset(token)
    assert seen == ["caller"]


def test_without_threads_the_caller_does_the_work(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refused(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refused)
    seen: list[int] = []
    ThreadDispatcher()(lambda: seen.append(threading.get_ident()))
    assert seen == [threading.get_ident()]
    assert "can't start new thread" in capfd.readouterr().err


def test_methods_of_one_object_have_one_owner() -> None:
    record = Record()
    assert owner(record.update) == owner(record.fail)
    assert owner(record.update) != owner(Record().update)
    assert owner(print_nothing) != owner(print_nothing)


def print_nothing() -> None:
    pass
