"""Which waits have an end, as far as the threads of a process show it."""

import subprocess
import sys
from pathlib import Path

CALLBACK = """
import ctypes
from PythonDriver import _stuck
assert not _stuck._has_callbacks()
callback = ctypes.CFUNCTYPE(None)(lambda: None)
assert _stuck._has_callbacks()
"""


def test_a_callback_of_ctypes_may_be_called_by_a_thread_without_frames() -> None:
    subprocess.run([sys.executable, "-c", CALLBACK], check=True, timeout=60)


WATCHED = """
import sys, threading, time
from _queue import SimpleQueue
from PythonDriver import _stuck

items, taken, held = SimpleQueue(), [], threading.Event()
def idle():
    while True:
        taken.append(items.get())
threads = [threading.Thread(target=target, daemon=True) for target in (held.wait, idle)]
for thread in threads:
    thread.start()
keeper, other = threads

def sleeps(thread):
    with open(f"/proc/self/task/{thread.native_id}/status") as status:
        return "sleeping" in status.read() and _stuck.is_endless(sys._current_frames()[thread.ident])

def settle():
    deadline = time.monotonic() + 20
    while not all(map(sleeps, threads)):
        assert time.monotonic() < deadline

watch = _stuck.Watch("P")
def look():
    settle()
    frames = {thread.ident: sys._current_frames()[thread.ident] for thread in threads}
    return watch.look(frames, keeper.ident, threading.get_ident(), keeper.native_id)

assert [look()[1] for _ in range(4)] == [""] * 4
items.put(1)  # the other thread runs, and may have ended the wait
deadline = time.monotonic() + 20
while not taken:
    assert time.monotonic() < deadline
assert look()[1] == ""
assert "waits without a time limit" in look()[1]
"""


def test_a_wait_that_a_thread_may_just_have_ended_is_left_alone(tmp_path: Path) -> None:
    """The thread that waits has not had the GIL since then, so its frame still waits."""
    script = tmp_path / "watched.py"  # a file, because the watch reads the source
    script.write_text(WATCHED)
    subprocess.run([sys.executable, script], check=True, timeout=60)
