"""Event loops in several ports at once, in every mode."""

import pytest
from conftest import StartIoc, eventually
from modes import MODES, configure, try_rules

LOOPS = """
import asyncio, contextvars, time

WHO = contextvars.ContextVar("who", default="nobody")

async def sleeper(number):
    WHO.set((PORT, number))
    loop = asyncio.get_running_loop()
    for i in range(20):
        await asyncio.sleep(0.001)
        assert asyncio.get_running_loop() is loop and WHO.get() == (PORT, number)
        assert asyncio.current_task().get_name() == f"{PORT}-{number}"
    return number

@rule
def tasks_that_are_gathered():
    async def main():
        tasks = [asyncio.create_task(sleeper(i), name=f"{PORT}-{i}") for i in range(10)]
        assert len(asyncio.all_tasks()) == 11
        return await asyncio.gather(*tasks)
    assert asyncio.run(main()) == list(range(10))

@rule
def a_thread_has_no_loop_of_another():
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise AssertionError("there is a running loop")

@rule
def executors():
    async def main():
        loop = asyncio.get_running_loop()
        futures = [loop.run_in_executor(None, lambda i=i: (time.sleep(0.001), i)[1]) for i in range(10)]
        assert await asyncio.gather(*futures) == list(range(10))
        assert await asyncio.to_thread(lambda: _asynPython.port) == PORT
    asyncio.run(main())

@rule
def queues_locks_and_timeouts():
    async def main():
        queue, lock, seen = asyncio.Queue(), asyncio.Lock(), []
        async def producer():
            for i in range(10):
                async with lock:
                    await queue.put(i)
        async def consumer():
            while len(seen) < 10:
                seen.append(await queue.get())
        async with asyncio.TaskGroup() as group:
            group.create_task(producer())
            group.create_task(consumer())
        try:
            async with asyncio.timeout(0.01):
                await asyncio.Event().wait()
        except TimeoutError:
            return seen
    assert asyncio.run(main()) == list(range(10))

@rule
def cancellation_and_exceptions():
    async def main():
        task = asyncio.create_task(asyncio.sleep(1000))
        await asyncio.sleep(0)
        task.cancel()
        async def fails():
            raise KeyError(PORT)
        results = await asyncio.gather(task, fails(), return_exceptions=True)
        assert isinstance(results[0], asyncio.CancelledError) and results[1].args == (PORT,)
    asyncio.run(main())

@rule
def connections():
    async def serve(reader, writer):
        writer.write(PORT.encode() + await reader.readline())
        await writer.drain()
        writer.close()
    async def main():
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(b" hello\\n")
            assert await reader.readline() == PORT.encode() + b" hello\\n"
            writer.close()
            await writer.wait_closed()
    asyncio.run(main())
"""


@pytest.mark.parametrize("mode", MODES)
def test_event_loops_work(start_ioc: StartIoc, mode: str) -> None:
    ioc = try_rules(start_ioc, mode, LOOPS)
    assert ioc.exit() == 0, ioc.output
    assert "Traceback" not in ioc.output and "was never" not in ioc.output


# Loops that run for as long as their ports, which are made alike: their threads and thread states have the same
# numbers in each interpreter. A record's thread asks them for its value.
RUNNING = """
import asyncio, sys, threading
import _asynPython
from PythonDriver import PythonDriver

PORT = _asynPython.port

class D(PythonDriver):
    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()
    def run(self):
        asyncio.set_event_loop(self.loop)
        self.loop.create_task(self.work())
        self.loop.run_forever()
        self.loop.close()
    async def work(self):
        count = 0
        while True:
            await asyncio.sleep(0)
            if asyncio.get_running_loop() is not self.loop:
                sys.stdout.write(f"FAILED {PORT} is in the loop of another port\\n")
            count += 1
            if count % 1000 == 0:
                # Not here: a record that reads has the port locked, and waits for this loop.
                await asyncio.to_thread(self.publish, count)
    def publish(self, count):
        self.count = count
        self.update()
    async def answer(self):
        await asyncio.sleep(0)
        assert asyncio.get_running_loop() is self.loop
        return len(PORT)
    def read(self, reason):
        if reason == "ASK":
            return asyncio.run_coroutine_threadsafe(self.answer(), self.loop).result(30)
    def shutdown(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        sys.stdout.write(f"{PORT} loop closed: {self.loop.is_closed()}\\n")

driver = D()
"""


@pytest.mark.parametrize("mode", MODES)
def test_loops_of_several_ports_run_at_once(start_ioc: StartIoc, mode: str) -> None:
    ports = ["P1", "P22", "P333"]
    records = "".join(
        f'record(longin, "T:{port}:COUNT") {{ field(DTYP, "asynInt32") field(INP, "@asyn({port})COUNT") '
        'field(SCAN, "I/O Intr") info(pyname, "count") }\n'
        f'record(longin, "T:{port}:ASK") {{ field(DTYP, "asynInt32") field(INP, "@asyn({port})ASK") '
        'info(pyname, "ask") }\n'
        for port in ports
    )
    ioc = start_ioc(
        "".join(configure(port, "d", mode) for port in ports) + 'dbLoadRecords("t.db")\niocInit\necho up\n',
        modules={"d": RUNNING},
        files={"t.db": records},
    )
    ioc.wait_for("up\n")
    for _ in range(10):
        for port in ports:
            ioc.ask(f"dbpf T:{port}:ASK.PROC 1")
    for port in ports:
        assert f"DBF_LONG:           {len(port)} " in ioc.ask(f"dbgf T:{port}:ASK"), ioc.output
        eventually(lambda port=port: "DBF_LONG:           0 " not in ioc.ask(f"dbgf T:{port}:COUNT"))
    assert ioc.exit() == 0, ioc.output
    assert "FAILED" not in ioc.output and "Traceback" not in ioc.output, ioc.output
    for port in ports:
        assert f"{port} loop closed: True\n" in ioc.output
