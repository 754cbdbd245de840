"""What tests/sanitizers/run makes of the sanitizers' reports."""

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "sanitizers" / "reports.py"
spec = importlib.util.spec_from_file_location("reports", SCRIPT)
assert spec and spec.loader
reports = importlib.util.module_from_spec(spec)
spec.loader.exec_module(reports)

FALLEN = """Tracer caught signal 11: addr=0x7538 pc=0x7ffff78e80f0 sp=0x7ffff15ddd10
==673==LeakSanitizer has encountered a fatal error.
==673==HINT: For debugging, try setting environment variable LSAN_OPTIONS=verbosity=1:log_threads=1
==673==HINT: LeakSanitizer does not work under ptrace (strace, gdb, etc)
"""
RACE = "WARNING: ThreadSanitizer: data race (pid=1)\n"
USE = "==1==ERROR: AddressSanitizer: heap-use-after-free on address 0x1\n"
OVERFLOW = "x.cpp:1:1: runtime error: signed integer overflow\n"


def leaks(stack: str) -> str:
    return (
        "==1==ERROR: LeakSanitizer: detected memory leaks\n\n"
        f"Direct leak of 8 byte(s) in 1 object(s) allocated from:\n    #0 0x1 in {stack}\n\n"
        "SUMMARY: AddressSanitizer: 8 byte(s) leaked in 1 allocation(s).\n"
    )


OWN = leaks("make /src/asynPortApp/src/manager/user.cpp:41")
STRING = leaks(
    "PyUnicode_New /src/Objects/unicodeobject.c:1\n    #1 0x2 in make /src/asynPythonApp/src/port/module.cpp:1"
)
OTHERS = leaks("make /src/Objects/object.c:1")


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ([], 0),
        ([OTHERS], 0),
        ([OWN], 1),
        ([STRING], 0),
        ([STRING, OWN], 1),
        ([OTHERS + OTHERS], 0),  # a process that has looked twice
        ([OTHERS + OWN], 1),
        ([OTHERS + USE + OTHERS], 1),
        ([RACE], 1),
        ([USE], 1),
        ([OVERFLOW], 1),
        ([OVERFLOW + OTHERS], 1),
        ([USE + OTHERS], 1),
        ([FALLEN], 2),
        ([FALLEN, OTHERS], 2),
        ([FALLEN, RACE], 1),
        ([FALLEN, OWN], 1),
        ([OVERFLOW + FALLEN], 1),
        ([FALLEN + OVERFLOW], 1),
        ([FALLEN + USE], 1),
        (["terminate called without an active exception\n"], 1),
    ],
)
def test_only_a_fall_of_the_leak_sanitizer_is_told_apart(tmp_path: Path, texts: list[str], code: int) -> None:
    for number, text in enumerate(texts):
        (tmp_path / f"report.{number}").write_text(text)
    assert reports.main(tmp_path) == code
