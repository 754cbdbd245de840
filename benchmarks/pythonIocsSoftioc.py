"""The records of benchmarks/pythonIocs, and what it asks for: softioc, ours and that of the registry.

pythonIocsSoftioc.py PREFIX COUNT LENGTH: COUNT records beside those of fixed names, and a waveform of LENGTH
where that is not 0.
"""

import sys
import time

from softioc import asyncio_dispatcher, builder, softioc

prefix, count, length = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
calls = 0


def called(value):
    global calls
    calls += 1


dispatcher = asyncio_dispatcher.AsyncioDispatcher()
builder.SetDeviceName(prefix)
scalars = {"In": builder.aIn("In"), "Out": builder.aOut("Out")}
builder.aOut("Put", on_update=called)
builder.aOut("Blocking", on_update=called, blocking=True)
wave = builder.WaveformIn("Wave", length=length) if length else None
many = [builder.aIn(f"M{number}") for number in range(count)]
builder.LoadDatabase()
softioc.iocInit(dispatcher)


def sets(name, loops, first):
    record = scalars[name]
    begin = time.monotonic()
    for value in range(int(first), int(first) + int(loops)):
        record.set(value)
    return begin, time.monotonic()


def waves(seconds, first):
    """Until the time is over; the first element is the array's number."""
    import numpy as np  # which not all need without a waveform

    array = np.arange(length, dtype=float)
    number = float(first)
    begin = time.monotonic()
    while time.monotonic() < begin + float(seconds):
        number += 1
        array[0] = number
        wave.set(array)
    return begin, number


def times(name, loops, pause):
    record = scalars[name]
    for _ in range(int(loops)):
        time.sleep(float(pause))
        record.set(time.monotonic())
    return (0,)


def all_of_them(first):
    begin = time.monotonic()
    for number, record in enumerate(many):
        record.set(int(first) + number)
    return begin, time.monotonic()


answers = {"sets": sets, "waves": waves, "times": times, "all": all_of_them, "calls": lambda: (calls,)}
for line in sys.stdin:
    word, *words = line.split()
    print("RESULT", *answers[word](*words), flush=True)
softioc.exit(0)
