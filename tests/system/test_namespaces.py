"""interpreter=main: a port's own modules under private names, and every way to import them."""

import re

import pytest
from conftest import StartIoc
from modes import MODES, configure, try_rules

RULES = """
import sibling
import package.inner as inner
import package.deep.leaf
import spread.part
import json, importlib, numpy, collections.abc
import os.path as path
import importlib.util
from package import inner as again, value
from package.deep import *
from importlib import import_module
from PythonDriver import DriverError

@rule
def modules_are_the_ports_own():
    assert sibling.port == PORT and inner.port == PORT and package.deep.leaf.port == PORT
    assert again is inner and value == "value of package" and leaf is package.deep.leaf
    assert sibling is sys.modules[sibling.__name__] and sys.modules[__name__].PORT == PORT

@rule
def libraries_are_the_processes():
    assert "json" in sys.modules and json is sys.modules["json"] and numpy is sys.modules["numpy"]
    assert json.loads("[1]") == [1] and numpy.arange(2).sum() == 1 and path.sep == "/"
    assert importlib.util.find_spec("json").name == "json" and issubclass(list, collections.abc.Sequence)

@rule
def what_is_built_in_is_not_hidden():
    import time
    assert time.time() > 0

@rule
def a_folder_of_data_hides_no_library():
    import csv
    assert list(csv.reader(["a,b"])) == [["a", "b"]]

@rule
def namespace_packages():
    assert spread.part.port == PORT and import_module("spread.part") is spread.part

@rule
def import_module_finds_the_ports():
    assert import_module("sibling") is sibling and importlib.import_module("package.inner") is inner
    assert importlib.import_module("package") is package and import_module("json") is json
    assert import_module(".inner", package.__name__) is inner and import_module(".inner", "package") is inner
    assert package.relative() is inner and __import__("package.inner") is package
    try:
        import_module("package.absent")
    except ModuleNotFoundError:
        pass
    else:
        raise AssertionError("ModuleNotFoundError is expected")

@rule
def errors_of_a_missing_module_name_it():
    try:
        import absent_from_everywhere
    except ModuleNotFoundError as error:
        assert error.name == "absent_from_everywhere" and PORT not in str(error), error
    try:
        from sibling import absent_name
    except ImportError:
        pass
    else:
        raise AssertionError("ImportError is expected")

@rule
def reload_keeps_the_names_private():
    sibling.port = "changed"
    assert importlib.reload(sibling) is sibling and sibling.port == PORT

@rule
def circular_imports():
    import circle_a
    assert circle_a.circle_b.circle_a is circle_a and circle_a.late() == "b of " + PORT

@rule
def lazy_imports_in_functions_and_threads():
    found = []
    def work():
        import lazy
        from package import lately
        found.append((lazy.port, lately.port))
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [(PORT, PORT)] * 4

@rule
def executed_text_imports_alike():
    names = {}
    exec("import sibling", names)
    assert names["sibling"] is sibling and eval("__import__('sibling')") is sibling

@rule
def objects_are_pickled():
    import copy, pickle
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        for value in (sibling.Point(1, 2), inner.Color.RED, inner.Pair(1, 2), sibling.function):
            again = pickle.loads(pickle.dumps(value, protocol))
            assert again == value and type(again) is type(value)
    assert copy.deepcopy(sibling.Point(1, 2)) == sibling.Point(1, 2)

@rule
def annotations_are_resolved():
    import dataclasses, inspect, typing
    assert typing.get_type_hints(sibling.Node)["next"] == typing.Optional[sibling.Node]
    assert dataclasses.asdict(sibling.Node(None, 1)) == {"next": None, "value": 1}
    assert dataclasses.replace(sibling.Point(1, 2), x=3).x == 3
    assert "def function" in inspect.getsource(sibling.function) and inspect.getmodule(sibling.function) is sibling

@rule
def a_module_is_not_main():
    assert __name__ != "__main__" and sibling.ran_as_main is False
    import package.__main__
    assert package.__main__.port == PORT

@rule
def the_packages_own_classes_are_one():
    import PythonDriver as whole
    assert whole.DriverError is DriverError and issubclass(Rules, whole.PythonDriver)
"""

# In an interpreter of its own the port's module hides the library's from the library, too.
HIDING = """
@rule
def a_sibling_hides_a_library_of_the_same_name_from_the_port_alone():
    import concurrent.futures, queue
    assert queue.name == "the port's queue" and not hasattr(sys.modules.get("queue"), "name")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:  # which has the library's
        assert pool.submit(lambda: 3).result() == 3
"""
QUEUE = {"queue": 'name = "the port\'s queue"\n'}

OF_PORT = "import _asynPython\nport = _asynPython.port\n"
MODULES = {
    "sibling": "from __future__ import annotations\nfrom dataclasses import dataclass\nfrom typing import Optional\n"
    + OF_PORT
    + "@dataclass\nclass Node:\n    next: Optional[Node]\n    value: int\n"
    "@dataclass(frozen=True)\nclass Point:\n    x: int\n    y: int\n"
    "def function():\n    pass\nran_as_main = __name__ == '__main__'\n",
    "time": "raise RuntimeError('this hides a built-in module')\n",
    "circle_a": "import circle_b\nfrom circle_b import name\ndef late():\n    return name()\n",
    "circle_b": "import circle_a\n" + OF_PORT + "def name():\n    return 'b of ' + circle_a.circle_b.port\n",
    "lazy": OF_PORT,
    "package/__init__": "from importlib import import_module\nvalue = 'value of package'\nfrom . import inner as _inner\n"
    "def relative():\n    return import_module('.inner', __package__)\n",
    "package/inner": OF_PORT
    + "import enum, typing\nfrom sibling import Point\nclass Color(enum.Enum):\n    RED = 1\nclass Pair(typing.NamedTuple):\n    a: int\n    b: int\n",
    "package/lately": "from . import inner\nfrom .inner import port\n",
    "package/__main__": OF_PORT,
    "package/deep/__init__": "__all__ = ['leaf']\n",
    "package/deep/leaf": "from ..inner import port\nfrom .. import value\n",
    "spread/part": OF_PORT,
    "csv/data": "",
}


@pytest.fixture
def folders(tmp_path):
    for name in MODULES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)


# The rules are about main, and hold where each port has an interpreter, too.
@pytest.mark.parametrize(("mode", "rules", "more"), [("main", RULES + HIDING, QUEUE), ("auto", RULES, {})])
def test_every_way_to_import(start_ioc: StartIoc, folders: None, mode: str, rules: str, more: dict[str, str]) -> None:
    # The process itself shall not look for its libraries in the current directory.
    safe = {"PYTHONSAFEPATH": "1"}
    ioc = try_rules(start_ioc, mode, rules, modules={**MODULES, **more}, environment=safe)
    assert ioc.exit() == 0, ioc.output
    assert "Traceback" not in ioc.output


@pytest.mark.python_host
def test_the_names_of_a_port_that_is_made_again_are_fresh(start_ioc: StartIoc, folders: None) -> None:
    ioc = try_rules(start_ioc, "main", RULES, count=2, again=2, modules=MODULES)
    assert ioc.exit() == 0, ioc.output
    assert "Traceback" not in ioc.output


APART = """
import sys
import numpy, json, logging
import _asynPython
import shared_name
from PythonDriver import PythonDriver
class D(PythonDriver):
    def shutdown(self):
        sys.stdout.write(f"<{_asynPython.port}> has {shared_name.items}, {id(numpy)} {id(json)} {id(logging)}\\n")
driver = D()
shared_name.items.append(_asynPython.port)
"""


def test_ports_do_not_see_each_others_modules_and_share_libraries(start_ioc: StartIoc) -> None:
    ports = ["P1", "P-2", "P 3", "P.4", "os", "port_P1"]
    ioc = start_ioc(
        "".join(configure(port, "apart", "main") for port in ports) + "iocInit\necho up\n",
        modules={"apart": APART, "shared_name": "items = []\n"},
    )
    ioc.wait_for("up\n")
    assert ioc.exit() == 0
    libraries = set()
    for port in ports:
        libraries.add(ioc.wait_for(rf"(?m)<{port}> has \['{port}'\], (\d+ \d+ \d+)$")[1])
    assert len(libraries) == 1


ATEXIT = """
import atexit, sys
from atexit import register
import _asynPython
from PythonDriver import PythonDriver
def say(text):
    sys.stdout.write(f"<{_asynPython.port}> {text}\\n")
class D(PythonDriver):
    def shutdown(self):
        say("shutdown")
driver = D()
register(say, "first")
atexit.register(say, text="second")
atexit.register(print, "never")
atexit.unregister(print)
@atexit.register
def third():
    say("third")
"""


@pytest.mark.parametrize("mode", ["main", "auto"])
def test_atexit_handlers_run_at_the_ports_end(start_ioc: StartIoc, mode: str) -> None:
    ioc = start_ioc(
        configure("P1", "d", mode) + configure("P2", "d", mode) + "iocInit\necho up\n", modules={"d": ATEXIT}
    )
    ioc.wait_for("up\n")
    ioc.ask("asynShutdownPort P1")
    order = ["shutdown", "third", "second", "first"]
    ioc.wait_for("<P1> first\n")
    assert "<P2> " not in ioc.output.split("up\n")[-1]
    assert ioc.exit() == 0
    for port in ("P1", "P2"):
        assert re.findall(rf"(?m)<{port}> (\w+)$", ioc.output) == order, ioc.output
    assert "never" not in ioc.output


SPAWNING = """
import multiprocessing, threading
from concurrent.futures import ProcessPoolExecutor
from PythonDriver import PythonDriver
import work

class D(PythonDriver):
    def __init__(self):
        threading.Thread(target=self.run).start()
    def run(self):
        context = multiprocessing.get_context("spawn")
        queue = context.Queue()
        child = context.Process(target=work.put, args=(queue, work.Thing(1)))
        child.start()
        print("queue", queue.get(timeout=60).number, flush=True)
        child.join()
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            print("pool", [thing.number for thing in pool.map(work.more, [work.Thing(5)])], flush=True)
        print("spawning ends", flush=True)

driver = D()
"""
WORK = """
import helper
class Thing:
    def __init__(self, number):
        self.number = number
def more(thing):
    return Thing(helper.add(thing.number))
def put(queue, thing):
    queue.put(more(thing))
"""


@pytest.mark.python_host
@pytest.mark.parametrize("mode", MODES)
def test_processes_import_the_modules_of_their_port(start_ioc: StartIoc, mode: str) -> None:
    ioc = start_ioc(
        'epicsEnvSet PYTHONPATH "$(PYTHONPATH):folder"\n' + configure("P1", "spawning", mode) + "iocInit\n",
        modules={"spawning": SPAWNING, "work": WORK, "helper": "def add(number): return number + 1\n"},
    )
    ioc.wait_for("spawning ends\n", 100)
    assert "queue 2\n" in ioc.output and "pool [6]\n" in ioc.output, ioc.output
    assert ioc.exit() == 0


ENVIRONMENT = """
import os
from PythonDriver import PythonDriver
print("variables", os.environ.get("IOC_SETTING"), os.environ.get("IOC_GONE"), os.getenv("IOC_SETTING"))
class D(PythonDriver):
    pass
driver = D()
"""


@pytest.mark.parametrize("mode", MODES)
def test_a_port_has_the_environment_of_its_configuration(start_ioc: StartIoc, mode: str) -> None:
    ioc = start_ioc(
        configure("P1", "variables", mode)
        + "epicsEnvSet IOC_SETTING 5\nepicsEnvUnset IOC_GONE\n"
        + configure("P2", "variables", mode),
        modules={"variables": ENVIRONMENT},
        environment={"IOC_GONE": "there"},
    )
    ioc.wait_for("variables None there None\n")
    ioc.wait_for("variables 5 None 5\n")
    assert ioc.exit() == 0
