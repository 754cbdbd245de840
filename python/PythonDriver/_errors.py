"""The package's exceptions."""


class DriverError(Exception):
    """A driver module or class cannot be used by a port."""


class DatabaseError(DriverError):
    """A template cannot be found or read. The message names the file and line."""


class ParameterError(DriverError):
    """A record cannot become an attribute of its driver class. The message names the record."""
