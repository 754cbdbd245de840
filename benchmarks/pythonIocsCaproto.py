"""The records of benchmarks/pythonIocs, and what it asks for: caproto. Arguments as of pythonIocsSoftioc.py."""

import asyncio
import os
import sys
import time

from caproto import ChannelDouble
from caproto.asyncio.server import start_server
from caproto.server import PVGroup, pvproperty

prefix, count, length = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
calls = 0


class Records(PVGroup):
    In = pvproperty(value=0.0)
    Out = pvproperty(value=0.0)
    Put = pvproperty(value=0.0)
    Wave = pvproperty(value=[0.0], dtype=float, max_length=length or 1)

    @Put.putter
    async def Put(self, instance, value):
        global calls
        calls += 1


records = Records(prefix=prefix + ":")
many = {f"{prefix}:M{number}": ChannelDouble(value=0.0) for number in range(count)}


async def sets(name, loops, first):
    record = getattr(records, name)
    begin = time.monotonic()
    for value in range(int(first), int(first) + int(loops)):
        await record.write(float(value))
    return begin, time.monotonic()


async def waves(seconds, first):
    import numpy as np  # which not all need without a waveform

    array = np.arange(length, dtype=float)
    number = float(first)
    begin = time.monotonic()
    while time.monotonic() < begin + float(seconds):
        number += 1
        array[0] = number
        await records.Wave.write(array.copy())  # it keeps what it is given
        await asyncio.sleep(0)  # else nothing is sent
    return begin, number


async def times(name, loops, pause):
    for _ in range(int(loops)):
        await asyncio.sleep(float(pause))
        await getattr(records, name).write(time.monotonic())
    return (0,)


async def all_of_them(first):
    begin = time.monotonic()
    for number, record in enumerate(many.values()):
        await record.write(float(int(first) + number))
    return begin, time.monotonic()


async def handler_calls():
    return (calls,)


async def listen(_library):
    answers = {"sets": sets, "waves": waves, "times": times, "all": all_of_them, "calls": handler_calls}
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        word, *words = line.split()
        print("RESULT", *await answers[word](*words), flush=True)
    os._exit(0)


asyncio.run(start_server({**records.pvdb, **many}, interfaces=["127.0.0.1"], startup_hook=listen))
