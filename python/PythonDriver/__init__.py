"""EPICS device support in Python: the records of a port are attributes of a Python class."""

from ._driver import PythonDriver
from ._errors import DatabaseError, DriverError, ParameterError

__all__ = ["DatabaseError", "DriverError", "ParameterError", "PythonDriver"]
