"""The package's exceptions."""


class DriverError(Exception):
    """A driver module or class cannot be used by a port."""


class DatabaseError(DriverError):
    """A template cannot be found or read; the message names file and line."""


class ParameterError(DriverError):
    """A record of a template cannot be an attribute of its driver class."""
