"""The driver that benchmarks/interpreters measures."""

import ctypes
import os
import threading
import time

import _asynPython
from PythonDriver import PythonDriver

if os.environ.get("BENCH_NUMPY"):
    import numpy  # noqa: F401

library = ctypes.PyDLL(os.environ["BENCH_LIBRARY"])  # holds the GIL
library.benchGive.argtypes = (ctypes.c_char_p, *[ctypes.py_object] * 3)
library.benchGive.restype = None
library.benchResult.argtypes = (ctypes.c_double,)
library.benchResult.restype = None

IDLE, BUSY, SET, UPDATE = range(4)


class Driver(PythonDriver):
    __db__ = "interpreters.template"

    def __init__(self):
        self.value = 0
        self.mode = self.compute = IDLE
        self.task = IDLE
        if _asynPython.port != "LIFE":  # what is handed out stays
            library.benchGive(_asynPython.port.encode(), self.trivial, self.read, "VALUE")

    def trivial(self, reason):
        return None

    def read(self, reason):
        if reason == "COMPUTE":
            return self.work()
        return self.value

    def write(self, reason, value):
        super().write(reason, value)
        self.task = value
        action = {BUSY: self.spin, SET: self.set, UPDATE: self.set_and_update}.get(value)
        if action:
            threading.Thread(target=action, daemon=True).start()

    def work(self):
        value = 1
        for _ in range(1_500_000):
            value = value * 69069 % 4294967296
        return value % 1000

    def spin(self):
        value = 1
        while self.task == BUSY:
            value = value * 69069 % 4294967296

    def set(self):
        self.rate(lambda: None)

    def set_and_update(self):
        self.rate(self.update)

    def rate(self, then):
        count, start = 0, time.monotonic()
        while (took := time.monotonic() - start) < 0.2:
            for self.value in range(count, count + 1000):
                then()
            count += 1000
        library.benchResult(count / took)


driver = Driver()
