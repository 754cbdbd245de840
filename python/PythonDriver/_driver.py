"""The base class of drivers."""

from collections.abc import Sequence
from types import FunctionType
from typing import Any, ClassVar

from ._errors import DriverError
from ._template import is_attribute, read_template, static_attribute

# Flags of code: a generator, a coroutine, an asynchronous generator. As inspect.CO_GENERATOR and so on.
_COROUTINE = 0x20 | 0x80 | 0x200


class PythonDriver:
    """A port's driver: its records are attributes of this class.

    A subclass names its template in ``__db__``. Each record there with ``info(pyname, "rand")`` makes an
    attribute ``rand``; assigning to it sets the parameter, :meth:`update` publishes what changed to the
    records. Several records may share a parameter, such as a setting and its readback.

    The module's global ``driver`` is the object that the port uses. ``__init__`` may assign attributes
    and start threads; ``super().__init__()`` need not be called.
    """

    #: Template with the driver's records, or a sequence of templates.
    __db__: ClassVar[str | Sequence[str]]

    #: The attribute's name for each drvInfo string.
    params: ClassVar[dict[str, str]] = {}

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        for name in ("read", "write", "readEnum"):
            refuse_coroutine(cls.__qualname__, name, getattr(cls, name))
        templates = cls.__dict__.get("__db__", ())
        for template in [templates] if isinstance(templates, str) else templates:
            _add_attributes(cls, template)
        # A driver may also write Attributes down itself.
        for name in sorted({name for base in cls.__mro__ for name in vars(base)}):
            attribute: Any = static_attribute(cls, name)
            if is_attribute(attribute):
                cls.params = {**cls.params, attribute.name: name}

    def read(self, reason: str) -> Any:
        """Called when a record asks for its value. Returns the attribute's value.

        Override it for parameters that must be fetched; ``reason`` is the drvInfo string, as
        ``type(self).rand.name`` gives it. Return None to leave a parameter as it is, as this method does
        if there is no value yet. An exception gives the record a READ alarm.
        """
        try:
            return getattr(self, self.params[reason])
        except AttributeError:  # that there is no value; a parameter raises it for nothing else
            return None

    def write(self, reason: str, value: Any) -> None:
        """Called when a record writes. Assigns the value to the attribute.

        ``value`` is an int, a float, a str, or for arrays a numpy array where the driver has imported
        numpy and an array.array where not. The attribute has the new value already. An exception
        gives the record a WRITE alarm and the attribute its old value back.
        """
        setattr(self, self.params[reason], value)

    def readEnum(self, reason: str) -> Sequence[tuple[str, int, int]] | None:
        """Called at iocInit for records with choices. Returns (string, value, severity) for each, or None."""
        return None

    def update(self) -> None:
        """Publishes everything that changed, whichever thread assigned it: calls the records that show it.

        When ``read``, ``write``, ``readEnum`` or ``shutdown`` returns, what its thread has assigned is published
        without it.
        """
        _port().update()

    def updateEnum(self, reason: str, enums: Sequence[tuple[str, int, int]]) -> None:
        """Gives the records of a parameter new choices, each (string, value, severity).

        Records have room for 16 choices of 25 characters; bi and bo for two.
        """
        _port().update_enum(reason, enums)

    def shutdown(self) -> None:
        """Called once when the port goes down, before its threads are waited for. Stop them here."""


def refuse_coroutine(owner: str, name: str, method: object) -> None:
    """A port cannot await: the call would make a coroutine, or a generator, and run nothing of it."""
    if _runs_nothing(method):
        raise DriverError(
            f"expected {owner}.{name} to be a plain def, got a coroutine or a generator, which a call does not run; start a "
            "coroutine with asyncio.run_coroutine_threadsafe, and do not wait for one that uses the port"
        )


def _runs_nothing(method: object) -> bool:
    function = getattr(method, "__func__", method)
    if function is PythonDriver.write:
        return False
    if type(function) is FunctionType and not vars(function):
        return bool(function.__code__.co_flags & _COROUTINE)
    import inspect  # slow to import; it knows decorated functions, too

    kinds = (inspect.iscoroutinefunction, inspect.isasyncgenfunction, inspect.isgeneratorfunction)
    return any(kind(method) for kind in kinds)


_module: Any = None  # _asynPython, once a driver has asked for it


def _port() -> Any:
    global _module
    if _module is None:
        try:
            import _asynPython
        except ModuleNotFoundError:
            raise DriverError(
                "this is not the interpreter of a port: start drivers with asynPythonDriverConfigure(port, module) in "
                "an IOC's startup script"
            ) from None
        _module = _asynPython
    return _module


def _add_attributes(cls: type[PythonDriver], template: str) -> None:
    for parameter in read_template(template, cls, _port().expand_macros):
        add_attribute(cls, parameter.drvinfo, parameter.type, parameter.pyname, parameter.limit)


def add_attribute(cls: type[PythonDriver], drvinfo: str, type_: str, pyname: str, limit: int) -> None:
    """Makes a parameter of the port an attribute of the class."""
    attribute = _port().Attribute(drvinfo, type_, pyname, limit)
    setattr(cls, pyname, attribute)
    cls.params = {**cls.params, attribute.name: pyname}
