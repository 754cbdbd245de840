"""An EPICS IOC in a Python script.

:mod:`softioc.builder` creates records and :mod:`softioc.softioc` runs the IOC::

    from softioc import builder, softioc

    builder.SetDeviceName("TEST")
    temperature = builder.aIn("TEMPERATURE", EGU="C", initial_value=20.5)
    builder.LoadDatabase()
    softioc.iocInit()
    softioc.interactive_ioc(globals())
"""

import pythonIoc as _pythonIoc  # noqa: F401  (sets sys.path and refuses another softioc)

__all__ = ["__version__"]

#: The version of pythonSoftIOC whose scripts this package runs. The part after the plus sign names this package.
__version__ = "4.7.2+asynPythonDriver"
