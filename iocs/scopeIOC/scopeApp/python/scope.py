"""A simulated oscilloscope that shows a 1 kHz sine of 1 V with noise on a screen of 10 by 10 divisions."""

import threading

import numpy as np
from PythonDriver import PythonDriver

FREQUENCY = 1000.0  # Hz
AMPLITUDE = 1.0  # V
DIVISIONS = 10  # in both directions
POINTS = 1000
VOLTS_PER_DIVISION = {  # V at gain 1, by gain
    1: (0.1, 0.2, 0.5, 1.0, 2.0),
    10: (1.0, 2.0, 5.0, 10.0),
    100: (1.0, 2.0, 5.0),
}


class ScopeDriver(PythonDriver):
    """The driver of scope.template. Its waveform is an array of 1000 values in divisions."""

    __db__ = "scope.template"

    def __init__(self):
        self.run = 1
        self.npoints = POINTS
        self.timediv_menu = 100
        self.timediv = 0.0001
        self.offset = 0.0
        self.delay = 0.0
        self.noise = 0.1
        self.refresh = 0.5
        self.timebase = np.linspace(0, DIVISIONS, POINTS)
        self.gain_menu = 10
        self.set_gain()

        self.stop = False
        self.changed = threading.Event()
        self.thread = threading.Thread(target=self.simulate)
        self.thread.start()

    def set_gain(self):
        """Set the gain and offer the volts per division that are possible with it."""
        self.gain = self.gain_menu
        volts = [volts / self.gain for volts in VOLTS_PER_DIVISION[self.gain_menu]]
        # The value of a choice is an integer, here in millivolts.
        self.choices = [(f"{value:.3g} V", round(value * 1000), 0) for value in volts]
        self.updateEnum(ScopeDriver.voltsdiv_menu.name, self.choices)
        self.voltsdiv_menu = self.choices[-1][1]
        self.voltsdiv = volts[-1]

    def readEnum(self, reason):
        if reason == ScopeDriver.voltsdiv_menu.name:
            return self.choices

    def write(self, reason, value):
        if reason == ScopeDriver.gain_menu.name and value not in VOLTS_PER_DIVISION:
            raise ValueError(f"expected a vertical gain of {list(VOLTS_PER_DIVISION)}, got {value}")
        super().write(reason, value)
        if reason == ScopeDriver.gain_menu.name:
            self.set_gain()
        elif reason == ScopeDriver.timediv_menu.name:
            self.timediv = value / 1_000_000
        elif reason == ScopeDriver.voltsdiv_menu.name:
            self.voltsdiv = value / 1000
        self.changed.set()

    def simulate(self):
        while not self.stop:
            if self.run:
                self.acquire()
            self.update()
            self.changed.wait(self.refresh if self.run else None)
            self.changed.clear()

    def acquire(self):
        time = self.delay + np.linspace(0, self.timediv * DIVISIONS, POINTS)
        volts = AMPLITUDE * np.sin(2 * np.pi * FREQUENCY * time)
        volts += self.noise * np.random.uniform(-1, 1, POINTS) + self.offset
        self.mini = volts.min()
        self.maxi = volts.max()
        self.mean = volts.mean()
        # Zero volts are in the middle of the screen.
        self.waveform = DIVISIONS / 2 + volts / self.voltsdiv

    def shutdown(self):
        self.stop = True
        self.changed.set()


driver = ScopeDriver()
