"""Which waits have an end, as far as the threads of a process show it."""

import subprocess
import sys

CALLBACK = """
import ctypes
from PythonDriver import _stuck
assert not _stuck._has_callbacks()
callback = ctypes.CFUNCTYPE(None)(lambda: None)
assert _stuck._has_callbacks()
"""


def test_a_callback_of_ctypes_may_be_called_by_a_thread_without_frames() -> None:
    subprocess.run([sys.executable, "-c", CALLBACK], check=True, timeout=60)
