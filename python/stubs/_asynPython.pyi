"""The module through which a port's Python code calls the port. Each port has its own module of this name.

Source: asynPythonApp/src/port/module.cpp and attribute.cpp.
"""

from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import FrameType, ModuleType
from typing import Any, final

port: str
"""The port's name."""

class PortClosed(SystemExit):
    """Raised in a port's threads when they use the port after its shutdown. An uncaught one ends the thread silently."""

@final
class Attribute:
    """A parameter of the port as a descriptor of the driver's class."""

    limit: int
    """The largest length of a string in bytes; 0 if it is unknown."""

    def __init__(self, name: str, type: str, pyname: str, limit: int = 0) -> None:
        """Find or create the parameter. ``type`` is such as ``Float64``. Raises ValueError if the port refuses it."""

    def __get__(self, instance: object, owner: Any = None) -> Any:
        """Return the parameter's value. Raises AttributeError if it has none."""

    def __set__(self, instance: object, value: Any) -> None:
        """Set the parameter. Raises TypeError or ValueError for a value that does not fit its type."""

    @property
    def name(self) -> str:
        """The drvInfo string, which is the ``reason`` of ``read()`` and ``write()``."""

    @property
    def pyname(self) -> str:
        """The attribute's name in the class."""

    @property
    def type(self) -> str:
        """The parameter's type, such as ``Float64`` or ``Int8Array``."""

def update(address: int = 0) -> None:
    """Call back the records of all parameters that changed since the last call. Raises PortClosed."""

def publish_assigned() -> None:
    """Call back the records of the parameters that the calling thread has assigned. Does nothing after shutdown."""

def update_enum(reason: str, enums: Sequence[tuple[str, int, int]]) -> None:
    """Set a parameter's choices, each (string, value, severity). Raises TypeError, ValueError or PortClosed."""

def write(self: object, reason: str, value: Any) -> None:
    """Assign the value to the attribute of that reason. This is ``PythonDriver.write`` in a port."""

def log(message: str) -> None:
    """Write the lines of the message to EPICS' error log."""

def close() -> None:
    """Make all later calls of the port from Python raise PortClosed."""

def preload(path: str) -> None:
    """Load a shared library and its dependencies, and never unload it. Raises ImportError."""

def load_extension(spec: ModuleSpec, path: str, function: str) -> ModuleType:
    """Load the extension module in a file that only this interpreter uses. Raises ImportError."""

def import_in_main(name: str) -> None:
    """Import a module in the main interpreter. Does nothing if the import fails there."""

def expand_macros(text: str) -> str:
    """Expand a text's macros by macLib, with the environment variables. An undefined macro stays as ``$(NAME)``."""

def environment() -> dict[str, str]:
    """Return the process's environment, including what the IOC shell has set since Python started."""

def thread_frames() -> dict[int, FrameType]:
    """Return the innermost frame of each thread of this interpreter, by thread identifier."""

def attribute_names(object: object, /) -> list[str]:
    """Return the names in an object's ``__dict__``. Unlike ``vars()``, it does not slow the object down (CPython 3.11)."""

def alone() -> bool:
    """Return whether the process has no interpreter besides the main one."""
