"""Who calls on_update: asyncio and its coroutines, a dispatcher of the script's."""

import time

import pytest
from clients import get, put
from conftest import eventually
from softioc_script import Scripts, scripts

__all__ = ["scripts"]
pytestmark = pytest.mark.python_host


ASYNCIO = """
import asyncio, gc
from softioc.asyncio_dispatcher import AsyncioDispatcher
builder.SetDeviceName("A")
log = []
async def later(value):
    await asyncio.sleep(0.3); gc.collect(); log.append(value)
async def bad(value):
    await asyncio.sleep(0.01); raise ValueError("bad")
async def again(value):
    await asyncio.sleep(0); own.set(value + 1)
async def for_ever(value):
    await asyncio.Event().wait()
slow = builder.aOut("SLOW", on_update=later, blocking=True)
free = builder.aOut("FREE", on_update=later)
fails = builder.aOut("FAILS", on_update=bad, blocking=True)
own = builder.aOut("OWN", on_update=again, blocking=True)
plain = builder.aOut("PLAIN", on_update=log.append)
stays = builder.aOut("STAYS", on_update=for_ever)
dispatcher = AsyncioDispatcher()
"""


def test_coroutines(scripts: Scripts) -> None:
    ioc = scripts.start(
        ASYNCIO + "builder.LoadDatabase()\nsoftioc.iocInit(dispatcher)\nprint('up')\n"
        "softioc.interactive_ioc(globals())\n"
    )
    ioc.wait_until_up()
    for value in range(1, 4):
        assert put("A:FREE", value)
    assert put("A:STAYS", 1)
    start = time.monotonic()
    assert put("A:SLOW", 9)
    assert time.monotonic() - start > 0.3
    ioc.until("sorted(log)", "[1.0, 2.0, 3.0, 9.0]")
    assert put("A:FAILS", 1) and put("A:FAILS", 2)
    ioc.wait_for_count("record A:FAILS: on_update raised an exception", 2)
    assert put("A:OWN", 1)
    eventually(lambda: get("A:OWN") == 2)
    assert put("A:PLAIN", 4)
    ioc.until("log[-1]", "4.0")
    ioc.do("dispatcher.close()")
    assert put("A:PLAIN", 5)  # its handler cannot be called any more, which is told
    ioc.wait_for("record A:PLAIN: on_update raised an exception")
    assert ioc.exit() == 0


def test_a_loop_never_waits_for_a_record(scripts: Scripts) -> None:
    """A validate holds its record, and all that are linked to it, while it waits for the loop."""
    ioc = scripts.start(
        """
import asyncio
from softioc.asyncio_dispatcher import AsyncioDispatcher
builder.SetDeviceName("W")
dispatcher, held, log = AsyncioDispatcher(), threading.Event(), []
async def wait(value):
    while not held.is_set():
        await asyncio.sleep(0.001)
async def answer():
    await asyncio.sleep(0.2)
    return True
def validate(record, value):
    if value < 0:
        ran = threading.Event()
        dispatcher(ran.set)
        return ran.wait(10)
    held.set()
    return asyncio.run_coroutine_threadsafe(answer(), dispatcher.loop).result(10)
one = builder.aOut("ONE", on_update=wait, blocking=True)
other = builder.aOut("OTHER", validate=validate, on_update=log.append)
one.FLNK = other("PP")
builder.LoadDatabase()
softioc.iocInit(dispatcher)
print("up")
softioc.interactive_ioc(globals())
"""
    )
    ioc.wait_until_up()
    ioc.do("one.set_field('VAL', 1)")
    assert put("W:OTHER", 5)
    ioc.until("log", "[5.0]")
    assert put("W:ONE", 2)
    assert put("W:OTHER", -1)
    ioc.until("log", "[5.0, -1.0]")
    assert ioc.exit() == 0


def test_what_comes_in_a_loop_waits_its_turn(scripts: Scripts) -> None:
    """Two on_update that set each other's record for ever leave the loop to others; none is left out."""
    ioc = scripts.start(
        """
import asyncio
from softioc.asyncio_dispatcher import AsyncioDispatcher
builder.SetDeviceName("T")
log = []
def to_b(value):
    b.set(value + 1)
def to_a(value):
    a.set(value + 1)
class Odd(BaseException): pass
def raises_base():
    raise Odd
a = builder.aOut("A", on_update=to_b)
b = builder.aOut("B", on_update=to_a)
c = builder.aOut("C", on_update=log.append, always_update=True)
dispatcher = AsyncioDispatcher()
builder.LoadDatabase()
softioc.iocInit(dispatcher)
print("up")
softioc.interactive_ioc(globals())
"""
    )
    ioc.wait_until_up()
    ioc.do("a.set(1)")
    assert put("T:C", 3)
    ioc.until("log", "[3.0]")
    ioc.do("[dispatcher(raises_base) if i % 10 else c.set(i) for i in range(100)]")
    ioc.until("len(log)", "11")
    assert ioc.exit() == 0


def test_an_event_loop_of_the_script(scripts: Scripts) -> None:
    ioc = scripts.start(
        """
import asyncio
from softioc.asyncio_dispatcher import AsyncioDispatcher
builder.SetDeviceName("A")
done = []
async def update(value):
    done.append(value)
    print("got", value, threading.current_thread() is threading.main_thread(), flush=True)
a = builder.aOut("A", on_update=update, blocking=True)
builder.LoadDatabase()
async def main():
    softioc.iocInit(AsyncioDispatcher(asyncio.get_running_loop()))
    print("up", flush=True)
    while not done:
        await asyncio.sleep(0.02)
asyncio.run(main())
"""
    )
    ioc.wait_until_up()
    assert put("A:A", 3)
    ioc.wait_for("got 3.0 True")
    assert ioc.finish() == 0, ioc.output


COROUTINES = """
import asyncio
builder.SetDeviceName("N")
log = []
async def update(value):
    await asyncio.sleep(0); log.append(value)
class Later:
    def __call__(self, value): return update(value)
def drops(func, func_args=(), completion=None, completion_args=()):
    threading.Thread(target=func, args=func_args).start()
def runs(func, func_args=(), completion=None, completion_args=()):
    threading.Thread(target=lambda: asyncio.run(func(*func_args))).start()
a = builder.aOut("A", on_update=update, blocking=True)
b = builder.aOut("B", on_update=Later(), blocking=True)
c = builder.aOut("C", on_update=lambda value: (log.append(n) for n in [1]), blocking=True)
builder.LoadDatabase()
softioc.iocInit({dispatcher})
print("up", flush=True)
softioc.interactive_ioc(globals())
"""


def test_a_coroutine_that_the_dispatcher_does_not_await_is_told_once_and_its_write_ends(
    scripts: Scripts,
) -> None:
    ioc = scripts.start(COROUTINES.format(dispatcher="drops"))
    ioc.wait_until_up()
    for name in "AABB":
        assert put(f"N:{name}", len(ioc.output))
    for name in "AB":
        told = f"record N:{name}: on_update is a coroutine that did not run, because function did not await it; use AsyncioDispatcher"
        ioc.wait_for(told)
        assert ioc.output.count(told) == 1
    assert "RuntimeWarning" not in ioc.output
    assert ioc.ask("log, a.get_field('PACT')") == repr(([], "0"))
    assert ioc.exit() == 0


@pytest.mark.parametrize("dispatcher", ["", "runs"])
def test_coroutines_without_an_asyncio_dispatcher(scripts: Scripts, dispatcher: str) -> None:
    """Threads of softioc's own run them, and so may a dispatcher of the script's."""
    ioc = scripts.start(COROUTINES.format(dispatcher=dispatcher))
    ioc.wait_until_up()
    assert put("N:A", 1) and put("N:B", 2)
    assert ioc.ask("log") == "[1.0, 2.0]"
    assert ioc.exit() == 0


def test_a_generator_is_no_on_update(scripts: Scripts) -> None:
    ioc = scripts.run(
        """
builder.SetDeviceName("G")
def generates(value): yield value
async def generates_too(value): yield value
class Object:
    def __call__(self, value): yield value
for function in (generates, generates_too, Object()):
    for keyword in ("on_update", "on_update_name"):
        try: builder.aOut("X", **{keyword: function})
        except AssertionError as error: print("refused:", error)
a = builder.aOut("A", on_update=lambda value: generates(value), blocking=True)
"""
    )
    assert (
        ioc.output.count(
            "refused: record X: on_update: expected a function or a coroutine function, got a generator function"
        )
        == 6
    )
    assert put("G:A", 1)
    ioc.wait_for(
        "(?s)record G:A: on_update raised an exception.*TypeError: on_update: expected None or an awaitable as result, got the generator <generator object generates"
    )
    assert ioc.exit() == 0


@pytest.mark.parametrize("dispatcher", ["", "AsyncioDispatcher()"])
def test_a_dispatcher_is_woken_by_a_thread_that_has_left_python(scripts: Scripts, dispatcher: str) -> None:
    """Woken before, its thread would only wait for the GIL, and sleep a second time."""
    ioc = scripts.start(
        f"""
from softioc import _updates
from softioc.asyncio_dispatcher import AsyncioDispatcher
builder.SetDeviceName("W")
times = []
builder.aOut("A", on_update=lambda value: times.append(time.monotonic()), blocking=True)
builder.LoadDatabase()
softioc.iocInit({dispatcher})
enqueue = _updates._enqueue
def slow(*arguments):
    descriptor = enqueue(*arguments)
    time.sleep(0.2)
    times.append(time.monotonic())
    return descriptor
print("up")
softioc.interactive_ioc(globals())
"""
    )
    ioc.wait_until_up()
    assert put("W:A", 1)  # there is a thread now
    ioc.do("times.clear(); _updates._enqueue = slow")
    assert put("W:A", 2)
    assert ioc.ask("len(times), times == sorted(times), times[0] < times[1]") == "(2, True, True)"
    assert ioc.exit() == 0
