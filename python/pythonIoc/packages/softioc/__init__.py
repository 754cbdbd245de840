"""An EPICS IOC that is a Python script.

:mod:`softioc.builder` makes records, :mod:`softioc.softioc` runs the IOC::

    from softioc import builder, softioc

    builder.SetDeviceName("TEST")
    temperature = builder.aIn("TEMPERATURE", EGU="C", initial_value=20.5)
    builder.LoadDatabase()
    softioc.iocInit()
    softioc.interactive_ioc(globals())
"""

import pythonIoc as _pythonIoc  # noqa: F401  (the path: of this package, and no other softioc's)

__all__ = ["__version__"]

#: Of pythonSoftIOC, the one whose scripts run here; behind the plus sign is whose package this is.
__version__ = "4.7.2+asynPythonDriver"
