"""EPICS device support in Python: every record is an attribute of a Python class."""

from ._driver import PythonDriver
from ._errors import DatabaseError, DriverError, ParameterError

__all__ = ["DatabaseError", "DriverError", "ParameterError", "PythonDriver"]
