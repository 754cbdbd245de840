"""pythonIoc is python: what each does with the same arguments is compared."""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

import pytest
from conftest import DEADLINE, ROOT

pytestmark = pytest.mark.python_host

PYTHON = [sys.executable]
COMMAND = [sys.executable, "-m", "pythonIoc"]
EXAMPLES = ROOT / "examples" / "pythonIoc"
SHOW = "import sys; print(__name__, sys.argv, sys.orig_argv[1:], sys.flags, sys.executable, sys.warnoptions)"


def run(
    command: list[str], cwd: Path, text: str = "", environment: dict[str, str] | None = None
) -> tuple[int, str, str]:
    """Exit code, output and errors."""
    changed = {**os.environ, **(environment or {})}
    done = subprocess.run(command, cwd=cwd, env=changed, input=text, capture_output=True, text=True, timeout=DEADLINE)
    return done.returncode, done.stdout, done.stderr


def output(arguments: list[str], cwd: Path, environment: dict[str, str] | None = None) -> str:
    code, out, errors = run([*COMMAND, *arguments], cwd, environment=environment)
    assert (code, errors) == (0, "")
    return out


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.mark.parametrize(
    "arguments",
    [
        ["-c", SHOW, "a", "--debug", "-E"],
        ["-uBc", SHOW],
        ["-OO", "-bb", "-q", "-W", "error", "-Xutf8", "-X", "int_max_str_digits=0", "-c", SHOW],
        ["-dsP", "script.py", "a", "-c", "b"],
        ["-X", "dev", "--check-hash-based-pycs", "always", "script.py"],
        ["script.py"],
        ["--", "script.py", "--", "x"],
        ["fails.py"],
        ["-x", "fails.py"],
        ["folder", "a"],
        ["-m", "folder", "a", "-b"],
        ["-mscript"],
        ["-m", "there_is_none"],
        ["there_is_none.py"],
        ["-i", "script.py"],
        ["-i", "-c", "1/0"],
        ["-"],
        ["-", "a"],
        [],
        ["-S", "-c", SHOW],
        ["-c", "import sys; sys.exit(7)"],
        ["-c", "import sys; sys.exit('words')"],
        ["-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"],
        ["-c", "import atexit; atexit.register(print, 'end'); 1/0"],
        ["-c", "open('script.py').read; import warnings; warnings.warn('w')"],
        ["-c"],
        ["-m"],
        ["-X"],
        ["-Z"],
        ["--there-is-none"],
        ["-V"],
        ["-VV"],
        ["--version"],
    ],
    ids=" ".join,
)
def test_as_python(arguments: list[str], tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "script.py": f"{SHOW}\nprint(__file__, sys.path[:1] == [__file__.rpartition('/')[0]])\n",
            "fails.py": "def f():\n    raise ValueError('x')\nf()\n",
            "folder/__main__.py": f"{SHOW}\nprint(__package__)\n",
        },
    )
    environment = {"PYTHONSTARTUP": "script.py", "PYTHONHASHSEED": "3", "COLUMNS": "80"}
    text = "import sys\nprint(sys.argv, __name__)\nnone\n"
    expected = run([*PYTHON, *arguments], tmp_path, text, environment)
    assert run([*COMMAND, *arguments], tmp_path, text, environment) == expected


def test_help(tmp_path: Path) -> None:
    for option in ("-h", "-?", "--help", "-Bh"):
        shown = output([option], tmp_path)
        assert "--debug" in shown and "usage: pythonIoc [option]" in shown and "-c cmd" in shown


def test_options_before_the_module_count(tmp_path: Path) -> None:
    script = "import sys; print(sys.flags.optimize, sys.flags.dont_write_bytecode, sys.argv)"
    command = [*PYTHON, "-OBm", "pythonIoc", "-c", script, "-O"]
    assert run(command, tmp_path) == (0, "1 1 ['-c', '-O']\n", "")


def test_the_console_script(tmp_path: Path) -> None:
    script = Path(sys.executable).with_name("pythonIoc")
    if not script.exists():
        pytest.skip("the project is not installed")
    show = SHOW.replace("sys.executable", "sys.prefix")  # another name of the same
    assert run([str(script), "-c", show, "a"], tmp_path) == run([*PYTHON, "-c", show, "a"], tmp_path)


# Options that take away the usual ways to the package.


@pytest.mark.parametrize("option", ["-B", "-E", "-I", "-S", "-P", "-s", "-IS", "-ES", "-BEu", "-Es"])
def test_softioc_is_found(option: str, tmp_path: Path) -> None:
    script = """
import pythonIoc, os, sys, importlib.util
from pythonIoc import _path
assert _path.STARTUP not in sys.path and sys.path.count(_path.PACKAGES) == 1, sys.path
assert os.environ.get("PYTHONPATH") == "/nowhere", os.environ
assert not [name for name in os.environ if "pythonIoc" in name]
assert importlib.util.find_spec("pkg_resources").origin.startswith(_path.PACKAGES)
print("/nowhere" in sys.path, sys.flags.safe_path, sys.flags.no_user_site, sys.flags.no_site)
"""
    # The package itself may be here by PYTHONPATH: its folder is that of the test's script.
    write(tmp_path, {"script.py": script})
    launcher = "import os, sys; from pythonIoc import _command; os.environ['PYTHONPATH'] = '/nowhere'; _command.main()"
    code, out, errors = run([*PYTHON, "-c", launcher, option, "script.py"], tmp_path)
    ignored = bool(set(option) & set("EI"))
    isolated = "I" in option
    assert (code, errors) == (0, "")
    assert out.split() == [
        str(not ignored),
        str(isolated or "P" in option),
        str(int(isolated or "s" in option)),
        str(int("S" in option)),
    ]


def test_ignored_variables_have_no_effect(tmp_path: Path) -> None:
    write(tmp_path, {"startup.py": "print('startup')", "folder/found.py": ""})
    environment = {
        "PYTHONSTARTUP": "startup.py",
        "PYTHONINSPECT": "1",
        "PYTHONIOENCODING": "latin-1",
        "PYTHONOPTIMIZE": "1",
        "PYTHONWARNINGS": "error",
    }
    arguments = ["-Eic", "import os, sys; print(sys.stdout.encoding, sys.flags.optimize, sys.warnoptions)"]
    expected = run([*PYTHON, *arguments], tmp_path, "1+1\n", environment)
    assert run([*COMMAND, *arguments], tmp_path, "1+1\n", environment) == expected
    shown = output(["-E", "-c", "import os; print(os.environ['PYTHONWARNINGS'])"], tmp_path, environment)
    assert shown == "error\n"


def test_the_own_sitecustomize_of_an_environment(tmp_path: Path) -> None:
    write(tmp_path, {"site/sitecustomize.py": "import sys; print('own', 'softioc' in sys.modules)"})
    path = os.pathsep.join([str(tmp_path / "site"), os.environ.get("PYTHONPATH", "")])
    script = "import sitecustomize; print(sitecustomize.__file__)"
    # The command itself is a Python process, too.
    expected = f"own False\nown False\n{tmp_path}/site/sitecustomize.py\n"
    assert output(["-c", script], tmp_path, {"PYTHONPATH": path}) == expected


# Children


@pytest.mark.parametrize("before", [None, "", "/nowhere:"])
def test_other_pythons_are_not_changed(before: str | None, tmp_path: Path) -> None:
    script = """
import os, subprocess, sys
ask = "import os, sys; print(os.environ.get('PYTHONPATH'), [p for p in sys.path if 'pythonIoc' in p], sorted(os.environ))"
subprocess.run([sys.executable, "-c", ask], check=True)
"""
    setting = "os.environ.pop('PYTHONPATH', None)" if before is None else f"os.environ['PYTHONPATH'] = {before!r}"
    launcher = f"import os, sys; from pythonIoc import _command; {setting}; _command.main()"
    code, out, errors = run([*PYTHON, "-c", launcher, "-c", script], tmp_path)
    assert (code, errors) == (0, "")
    assert out.startswith(f"{before} [] [")
    assert "_pythonIoc_" not in out


@pytest.mark.parametrize("option", ["-B", "-I", "-S"])
@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_children_of_multiprocessing(method: str, option: str, tmp_path: Path) -> None:
    script = f"""
import multiprocessing
import pkg_resources

def child(queue):
    import pkg_resources
    queue.put(pkg_resources.__file__)

if __name__ == "__main__":
    context = multiprocessing.get_context("{method}")
    queue = context.SimpleQueue()
    process = context.Process(target=child, args=(queue,))
    process.start()
    process.join()
    assert process.exitcode == 0
    assert queue.get() == pkg_resources.__file__
    assert "packages" in pkg_resources.__file__
"""
    write(tmp_path, {"script.py": script})
    assert output([option, "script.py"], tmp_path) == ""


# A terminal


class Terminal:
    """A process that has a terminal."""

    def __init__(self, arguments: list[str], cwd: Path, environment: dict[str, str]):
        self.descriptor, theirs = pty.openpty()
        self.output = ""
        self.process = subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=cwd,
            env={**os.environ, "PYTHON_BASIC_REPL": "1", "NO_COLOR": "1", **environment},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)

    def wait_for(self, pattern: str) -> None:
        """Reads until the output has a match, and drops it up to there."""
        deadline = time.monotonic() + DEADLINE
        while not (match := re.search(pattern, self.output)):
            left = deadline - time.monotonic()
            assert left > 0, f"no {pattern!r} in {self.output!r}"
            if select.select([self.descriptor], [], [], left)[0]:
                try:
                    self.output += os.read(self.descriptor, 4096).decode()
                except OSError:  # the process has ended
                    raise AssertionError(f"no {pattern!r} in {self.output!r}") from None
        self.output = self.output[match.end() :]

    def type(self, line: str) -> None:
        os.write(self.descriptor, line.encode() + b"\n")

    def finish(self) -> int:
        return self.process.wait(DEADLINE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.descriptor)


def test_the_prompt(tmp_path: Path) -> None:
    write(tmp_path, {"startup.py": "print('started', __name__); x = 6"})
    with Terminal([], tmp_path, {"PYTHONSTARTUP": "startup.py"}) as terminal:
        terminal.wait_for(r"(?s)Python 3\.\d+.*started __main__\s+>>> ")
        terminal.type("x * 7")
        terminal.wait_for(r"\s42\s+>>> ")
        terminal.type("1/0")
        terminal.wait_for(r"ZeroDivisionError: division by zero\s+>>> ")
        terminal.type("raise SystemExit(5)")
        assert terminal.finish() == 5


def test_the_prompt_after_a_script(tmp_path: Path) -> None:
    write(tmp_path, {"script.py": "import sys; x = sys.argv"})
    with Terminal(["-iq", "script.py", "a"], tmp_path, {}) as terminal:
        terminal.wait_for(">>> ")
        terminal.type("x")
        terminal.wait_for(r"\['script.py', 'a'\]\s+>>> ")
        terminal.type("exit()")
        assert terminal.finish() == 0


# --debug

GDB = f"""#!{sys.executable}
import os, sys
arguments = sys.argv[1:]
environment = dict(os.environ)
while arguments[0] == "-ex":
    do, what, setting = arguments[1].split(" ", 2)
    assert what == "environment"
    name, equals, value = setting.partition("=")
    if do == "set":
        environment[name] = value
    else:
        del environment[name]
    del arguments[:2]
print(arguments, flush=True)
os.execve(arguments[1], arguments[1:], environment)
"""


def test_debug(tmp_path: Path) -> None:
    write(tmp_path, {"bin/gdb": GDB})
    (tmp_path / "bin" / "gdb").chmod(0o755)
    environment = {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}", "PYTHONSTARTUP": "x"}
    script = "import pythonIoc, os, sys; print(sys.argv, [p for p in sys.path if 'pythonIoc' in p], sorted(os.environ))"
    for option in ("-B", "-E"):
        shown = output(["--debug", option, "-c", script, "--debug"], tmp_path, environment).splitlines()
        words = ["-B"] if option == "-B" else []
        assert shown[0] == str(["--args", sys.executable, *words, "-c", script, "--debug"])
        assert re.match(r"\['-c', '--debug'\] \['\S+/pythonIoc/packages'\] ", shown[1])
        assert "_pythonIoc_" not in shown[1]


def test_debug_without_gdb(tmp_path: Path) -> None:
    code, out, errors = run([*COMMAND, "--debug", "-V"], tmp_path, environment={"PATH": str(tmp_path)})
    assert (code, out) == (1, "")
    assert errors.startswith("pythonIoc: --debug needs gdb, which cannot be run: ")


# softioc, of which these tests have their own beside the script

FAKE = {
    "softioc/__init__.py": "",
    "softioc/builder.py": "def LoadDatabase(): print('loaded')\ndef __getattr__(name): return lambda *_, **__: None",
    "softioc/softioc.py": """
from pythonIoc import _main_names
from softioc import builder
def iocInit(): print('started')
def interactive_ioc(names): print(names['__name__'], flush=True)
_main_names.offer("builder", builder)
""",
}


def test_builder_is_there(tmp_path: Path) -> None:
    script = """
assert "builder" not in globals()
from softioc import softioc
builder.LoadDatabase()
"""
    write(tmp_path, {**FAKE, "script.py": script})
    for arguments in (["script.py"], ["-mscript"], ["-c", script]):
        assert output(arguments, tmp_path) == "loaded\n"
    assert output(["-c", "builder = 1; import softioc.softioc; print(builder)"], tmp_path) == "1\n"


def test_builder_is_not_there_in_plain_python(tmp_path: Path) -> None:
    write(tmp_path, FAKE)
    script = "import pythonIoc, sys; sys.path.insert(0, '.'); import softioc.softioc; print('builder' in globals())"
    assert run([*PYTHON, "-c", script], tmp_path) == (0, "False\n", "")


@pytest.mark.parametrize("name", ["softioc/__init__.py", "softioc/x.py", "softioc.py"])
def test_another_softioc(name: str, tmp_path: Path) -> None:
    write(tmp_path, {name: ""})
    code, _, errors = run([*PYTHON, "-c", "import softioc; import pythonIoc"], tmp_path)
    assert code == 1
    place = f"{tmp_path}/{name.removesuffix('/x.py')}"
    assert re.search(rf"ImportError: another softioc .* from {place},.* with the command pythonIoc", errors)


def test_the_import_in_plain_python(tmp_path: Path) -> None:
    script = "import pythonIoc, sys; print(sys.path[0]); import pythonIoc._path as p; p.prepare(); print(sys.path[1])"
    code, out, errors = run([*PYTHON, "-c", script], tmp_path)
    assert (code, errors) == (0, "")
    first, second = out.split("\n")[:2]
    assert first.endswith("/pythonIoc/packages") and second == ""


# pkg_resources

ABSENT = """
import os, sys
sys.path[:] = [p for p in sys.path if not os.path.isdir(p + "/pkg_resources")]
"""
WARNED = r"script\.py:(\d+): RequirementWarning: (.*); the script continues\n"


def test_require(tmp_path: Path) -> None:
    script = """
from pkg_resources import require
import pkg_resources
print([found.version for found in require('thing==1.5', ['other-thing>=1'])])
require('thing==2.12')
require('there-is-none>=1')
for _ in range(2):
    require('there-is-none>=1\\nthing<1')
require('nonsense = 1')
require('there-is-none; python_version < "3"', 'softioc==2.0', 'pkg_resources')
print([found.version for found in pkg_resources.require('thing==2.12')])
require('there-is-none; os_name === "posix"')
"""
    write(
        tmp_path,
        {
            "script.py": script,
            "thing-1.5.dist-info/METADATA": "Name: thing\nVersion: 1.5\n",
            "Other_Thing-1.0.dist-info/METADATA": "Name: Other_Thing\nVersion: 1.0\n",
        },
    )
    code, out, errors = run([*COMMAND, "script.py"], tmp_path)
    assert (code, out) == (0, "['1.5', '1.0']\n['1.5']\n")
    warned = re.findall(WARNED, errors)
    assert [warning for warning in warned if not warning[1].startswith("softioc")] == [
        ("5", "thing==2.12 is not fulfilled: version 1.5 is installed"),
        ("6", "there-is-none>=1 is not installed"),
        ("8", "thing<1 is not fulfilled: version 1.5 is installed"),
        ("9", "nonsense = 1 is not a valid requirement"),
        ("12", 'there-is-none; os_name === "posix" is not installed'),
    ]


def test_require_without_packaging(tmp_path: Path) -> None:
    write(tmp_path, {"script.py": "from pkg_resources import require\nprint(require('thing'))", "packaging.py": ""})
    code, out, errors = run([*COMMAND, "script.py"], tmp_path)
    assert (code, out) == (0, "[]\n")
    assert re.search(r"script\.py:2: RequirementWarning: requirements are not checked: .*packaging", errors)


def test_packaging_is_imported_by_require(tmp_path: Path) -> None:
    script = """
import sys
import pkg_resources
print("packaging" in sys.modules)
pkg_resources.require("pkg_resources")
print("packaging" in sys.modules)
"""
    write(tmp_path, {"script.py": script})
    code, out, errors = run([*COMMAND, "script.py"], tmp_path)
    assert (code, out, errors) == (0, "False\nTrue\n", "")


def test_the_rest_of_pkg_resources_without_one(tmp_path: Path) -> None:
    script = f"{ABSENT}\nimport pkg_resources\npkg_resources.resource_filename"
    write(tmp_path, {"script.py": script})
    code, _, errors = run([*COMMAND, "script.py"], tmp_path)
    assert code == 1
    assert "AttributeError: pkg_resources has no 'resource_filename': pythonIoc provides only require()" in errors
    write(tmp_path, {"script.py": f"{ABSENT}\nfrom pkg_resources import WorkingSet"})
    assert "ImportError: cannot import name 'WorkingSet'" in run([*COMMAND, "script.py"], tmp_path)[2]


def test_the_rest_of_pkg_resources_with_one(tmp_path: Path) -> None:
    script = """
from pkg_resources import require
require("there-is-none")
import pkg_resources.inner
from pkg_resources import answer
import pkg_resources as first, sys
assert sys.modules["pkg_resources"] is not first or first.__file__.startswith(sys.argv[1])
print(answer, pkg_resources.inner.x, pkg_resources.require is require, pkg_resources.answer)
import pkg_resources
assert pkg_resources.__file__.startswith(sys.argv[1])
"""
    real = "print('loaded')\nanswer = 42\ndef require(*_):\n    raise SystemError\n"
    write(
        tmp_path,
        {
            "script.py": script,
            "site/pkg_resources/__init__.py": real,
            "site/pkg_resources/inner.py": "x = 1",
        },
    )
    path = os.pathsep.join([str(tmp_path / "site"), os.environ.get("PYTHONPATH", "")])
    code, out, errors = run([*COMMAND, "script.py", str(tmp_path)], tmp_path, environment={"PYTHONPATH": path})
    assert (code, out) == (0, "loaded\n42 1 True 42\n"), errors
    assert len(re.findall(WARNED, errors)) == 1
    write(tmp_path, {"site/pkg_resources/__init__.py": "1/0"})
    code, _, errors = run(
        [*COMMAND, "-c", "import pkg_resources as p; p.x"], tmp_path, environment={"PYTHONPATH": path}
    )
    assert re.search("AttributeError: pkg_resources has no 'x': .*site.* division by zero", errors)


# The examples


def test_start_ioc(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES, tmp_path / "ioc")
    write(tmp_path / "ioc", FAKE)
    write(tmp_path, {"bin/pythonIoc": f'#!/bin/sh\nexec "{sys.executable}" -m pythonIoc "$@"\n'})
    (tmp_path / "bin" / "pythonIoc").chmod(0o755)
    (tmp_path / "start").symlink_to("ioc/start-ioc")
    path = f"{tmp_path}/bin:{os.environ['PATH']}"
    code, out, errors = run([str(tmp_path / "start"), "a"], ROOT, environment={"PATH": path})
    assert (code, out) == (0, "loaded\nstarted\n__main__\n"), errors
