"""The records of benchmarks/pythonIocs, and what it asks for: pcaspy. Arguments as of pythonIocsSoftioc.py."""

import os
import sys
import threading
import time

from pcaspy import Driver, SimpleServer

prefix, count, length = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
calls = 0


class Records(Driver):
    def write(self, reason, value):
        global calls
        if reason in ("Put", "Blocking"):
            calls += 1
        self.setParam(reason, value)
        if reason == "Blocking":
            self.callbackPV(reason)
        return True


pvs = {name: {"type": "float"} for name in ("In", "Out", "Put", *(f"M{number}" for number in range(count)))}
pvs["Blocking"] = {"type": "float", "asyn": True}
if length:
    pvs["Wave"] = {"type": "float", "count": length}
server = SimpleServer()
server.createPV(prefix + ":", pvs)
records = Records()


def put(name, value):
    records.setParam(name, value)
    records.updatePV(name)


def sets(name, loops, first):
    begin = time.monotonic()
    for value in range(int(first), int(first) + int(loops)):
        put(name, value)
    return begin, time.monotonic()


def waves(seconds, first):
    import numpy as np  # which not all need without a waveform

    array = np.arange(length, dtype=float)
    number = float(first)
    begin = time.monotonic()
    while time.monotonic() < begin + float(seconds):
        number += 1
        array[0] = number
        put("Wave", array)
    return begin, number


def times(name, loops, pause):
    for _ in range(int(loops)):
        time.sleep(float(pause))
        put(name, time.monotonic())
    return (0,)


def all_of_them(first):
    begin = time.monotonic()
    for number in range(count):
        put(f"M{number}", int(first) + number)
    return begin, time.monotonic()


def listen():
    answers = {"sets": sets, "waves": waves, "times": times, "all": all_of_them, "calls": lambda: (calls,)}
    for line in sys.stdin:
        word, *words = line.split()
        print("RESULT", *answers[word](*words), flush=True)
    os._exit(0)


threading.Thread(target=listen, daemon=True).start()
while True:
    server.process(0.001)
