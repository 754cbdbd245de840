"""A furnace: its temperature follows the set point, a little every 100 ms."""

import threading
import time

from softioc import builder

PERIOD = 0.1  # s
RATE = 0.05  # of the difference, each time


class Furnace:
    """The simulated device, with the records that show it."""

    def __init__(self) -> None:
        self.target = 20.0
        self.on = False
        self.temperature = builder.aIn("TEMPERATURE", EGU="degC", PREC=1, initial_value=20.0)
        self.steady = builder.boolIn("STEADY", "Changing", "Steady", initial_value=1)
        builder.aOut("TARGET", 20, 1200, "degC", 1, initial_value=20.0, on_update=self.set_target)
        builder.boolOut("HEATING", "Off", "On", initial_value=0, on_update=self.set_heating)

    def set_target(self, value: float) -> None:
        self.target = value

    def set_heating(self, value: int) -> None:
        self.on = bool(value)

    def run(self) -> None:
        """The device's life, in a thread of its own."""
        temperature = 20.0
        while True:
            time.sleep(PERIOD)
            difference = (self.target if self.on else 20.0) - temperature
            temperature += RATE * difference
            self.temperature.set(temperature)
            self.steady.set(abs(difference) < 0.5)


furnace: Furnace


def initialise() -> None:
    """Makes the records: before builder.LoadDatabase()."""
    global furnace
    builder.SetDeviceName("TS-FURNACE-01")
    furnace = Furnace()


def start() -> None:
    """Starts the device: after iocInit(), since its records must be there."""
    threading.Thread(target=furnace.run, name="furnace", daemon=True).start()
