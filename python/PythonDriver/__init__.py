"""EPICS device support in Python: the records of a port are attributes of a Python class."""

from ._driver import PythonDriver
from ._errors import DatabaseError, DriverError, ParameterError

__all__ = ["DatabaseError", "DriverError", "ParameterError", "PythonDriver"]

__version__: str


def __getattr__(name: str) -> str:
    # Looked up on request only: the import of importlib.metadata would delay the start of each port.
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import metadata

    try:
        return metadata.version("asynPythonDriver")
    except metadata.PackageNotFoundError:
        raise AttributeError("PythonDriver has no __version__: it was not installed as a Python package") from None
