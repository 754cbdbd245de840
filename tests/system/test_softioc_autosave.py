"""softioc.autosave: what is kept, in which file, and what happens to files that are none."""

import os
import re
import shutil
import signal

import pytest
from conftest import eventually
from softioc_script import QUIET, Script, Scripts, scripts

__all__ = ["scripts"]
pytestmark = pytest.mark.python_host

CONFIGURE = "from softioc import autosave\nautosave.configure('.', 'saved', save_period={period})\n"
EVERY_TYPE = """
import numpy as np
A = dict(autosave=True)
records = [
    builder.aIn("AI", initial_value=1.5, **A),
    builder.aOut("AO", PREC=2, initial_value=0.1, autosave=["VAL", "EGU", "HIHI"]),
    builder.boolOut("BO", "a", "b", initial_value=1, **A),
    builder.aOut("EX", initial_value=1e300, **A),
    builder.int64Out("I64", initial_value=2**60, **A),
    builder.aOut("INF", initial_value=float("-inf"), **A),
    builder.longOut("L2", initial_value=-7, **A),
    builder.longOut("LO", initial_value=7, autosave="DESC"),
    builder.longStringOut("LS", initial_value="long " * 30, **A),
    builder.mbbOut("MB", "x", "y", initial_value=1, **A),
    builder.aOut("NAN", initial_value=float("nan"), **A),
    builder.aOut("ONE", initial_value=1e20, **A),
    builder.stringOut("S", initial_value="yes", **A),
    builder.stringOut("S2", initial_value="1.5", **A),
    builder.stringOut("S3", initial_value="Gr\\u00fc\\u00dfe: # ' \\"", **A),
    builder.stringOut("S4", initial_value="line\\nbreak", **A),
    builder.stringOut("S5", initial_value="", **A),
    builder.WaveformOut("W32", np.array([0.1], "f4"), **A),
    builder.WaveformOut("WF", np.arange(12.0) / 7, **A),
    builder.WaveformOut("WI", [1, 2, 3], **A),
    builder.WaveformOut("WS", ["a", "b c"], **A),
    builder.WaveformIn("WSI", ["a", "b c"], **A),
    builder.WaveformOut("WU", np.array([200, 255], "u1"), **A),
]
"""
# As softioc 4.7.2 writes it for the same records.
FILE = r"""P:AI: 1.5
P:AO: 0.1
P:AO.EGU: ''
P:AO.HIHI: '0'
P:BO: 1
P:EX: 1.0e+300
P:I64: 1152921504606846976
P:INF: -.inf
P:L2: -7
P:LO.DESC: ''
P:LS: 'long long long long long long long long long long long long long long long
    long long long long long long long long long long long long long long long '
P:MB: 1
P:NAN: .nan
P:ONE: 1.0e+20
P:S: 'yes'
P:S2: '1.5'
P:S3: "Gr\xFC\xDFe: # ' \""
P:S4: 'line

    break'
P:S5: ''
P:W32: [0.10000000149011612]
P:WF: [0.0, 0.14285714285714285, 0.2857142857142857, 0.42857142857142855, 0.5714285714285714,
    0.7142857142857143, 0.8571428571428571, 1.0, 1.1428571428571428, 1.2857142857142858,
    1.4285714285714286, 1.5714285714285714]
P:WI: [1, 2, 3]
P:WS:
- a
- b c
P:WSI:
- a
- b c
P:WU: [200, 255]
"""
# Of the same records.
OTHERS = r"""P:AI: -2.5
P:AO: 3.25
P:AO.EGU: mm
P:AO.HIHI: '8.5'
P:BO: 0
P:EX: -1.0e-300
P:I64: -9
P:INF: .inf
P:L2: 11
P:LO.DESC: kept
P:LS: "\xE4 b"
P:MB: 0
P:NAN: 1
P:ONE: .nan
P:S: 'no'
P:S2: ''
P:S3: 日本
P:S4: '- 1'
P:S5: full
P:W32: []
P:WF: [.nan, 1.0]
P:WI: [-5]
P:WS: []
P:WSI: [x]
P:WU: [0, 1]
"""
OTHER_VALUES = (
    "-2.5|3.25|0|-1e-300|-9|inf|11|7|'ä b'|0|1.0|nan|'no'|''|'日本'|'- 1'|'full'|[]|[nan, 1.0]|[-5]|[]|['x']|[0, 1]"
)
SHOW = "print('values', *(repr(getattr(v, 'tolist', lambda v=v: v)()) for v in (r.get() for r in records)), sep='|')"


def configured(records: str, period: float = 1000.0) -> str:
    return CONFIGURE.format(period=period) + records


def saved(scripts: Scripts) -> str:
    """The file, with P for the prefix."""
    return (scripts.folder / "saved.softsav").read_text("utf-8").replace(scripts.prefix, "P")


def save(scripts: Scripts, text: str) -> None:
    (scripts.folder / "saved.softsav").write_text(text.replace("P:", f"{scripts.prefix}:"), "utf-8")


def test_the_file_is_that_of_softioc_4(scripts: Scripts) -> None:
    ioc = scripts.run(configured(EVERY_TYPE))
    assert f"{scripts.folder}/saved.softsav does not exist yet" in ioc.output
    assert ioc.exit() == 0, ioc.output
    # Where lines are broken depends on the prefix.
    assert saved(scripts).replace("\n    ", " ") == FILE.replace("\n    ", " ")
    assert [path.name for path in scripts.folder.glob("saved*")] == ["saved.softsav"]


def test_values_of_every_type_come_back(scripts: Scripts) -> None:
    save(scripts, OTHERS)
    ioc = scripts.run(configured(EVERY_TYPE))
    ioc.command(SHOW)
    ioc.wait_for(re.escape(f"values|{OTHER_VALUES}\n"))
    # Clients see them, too.
    ioc.command(
        "print('fields', *(records[i].get_field(f) for i, f in ((1, 'VAL'), (1, 'EGU'), (1, 'HIHI'), (14, 'VAL'), (7, 'DESC'))))"
    )
    ioc.wait_for("fields 3.25 mm 8.50 日本 kept\n")
    assert ioc.exit() == 0
    assert "autosave:" not in ioc.output
    assert len(list(scripts.folder.glob("saved.softsav_??????-??????"))) == 1


def test_fields_are_kept_whole_and_exact(scripts: Scripts) -> None:
    link = "some:very:long:record:name:of:more:than:forty:characters.VAL CP MS"
    records = (
        "r = builder.aOut('AO', PREC=1, autosave=['HIHI', 'HHSV', 'DOL', 'PREC'])\n"
        "later = {'HIHI': 3.14159265, 'HHSV': 'MAJOR'}\n"
    )
    ioc = scripts.run(configured(records))
    ioc.do("for item in later.items(): r.set_field(*item)\n")
    assert ioc.exit() == 0
    assert "P:AO.HIHI: '3.14159265'\n" in saved(scripts)
    assert "P:AO.HHSV: MAJOR\n" in saved(scripts)
    save(scripts, saved(scripts).replace("P:AO.DOL: ''", f"P:AO.DOL: {link}"))
    ioc = scripts.run(configured(records))
    assert ioc.exit() == 0
    assert "autosave:" not in ioc.output
    assert f"P:AO.DOL: {link}" in " ".join(saved(scripts).split())
    assert "P:AO.HIHI: '3.14159265'\n" in saved(scripts)


def test_values_are_saved_when_they_change_and_only_then(scripts: Scripts) -> None:
    path = scripts.folder / "saved.softsav"
    ioc = scripts.run(
        configured(
            "r = builder.aOut('AO', autosave=True)\nw = builder.WaveformOut('W', [float('nan')], autosave=True)\n", 0.05
        )
    )
    ioc.command("r.set(5)")
    eventually(lambda: path.exists() and "P:AO: 5.0" in saved(scripts))
    number = path.stat().st_ino, path.stat().st_mtime_ns
    ioc.do("time.sleep(0.5)")
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == number
    ioc.command(f"dbpf('{scripts.prefix}:AO', 6)")
    eventually(lambda: "P:AO: 6.0" in saved(scripts))
    assert ioc.exit() == 0


def test_restoring_asks_neither_validate_nor_on_update(scripts: Scripts) -> None:
    save(scripts, "P:AO: 5.0\n")
    ioc = scripts.run(
        configured(
            "r = builder.aOut('AO', initial_value=1, autosave=True, validate=lambda *a: print('asked'), on_update=lambda v: print('told'))\n"
        )
    )
    ioc.command("print('value', r.get())")
    ioc.wait_for("value 5.0")
    assert ioc.exit() == 0
    assert "asked" not in ioc.output and "told" not in ioc.output


def test_the_last_values_are_saved_at_a_signal(scripts: Scripts) -> None:
    tail = QUIET.replace("softioc.iocInit()\n", "softioc.iocInit()\nr.set(8)\n")
    ioc = scripts.start(configured("r = builder.longOut('LO', autosave=True)\n") + tail)
    ioc.wait_until_up()
    assert ioc.terminate() == 0, ioc.output
    assert saved(scripts) == "P:LO: 8\n"


def test_backups(scripts: Scripts) -> None:
    records = "from softioc import autosave\nautosave.configure('.', 'saved', 1000, False)\nr = builder.longOut('LO', autosave=True)\n"
    for value in (1, 2, 3):
        ioc = scripts.run(records)
        ioc.command(f"r.set({value})")
        assert ioc.exit() == 0
    assert saved(scripts) == "P:LO: 3\n"
    assert (scripts.folder / "saved.softsav.bu").read_text() == f"{scripts.prefix}:LO: 2\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"P:LO: [1, 2", "expected a YAML file"),
        (b"\x00\xff\xfe", "expected a YAML file"),
        (b"\xff" * 100, "expected a YAML file"),
        (b"[" * 100000, "expected a YAML file"),
        (b"", "got an empty file"),
        (b"- a\n- b\n", "got list"),
        (b"text\n", "got str"),
        (b"P:LO: !!python/object/apply:os.system ['touch touched']\n", "expected a YAML file"),
        (b"? [1, {2: 3}]\n: 4\n", "expected a YAML file"),
    ],
    ids=["cut", "binary", "ones", "deep", "empty", "list", "text", "code", "key"],
)
def test_a_broken_file_is_kept_and_the_ioc_runs(scripts: Scripts, content: bytes, message: str) -> None:
    path = scripts.folder / "saved.softsav"
    path.write_bytes(content)
    ioc = scripts.run(configured("r = builder.longOut('LO', initial_value=4, autosave=True)\n"))
    assert re.search(r"autosave: \S+/saved.softsav is invalid; records begin with their initial values: ", ioc.output)
    assert message in ioc.output
    assert len(ioc.output) < 3000
    assert "Traceback" not in ioc.output
    assert (scripts.folder / "saved.softsav.broken").read_bytes() == content
    assert ioc.exit() == 0
    assert saved(scripts) == "P:LO: 4\n"
    assert not (scripts.folder / "touched").exists()


def test_what_a_record_does_not_take_is_said_and_the_rest_restored(scripts: Scripts) -> None:
    save(
        scripts,
        "P:GOOD: 5\nP:TEXT: 7\nP:LONG: " + "x" * 100 + "\nP:LO: red\nP:BIG: 99999999999\nP:WF: [[1], [2, 3]]\n"
        "P:WI: [1, 2, 3, 4]\nP:GOOD.HHSV: NOSUCH\nP:GOOD.HIHI: {a: 1}\nP:GONE: 1\n7: 8\nP:NONE: null\n",
    )
    records = """
builder.longOut("GOOD", autosave=["VAL", "HHSV", "HIHI"])
builder.stringOut("TEXT", autosave=True)
builder.stringOut("LONG", autosave=True)
builder.longOut("LO", initial_value=3, autosave=True)
builder.longOut("BIG", autosave=True)
builder.WaveformOut("WF", [1.0, 2.0], autosave=True)
builder.WaveformOut("WI", [1, 2], autosave=True)
builder.longOut("NONE", initial_value=9, autosave=True)
"""
    ioc = scripts.run(configured(records, 0.05))
    for name in ("TEXT", "LONG", "LO", "BIG", "WF", "WI", "GOOD.HHSV", "GOOD.HIHI", "NONE"):
        ioc.wait_for(rf"autosave: {scripts.prefix}:{name} cannot be restored to .+: .+")
    ioc.wait_for(rf"/saved.softsav has 2 values that this IOC does not save: 7, {scripts.prefix}:GONE\n")
    eventually(lambda: "P:LO: 3\n" in saved(scripts))
    assert {"P:GOOD: 5", "P:WF: [1.0, 2.0]", "P:WI: [1, 2]", "P:NONE: 9"} <= set(saved(scripts).splitlines())
    assert ioc.exit() == 0
    assert "Traceback" not in ioc.output


def test_a_context_says_what_of_its_records_is_kept(scripts: Scripts) -> None:
    records = """
import threading
with autosave.Autosave(["PREC"]):
    builder.aOut("A", PREC=2)
    builder.aOut("B", PREC=2, autosave=False)
    builder.aOut("C", PREC=2, initial_value=1, autosave="VAL")
    thread = threading.Thread(target=lambda: builder.aOut("D", PREC=2))
    thread.start(); thread.join()
    try: autosave.Autosave()
    except RuntimeError as error: print("nested:", error)
with autosave.Autosave():
    builder.longIn("E", initial_value=4)
    builder.longOut("F")
with autosave.Autosave(False):
    builder.longIn("G", initial_value=4)
builder.longIn("H", initial_value=4)
for i, wrong in enumerate(("NOSUCH", ["VAL", "nosuch"], 5, ["VAL", 5])):
    try: builder.longIn(f"I{i}", autosave=wrong)
    except (AttributeError, ValueError) as error: print(type(error).__name__, error)
"""
    ioc = scripts.run(configured(records))
    assert ioc.exit() == 0
    assert saved(scripts) == "P:A.PREC: '2'\nP:C: 1.0\nP:C.PREC: '2'\nP:E: 4\nP:F: 0\n"
    assert ioc.output.count("nested: an Autosave cannot be created inside another Autosave") == 1
    assert ioc.output.count("AttributeError record") == 2
    assert ioc.output.count("ValueError autosave: expected True, the name of a field or a list of names, got") == 2


def test_configure_says_what_is_wrong(scripts: Scripts) -> None:
    output = scripts.say("""
from softioc import autosave
for arguments in (("nosuch", "n"), ("ioc.py", "n"), (".", ""), (".", "a/b"), (".", "n", 0), (".", "n", float("nan"))):
    try: autosave.configure(*arguments)
    except (FileNotFoundError, ValueError) as error: print(type(error).__name__, error)
""")
    assert output.count("FileNotFoundError autosave.configure: directory: expected an existing directory, got ") == 2
    assert output.count("ValueError autosave.configure: name: expected a file name") == 2
    assert output.count("ValueError autosave.configure: save_period: expected a positive number of seconds") == 2


@pytest.mark.parametrize(
    "configure", ["", "from softioc import autosave\nautosave.configure('.', 'saved', enabled=False)\n"]
)
def test_nothing_is_kept_unless_it_is_enabled(scripts: Scripts, configure: str) -> None:
    save(scripts, "P:LO: 5\n")
    ioc = scripts.run(configure + "r = builder.longOut('LO', initial_value=1, autosave=True)\n")
    ioc.command("print('value', r.get()); r.set(2)")
    ioc.wait_for("value 1\n")
    assert ioc.exit() == 0
    assert saved(scripts) == "P:LO: 5\n"


def test_configure_between_loading_and_start_and_too_late(scripts: Scripts) -> None:
    save(scripts, "P:LO: 5\nP:LO.EGU: mm\n")
    tail = "builder.LoadDatabase()\nautosave.configure('.', 'saved')\nsoftioc.iocInit()\nprint(r.get(), r.get_field('EGU'))\nautosave.configure('.', 'saved')\n"
    ioc = scripts.start("from softioc import autosave\nr = builder.longOut('LO', autosave=['VAL', 'EGU'])\n" + tail)
    assert ioc.finish() == 1
    assert "5 mm\n" in ioc.output
    assert "RuntimeError: autosave.configure must be called before iocInit" in ioc.output


# A disk that is full: a process may write no more than it is allowed to, as on a disk of that size.
QUOTA = """
import resource, time
def room(size): resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
r = builder.longOut('LO', initial_value=1, autosave=True)
long = builder.longStringOut('LONG', initial_value='x' * 200, autosave=True)
"""


def periods(ioc: Script, period: float = 0.05) -> None:
    """Lets so many go by that what is told in each would be seen."""
    ioc.command(f"time.sleep({8 * period}); print('later', 'on')")
    ioc.wait_for("later on")


def test_a_full_disk_leaves_the_file_and_is_told_once(scripts: Scripts) -> None:
    path = scripts.folder / "saved.softsav"
    ioc = scripts.run(configured(QUOTA, 0.05))
    eventually(path.exists)
    before = saved(scripts)
    ioc.command("room(100); r.set(2)")
    ioc.wait_for(rf"autosave: {path} cannot be written and is unchanged: .*File too large")
    ioc.command("r.set(3)")
    periods(ioc)
    assert ioc.output.count("cannot be written") == 1
    assert saved(scripts) == before
    assert sorted(file.name for file in scripts.folder.glob("saved*")) == ["saved.softsav"]
    ioc.command("room(resource.RLIM_INFINITY)")
    ioc.wait_for(rf"autosave: {path} is written again\n")
    assert saved(scripts).startswith("P:LO: 3\n")
    ioc.command("room(100); r.set(4)")
    ioc.wait_for("(?s)cannot be written.*cannot be written")
    assert ioc.exit() == 0
    assert ioc.output.count("cannot be written") == 3  # the last one is final
    assert saved(scripts).startswith("P:LO: 3\n")


def test_no_space_is_left(scripts: Scripts) -> None:
    """What is written does not come to the disk, once."""
    ioc = scripts.run(
        configured("r = builder.longOut('LO', initial_value=1, autosave=True)\n", 0.05)
        + "import errno, os\nreal = os.fsync\n"
        "def full(file): os.fsync = real; raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))\n"
    )
    eventually((scripts.folder / "saved.softsav").exists)
    ioc.command("os.fsync = full; r.set(2)")
    ioc.wait_for("saved.softsav cannot be written and is unchanged: .*No space left on device")
    ioc.wait_for("saved.softsav is written again")
    assert ioc.exit() == 0
    assert saved(scripts) == "P:LO: 2\n"


def test_a_process_that_dies_while_it_writes_leaves_the_file(scripts: Scripts) -> None:
    ioc = scripts.run(
        configured("r = builder.longOut('LO', initial_value=1, autosave=True)\n", 0.05)
        + "import os, signal\ndef dies(file): os.ftruncate(file, 3); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    eventually((scripts.folder / "saved.softsav").exists)
    ioc.command("os.fsync = dies; r.set(2)")
    assert ioc.finish() == -signal.SIGKILL
    assert (scripts.folder / "saved.softsavB").exists() and saved(scripts) == "P:LO: 1\n"
    ioc = scripts.run(configured("r = builder.longOut('LO', initial_value=9, autosave=True)\n"))
    ioc.command("print('value', r.get())")
    ioc.wait_for("value 1\n")
    assert ioc.exit() == 0


def test_a_folder_that_may_not_be_written_is_told_once(scripts: Scripts) -> None:
    folder = scripts.folder / "sav"
    folder.mkdir()
    records = "import time\nfrom softioc import autosave\nautosave.configure('sav', 'saved', 0.05)\nr = builder.longOut('LO', autosave=True)\n"
    # Root may write everywhere, unless it has lost that.
    limited = ["setpriv", "--bounding-set=-dac_override"] if os.getuid() == 0 else []
    if limited and shutil.which("setpriv") is None:
        pytest.skip("root may write everywhere, and there is no setpriv")
    ioc = scripts.run(records, before=limited)
    ioc.command("r.set(1)")
    eventually((folder / "saved.softsav").exists)
    folder.chmod(0o555)
    try:
        ioc.command("r.set(2)")
        ioc.wait_for(rf"autosave: {folder}/saved.softsav cannot be written and is unchanged: .*Permission denied")
        periods(ioc)
        assert ioc.output.count("cannot be written") == 1
        assert (folder / "saved.softsav").read_text() == f"{scripts.prefix}:LO: 1\n"
    finally:
        folder.chmod(0o755)
    ioc.wait_for("saved.softsav is written again")
    assert ioc.exit() == 0
    assert (folder / "saved.softsav").read_text() == f"{scripts.prefix}:LO: 2\n"


@pytest.mark.parametrize("what", ["gone", "a file"])
def test_a_folder_that_is_none_any_more_is_told_once(scripts: Scripts, what: str) -> None:
    folder = scripts.folder / "sav"
    folder.mkdir()
    records = "import time\nfrom softioc import autosave\nautosave.configure('sav', 'saved', 0.05)\nr = builder.longOut('LO', autosave=True)\n"
    ioc = scripts.run(records)
    ioc.command("r.set(4)")
    eventually((folder / "saved.softsav").exists)
    folder.rename(scripts.folder / "away")
    if what == "a file":
        folder.write_text("")
    ioc.command("r.set(5)")
    ioc.wait_for(
        rf"autosave: {folder}/saved.softsav cannot be written and is unchanged: .*(No such file|Not a directory)"
    )
    periods(ioc)
    assert ioc.output.count("cannot be written") == 1
    folder.unlink(missing_ok=True)
    (scripts.folder / "away").rename(folder)
    ioc.wait_for("saved.softsav is written again")
    assert ioc.exit() == 0
    assert (folder / "saved.softsav").read_text() == f"{scripts.prefix}:LO: 5\n"


def test_a_script_may_go_to_another_folder(scripts: Scripts) -> None:
    ioc = scripts.run(
        configured("import os\nr = builder.longOut('LO', initial_value=1, autosave=True)\nos.chdir('/')\n")
    )
    assert ioc.exit() == 0
    assert saved(scripts) == "P:LO: 1\n"


def test_a_file_that_cannot_be_read_is_kept(scripts: Scripts) -> None:
    """Nothing is written over it, and not before it has another name."""
    (scripts.folder / "saved.softsav").mkdir()
    (scripts.folder / "saved.softsav" / "inside").write_text("precious")
    (scripts.folder / "saved.softsav.broken").write_text("in the way")
    ioc = scripts.run(configured("r = builder.longOut('LO', initial_value=1, autosave=True)\n", 0.05))
    ioc.wait_for("saved.softsav cannot be read; records begin with their initial values: .*Is a directory")
    ioc.wait_for("saved.softsav cannot be renamed, and nothing is saved until it can: ")
    ioc.wait_for("saved.softsav cannot be written and is unchanged: ")
    (scripts.folder / "saved.softsav.broken").unlink()
    ioc.wait_for("saved.softsav is written again")
    assert (scripts.folder / "saved.softsav.broken" / "inside").read_text() == "precious"
    assert ioc.exit() == 0
    assert saved(scripts) == "P:LO: 1\n"


def test_nobody_hears_that_it_cannot_be_saved(scripts: Scripts) -> None:
    """The thread goes on all the same."""
    path = scripts.folder / "saved.softsav"
    ioc = scripts.run(configured(QUOTA, 0.05))
    eventually(path.exists)
    ioc.command("import sys; sys.stderr = open('closed', 'w'); sys.stderr.close(); room(100); r.set(2)")
    periods(ioc)
    ioc.command("room(resource.RLIM_INFINITY); r.set(3)")
    eventually(lambda: saved(scripts).startswith("P:LO: 3\n"))


def test_a_record_that_hangs_does_not_keep_others_from_the_file(scripts: Scripts) -> None:
    save(scripts, "P:HANGS.EGU: mm\n")
    records = """
import threading
def hang(record, value):
    print("it hangs")  # at once: the prompt comes from another thread
    threading.Event().wait()
r = builder.longOut("HANGS", initial_value=1, validate=hang, autosave=["VAL", "EGU"])
builder.longOut("GOOD", initial_value=2, autosave=True)
"""
    ioc = scripts.run(configured(records))
    ioc.command("threading.Thread(target=r.set_field, args=('VAL', 5), daemon=True).start()")
    ioc.wait_for("it hangs")
    ioc.command("exit")
    eventually(lambda: saved(scripts) == "P:GOOD: 2\nP:HANGS: 1\nP:HANGS.EGU: mm\n")
    ioc.wait_for(
        "autosave: a record does not finish processing; for fields other than values the last saved values are kept"
    )


def test_a_field_without_text_is_named(scripts: Scripts) -> None:
    ioc = scripts.run(configured("r = builder.longOut('LO', initial_value=1, autosave=['VAL', 'TIME'])\n", 0.05))
    ioc.wait_for(rf"autosave: cannot read {scripts.prefix}:LO\.TIME: its type has no text; it is not saved\n")
    ioc.command("r.set(2)")
    eventually(lambda: (scripts.folder / "saved.softsav").exists() and saved(scripts) == "P:LO: 2\n")
    assert ioc.exit() == 0
    assert ioc.output.count("its type has no text") == 1
