"""The functions that the port's C++ code calls in its interpreter."""

import atexit
import gc
import importlib
import sys
import threading
import time
from typing import Any

from . import _namespace, _typos
from ._arrays import from_record
from ._driver import PythonDriver, add_attribute, refuse_coroutine
from ._errors import DriverError, ParameterError
from ._link import parameter_type, parse_link
from ._template import Collector, is_attribute

__all__ = ["bind_records", "finish", "forget", "from_record", "hooks", "load"]

_THREAD_LIMIT = 2.0  # s that the port waits for the driver's threads after shutdown()


def load(module_name: str) -> object:
    """Import the driver's module and return its global ``driver``. Raises DriverError if there is no such object."""
    # This write() does the same, but is faster if the attribute already has the value.
    PythonDriver.write = _asynPython().write  # type: ignore[method-assign]
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name == module_name:
            namespace = _namespace.of_caller(globals())
            folders = [*(namespace.path if namespace else []), *sys.path]
            places = "".join(f"\n    {entry}" for entry in dict.fromkeys(folders))
            error.add_note(f"the module was searched for in (PYTHONPATH, the current directory, sys.path):{places}")
        raise
    driver = getattr(module, "driver", None)
    if driver is None:
        classes = [
            name
            for name, value in vars(module).items()
            if isinstance(value, type) and issubclass(value, PythonDriver) and value is not PythonDriver
        ]
        hint = f"; add `driver = {classes[-1]}()` at its end" if classes else ""
        raise DriverError(f"module {module_name} ({getattr(module, '__file__', '?')}) has no object named driver{hint}")
    if isinstance(driver, type):
        raise DriverError(
            f"module {module_name}: expected driver to be an object, got the class {driver.__name__}; "
            f"write `driver = {driver.__name__}()`"
        )
    return driver


def hooks(driver: object) -> tuple[Any, Any, Any]:
    """Return the driver's read, write and readEnum, each None if the driver does not override the base class."""
    return (_hook(driver, "read"), _hook(driver, "write"), _hook(driver, "readEnum"))


def _hook(driver: object, name: str) -> Any:
    method = getattr(driver, name, None)
    if getattr(method, "__func__", None) is getattr(PythonDriver, name):
        return None
    refuse_coroutine(type(driver).__qualname__, name, method)
    return method if callable(method) else None


def bind_records(driver: object, loaded: list[tuple[Any, ...]]) -> None:
    """Bind the port's records at iocInit. Each item of ``loaded`` has the fields of a LoadedRecord.

    Adds attributes for records that no template names and sets the largest length of strings. A record that does not
    fit is logged with its name, and the other records are bound. Names that are probably misspelled are logged, too.
    """
    cls = type(driver)
    if not isinstance(driver, PythonDriver):
        return
    attributes = _attributes(cls)
    collector = Collector(cls, attributes)
    for attribute in attributes.values():
        collector.add(attribute.pyname, attribute.name, attribute.type, attribute.limit, f"class {cls.__qualname__}")
    limits: dict[str, int] = {}
    records = [_typos.LoadedRecord(*values) for values in loaded]
    for record in records:
        try:
            drvinfo = _bind(driver, collector, record)
        except (ParameterError, ValueError) as error:
            _log(f"record {record.name} ({record.type}): {error}")
            continue
        if drvinfo and record.capacity:
            limits[drvinfo] = max(limits.get(drvinfo, 0), record.capacity)
    attributes = _attributes(cls)
    for attribute in attributes.values():
        if attribute.name.lower() in limits:
            attribute.limit = limits[attribute.name.lower()]
    # vars(driver) would make the driver's attributes slower on CPython 3.11.
    own = _asynPython().attribute_names(driver)
    for text in _typos.find(driver, own, attributes, records, reads=_hook(driver, "read") is not None):
        _log(text)


def _log(text: str) -> None:
    _asynPython().log(f"port {_asynPython().port}: {text}")


def _attributes(cls: type) -> dict[str, Any]:
    found = {}
    for base in reversed(cls.__mro__):
        found.update({name: value for name, value in vars(base).items() if is_attribute(value)})
    return found


def _bind(driver: PythonDriver, collector: Collector, record: _typos.LoadedRecord) -> str | None:
    """Bind one record and return its lower-case drvInfo; None if it does not refer to a parameter."""
    type_ = parameter_type(record.dtyp)
    parsed = parse_link(record.link)
    pyname, capacity = record.pyname, record.capacity
    if type_ is None or parsed is None or not parsed.drvinfo:
        return None  # Device support reports the error.
    if pyname and (parsed.drvinfo.lower(), pyname) not in collector.parameters:
        collector.add(pyname, parsed.drvinfo, type_, capacity, f"record {record.name}")
        # The value that the driver assigned before the attribute existed.
        early = vars(driver).pop(pyname) if pyname in _asynPython().attribute_names(driver) else None
        add_attribute(type(driver), parsed.drvinfo, type_, pyname, capacity)
        if early is not None:
            setattr(driver, pyname, early)
    elif pyname:
        collector.add(pyname, parsed.drvinfo, type_, capacity, f"record {record.name}")
    return parsed.drvinfo.lower()


def finish(driver: object) -> None:
    """Shut the port down: call the driver's shutdown(), wait for its threads, run atexit handlers, flush output."""
    shutdown = getattr(driver, "shutdown", None)
    try:
        if callable(shutdown):
            shutdown()
    finally:
        port = _asynPython()
        port.close()  # First, so that threads that use the port or wait for it end.
        try:
            forget()
        finally:
            port.publish_assigned()
            for stream in (sys.stdout, sys.stderr):
                if stream is not None:
                    stream.flush()


def forget() -> None:
    """Wait for the port's threads, run its atexit handlers and release its modules."""
    namespace = _namespace.of_caller(globals())
    if namespace is None:
        _end_executors()
    _wait_for_threads()
    if namespace is None:
        _forget_executors()
        atexit._run_exitfuncs()
        _close_event_loops()
    else:
        namespace.close()


def _close_event_loops() -> None:
    # Otherwise the end of the interpreter may delete a loop's sockets before the loop, which then fails to close them.
    base: Any = getattr(sys.modules.get("asyncio.base_events"), "BaseEventLoop", None)
    if base is None or any(thread.is_alive() for thread in _own_threads()):
        return
    for loop in [each for each in gc.get_objects() if issubclass(type(each), base)]:
        if not loop.is_running():
            loop.close()


def _end_executors() -> None:
    """End the idle threads of every ThreadPoolExecutor, as Python does at its own exit."""
    futures: Any = sys.modules.get("concurrent.futures.thread")
    if futures is not None:
        with futures._global_shutdown_lock:
            futures._shutdown = True
            for work in list(futures._threads_queues.values()):
                work.put(None)


def _forget_executors() -> None:
    # Otherwise Python 3.13 would wait for their threads again and print an error.
    futures: Any = sys.modules.get("concurrent.futures.thread")
    if futures is not None:
        with futures._global_shutdown_lock:
            futures._threads_queues.clear()


def _own_threads() -> list[threading.Thread]:
    """Return the threads that must end before the port does. In mode main: those that run code of the port's modules.

    Daemon threads are included, because a thread that is started from a thread of EPICS is a daemon by default.
    """
    others = (threading.current_thread(), threading.main_thread())
    dummy: Any = threading._DummyThread  # a thread of EPICS, which cannot be joined
    threads = [each for each in threading.enumerate() if each not in others and not isinstance(each, dummy)]
    namespace = _namespace.of_caller(globals())
    if namespace is None:
        return threads
    frames = _asynPython().thread_frames()
    return [t for t in threads if _namespace.owns_frame(namespace, frames.get(t.ident or 0))]


def _wait_for_threads() -> None:
    deadline = time.monotonic() + _THREAD_LIMIT
    for thread in _own_threads():
        thread.join(max(0.0, deadline - time.monotonic()))
        if thread.is_alive():
            _log(
                f"thread {thread.name} still runs {_THREAD_LIMIT:g} s after shutdown(); the port no longer waits for it"
            )


def _asynPython() -> Any:
    return importlib.import_module("_asynPython")
