"""A room that is heated to what clients set."""

import time

from softioc import builder, softioc

builder.SetDeviceName("ROOM")
temperature = builder.aIn("TEMPERATURE", EGU="degC", PREC=1, initial_value=15.0)
state = builder.mbbIn("STATE", "Idle", "Heating", ("Too hot", "MINOR"))


def heat(target: float) -> None:
    """Takes as long as the room does; a put with completion waits for it."""
    state.set(1)
    while (now := temperature.get()) < target:
        time.sleep(0.1)
        temperature.set(min(now + 0.5, target))
    state.set(2 if target > 22 else 0)


limit = builder.aOut("LIMIT", 5, 30, "degC", 1, initial_value=25.0)
builder.aOut(
    "TARGET", 5, 30, "degC", 1, initial_value=15.0, blocking=True,
    validate=lambda record, value: value <= limit.get(), on_update=heat,
)  # fmt: skip
builder.boolOut("RESET", on_update=lambda value: temperature.set(15.0), always_update=True)

builder.LoadDatabase()
softioc.iocInit()
softioc.interactive_ioc(globals())
