"""The base class of port drivers."""

from collections.abc import Sequence
from types import FunctionType
from typing import Any, ClassVar

from ._errors import DriverError
from ._template import is_attribute, read_template, static_attribute

# The flags inspect.CO_GENERATOR, CO_COROUTINE and CO_ASYNC_GENERATOR. Importing inspect takes too long.
_COROUTINE = 0x20 | 0x80 | 0x200


class PythonDriver:
    """The base class of port drivers. The port's parameters are attributes of the class.

    A subclass names its template in ``__db__``. A record of the template with ``info(pyname, "rand")`` creates the
    attribute ``rand``. Assigning to it sets the parameter, and :meth:`update` publishes the changed parameters to the
    records. Several records may share a parameter, for example a setting and its readback.

    The port uses the object that the module's global variable ``driver`` holds. ``__init__`` may assign attributes
    and start threads. It does not have to call ``super().__init__()``.

    Creating a subclass raises DatabaseError if a template cannot be found or read, ParameterError if a record cannot
    become an attribute, and DriverError if a method is a coroutine or if the process has no port for the module.
    """

    #: The file name of the template with the driver's records, or a sequence of file names.
    __db__: ClassVar[str | Sequence[str]]

    #: The attribute names by drvInfo string.
    params: ClassVar[dict[str, str]] = {}

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        for name in ("read", "write", "readEnum"):
            refuse_coroutine(cls.__qualname__, name, getattr(cls, name))
        templates = cls.__dict__.get("__db__", ())
        for template in [templates] if isinstance(templates, str) else templates:
            _add_attributes(cls, template)
        # A class may also define Attribute objects itself.
        for name in sorted({name for base in cls.__mro__ for name in vars(base)}):
            attribute: Any = static_attribute(cls, name)
            if is_attribute(attribute):
                cls.params = {**cls.params, attribute.name: name}

    def read(self, reason: str) -> Any:
        """Return the value of a parameter. Called when a record reads.

        ``reason`` is the drvInfo string, which is also ``type(self).rand.name``. Override this method for parameters
        that must be fetched from the device. Return None to leave the parameter unchanged. This method returns the
        attribute's value, or None if it has none. An exception sets the record's alarm to READ.
        """
        try:
            return getattr(self, self.params[reason])
        except AttributeError:  # An Attribute raises it only if there is no value yet.
            return None

    def write(self, reason: str, value: Any) -> None:
        """Handle a value that a record writes. This method assigns it to the attribute.

        ``reason`` is the drvInfo string. ``value`` is an int, a float, a str or an array. An array is one-dimensional:
        a numpy array if the driver has imported numpy, otherwise an array.array. The attribute has the new value
        before this method is called. An exception sets the record's alarm to WRITE and restores the old value.
        """
        setattr(self, self.params[reason], value)

    def readEnum(self, reason: str) -> Sequence[tuple[str, int, int]] | None:
        """Return the choices of a parameter, each (string, value, severity), or None to leave those of the record.

        Called at iocInit for records with choices: bi, bo, mbbi, mbbo. ``severity`` is 0 (NO_ALARM) to 3 (INVALID).
        """
        return None

    def update(self) -> None:
        """Publish all changed parameters to their records, including those that other threads assigned.

        Code of ``read``, ``write``, ``readEnum`` and ``shutdown`` does not need to call it: when they return, the
        parameters that their thread assigned are published. After shutdown, it raises SystemExit, which ends the
        calling thread.
        """
        _port().update()

    def updateEnum(self, reason: str, enums: Sequence[tuple[str, int, int]]) -> None:
        """Set new choices for the records of a parameter, each (string, value, severity).

        mbbi and mbbo records hold 16 choices, bi and bo records two. A string has at most 25 characters. Raises
        TypeError for a malformed choice and ValueError if the port has no parameter ``reason``.
        """
        _port().update_enum(reason, enums)

    def shutdown(self) -> None:
        """Stop the driver's threads. Called once when the port shuts down, before the port waits for its threads."""


def refuse_coroutine(owner: str, name: str, method: object) -> None:
    """Raise DriverError if a method is a coroutine or generator function, because a port does not run those."""
    if _runs_nothing(method):
        raise DriverError(
            f"expected {owner}.{name} to be a plain def, got a coroutine or generator function; to run a coroutine, "
            "start it with asyncio.run_coroutine_threadsafe, and do not wait for it if it uses the port"
        )


def _runs_nothing(method: object) -> bool:
    """Return whether calling the method only creates a coroutine or a generator."""
    function = getattr(method, "__func__", method)
    if function is PythonDriver.write:
        return False
    if type(function) is FunctionType and not vars(function):
        return bool(function.__code__.co_flags & _COROUTINE)
    import inspect  # Slow to import. It also recognises decorated functions.

    kinds = (inspect.iscoroutinefunction, inspect.isasyncgenfunction, inspect.isgeneratorfunction)
    return any(kind(method) for kind in kinds)


_module: Any = None  # _asynPython, imported on first use


def _port() -> Any:
    global _module
    if _module is None:
        try:
            import _asynPython
        except ModuleNotFoundError:
            raise DriverError(
                "no port uses this Python interpreter; start the driver with asynPythonDriverConfigure(port, module) "
                "in an IOC's startup script"
            ) from None
        _module = _asynPython
    return _module


def _add_attributes(cls: type[PythonDriver], template: str) -> None:
    for parameter in read_template(template, cls, lambda text: str(_port().expand_macros(text))):
        add_attribute(cls, parameter.drvinfo, parameter.type, parameter.pyname, parameter.limit)


def add_attribute(cls: type[PythonDriver], drvinfo: str, type_: str, pyname: str, limit: int) -> None:
    """Add an attribute for a parameter of the port to the class."""
    attribute = _port().Attribute(drvinfo, type_, pyname, limit)
    setattr(cls, pyname, attribute)
    cls.params = {**cls.params, attribute.name: pyname}
