"""softioc.pvlog: what is printed of clients' puts, and by which rules."""

import getpass
import re
from typing import Any

import pytest
from clients import Pva, client
from conftest import DEADLINE, Ioc
from softioc_script import SHELL, START, Scripts, scripts

__all__ = ["scripts"]
pytestmark = pytest.mark.python_host

RECORDS = """
import numpy as np
builder.aOut("AO", initial_value=0.1)
builder.aIn("AI")
builder.stringOut("S", initial_value="a b")
builder.mbbOut("MB", "x", "y")
builder.boolOut("B", "off", "on")
builder.longOut("LO")
builder.int64Out("I64")
builder.WaveformOut("WF", [1, 2, 3])
builder.WaveformOut("WB", np.arange(100.0))
builder.WaveformOut("WE", length=3)
builder.WaveformOut("WU", np.array([200, 255], "u1"))
builder.WaveformOut("WS", ["a", "b c"])
builder.longStringOut("LS", initial_value="long", length=1000)
"""
LOG = "from softioc import pvlog\n"
WRITE_ALL = "ASG(DEFAULT) { RULE(1, READ) RULE(1, WRITE) }\n"
TRAP_SOME = WRITE_ALL + "ASG(WATCHED) { RULE(1, READ) RULE(1, WRITE, TRAPWRITE) }\n"


def put(prefix: str, *puts: tuple[str, Any]) -> None:
    import aioca

    async def main() -> None:
        for name, value in puts:
            await aioca.caput(f"{prefix}:{name}", value, wait=True, timeout=DEADLINE, throw=False)

    client(main)


def logged(ioc: Ioc, prefix: str, last: str) -> list[str]:
    """What follows the record's prefix in each line, up to one that ends so."""
    ioc.wait_for(re.escape(last) + "\n")
    return re.findall(rf"(?m)^(?:>>> )?{getpass.getuser()}@\S+ {prefix}:(.*)$", ioc.output)


def test_each_put_is_printed(scripts: Scripts) -> None:
    ioc = scripts.run(LOG + RECORDS)
    put(
        scripts.prefix, ("AO", 2.5), ("AO.EGU", "mm"), ("AO.PREC", 3), ("AO.SCAN", "1 second"), ("AO.FLNK", "other"),
        ("S", "hello"), ("MB", 1), ("MB", "x"), ("B", 1), ("LO", 5), ("I64", 5), ("WF", [4, 5]), ("WB", [1.0] * 50),
        ("WE", [0.1]), ("WU", [1, 2]), ("WS", ["q"]), ("LS", list(b"text\0")), ("AO.PROC", 1), ("LO", 5),
    )  # fmt: skip
    zeros = ", ".join(str(number) for number in range(20))
    ones = ", ".join(["1"] * 20)
    assert logged(ioc, scripts.prefix, "LO.VAL 5 -> 5") == [
        "AO.VAL 0.1 -> 2.5",
        "AO.EGU  -> mm",
        "AO.PREC 0 -> 3",
        "AO.SCAN Passive -> 1 second",
        "AO.FLNK  -> other",
        "S.VAL a b -> hello",
        "MB.VAL x -> y",
        "MB.VAL y -> x",
        "B.VAL off -> on",
        "LO.VAL 0 -> 5",
        "I64.VAL 0 -> 5",
        "WF.VAL [1, 2, 3] -> [4, 5]",
        f"WB.VAL [{zeros}, ...] -> [{ones}, ...]",
        "WE.VAL [] -> 0.1",
        "WU.VAL [200, 255] -> [1, 2]",
        "WS.VAL [a, b c] -> q",
        "LS.VAL long -> text",
        "AO.PROC 0 -> 1",
        "LO.VAL 5 -> 5",
    ]
    assert ioc.exit() == 0


def test_a_put_that_is_refused_shows_the_old_value(scripts: Scripts) -> None:
    ioc = scripts.run(
        LOG + RECORDS + "builder.longOut('NO', initial_value=1, validate=lambda record, value: value < 5)\n"
    )
    put(scripts.prefix, ("AI", 5), ("NO", 9), ("NO", 3))
    assert logged(ioc, scripts.prefix, "NO.VAL 1 -> 3") == ["AI.VAL 0 -> 0", "NO.VAL 1 -> 1", "NO.VAL 1 -> 3"]


def test_a_value_makes_no_lines_of_its_own(scripts: Scripts) -> None:
    ioc = scripts.run(LOG + RECORDS)
    put(scripts.prefix, ("S", "a\nroot@x X:Y 1 -> 2\x1b[0m"), ("LS", list(b"x" * 900)), ("LO", 1))
    assert logged(ioc, scripts.prefix, "LO.VAL 0 -> 1")[:2] == [
        r"S.VAL a b -> a\x0aroot@x X:Y 1 -> 2\x1b[0m",
        f"LS.VAL long -> {'x' * 400}...",
    ]


def test_puts_by_pvaccess_are_printed(scripts: Scripts) -> None:
    ioc = scripts.run(LOG + RECORDS)
    with Pva(nt=False) as pva:
        pva.put(f"{scripts.prefix}:AO", {"value": 7.5})
    ioc.wait_for(rf"\S+@\S+ {scripts.prefix}:AO\.VAL 0\.1 -> 7\.5\n")


def test_a_blocking_record_is_printed_when_it_is_done(scripts: Scripts) -> None:
    # One write for each line: that of a log must not come between.
    records = "import sys\nr = builder.longOut('SLOW', on_update=lambda v: sys.stdout.write(f'update {v}\\n'), blocking=True)\n"
    ioc = scripts.run(LOG + records)
    put(scripts.prefix, *(("SLOW", value) for value in range(1, 51)))
    lines = logged(ioc, scripts.prefix, "SLOW.VAL 49 -> 50")
    assert lines == [f"SLOW.VAL {value} -> {value + 1}" for value in range(50)]


@pytest.mark.parametrize("where", ["before", "after"])
def test_the_users_own_rules_stay(scripts: Scripts, where: str) -> None:
    (scripts.folder / "own.acf").write_text(TRAP_SOME)
    own = "softioc.iocsh('asSetFilename own.acf')\n"
    records = RECORDS + "builder.longOut('SEEN', ASG='WATCHED')\n"
    ioc = scripts.run(own + LOG + records if where == "before" else LOG + own + records)
    ioc.wait_for(
        "pvlog: the access security file own.acf stays in use: puts are printed where its rules have TRAPWRITE"
    )
    put(scripts.prefix, ("LO", 5), ("SEEN", 6))
    assert logged(ioc, scripts.prefix, "SEEN.VAL 0 -> 6") == ["SEEN.VAL 0 -> 6"]


def test_rules_that_trap_nothing_are_named(scripts: Scripts) -> None:
    (scripts.folder / "own.acf").write_text(WRITE_ALL)
    ioc = scripts.run("softioc.iocsh('asSetFilename own.acf')\n" + LOG + RECORDS)
    ioc.wait_for("pvlog: no put is printed: no rule of the access security file own.acf has TRAPWRITE")
    put(scripts.prefix, ("LO", 5))
    assert ioc.exit() == 0
    assert "LO.VAL" not in ioc.output


@pytest.mark.parametrize("text", [None, "ASG(DEFAULT) { nonsense"])
def test_rules_that_are_none_end_the_start(scripts: Scripts, text: str | None) -> None:
    if text is not None:
        (scripts.folder / "own.acf").write_text(text)
    ioc = scripts.start("softioc.iocsh('asSetFilename own.acf')\n" + LOG + RECORDS + START)
    assert ioc.finish() == 1, ioc.output
    assert "RuntimeError: iocInit failed" in ioc.output


def test_too_late(scripts: Scripts) -> None:
    ioc = scripts.start(RECORDS + START + LOG + SHELL)
    assert ioc.finish() == 1
    assert "RuntimeError: puts can be printed when that is asked for before iocInit" in ioc.output


def test_without_it_nothing_is_printed(scripts: Scripts) -> None:
    ioc = scripts.run(RECORDS)
    put(scripts.prefix, ("LO", 5))
    assert ioc.exit() == 0
    assert "->" not in ioc.output
