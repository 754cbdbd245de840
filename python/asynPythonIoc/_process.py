"""The process of an IOC: its signals, its terminal and the thread of its shell."""

import contextlib
import os
import signal
import termios
import threading
import traceback
from collections.abc import Callable


class Process:
    """Runs ``work`` on a separate thread. The main thread waits, without the GIL, for its end or a signal.

    ``work`` returns the exit code.
    """

    def __init__(self, work: Callable[[], int]) -> None:
        self._work = work
        self._code = 1  # if the work raises an exception
        self._terminal = termios.tcgetattr(0) if os.isatty(0) else None
        self._reading, self._writing = os.pipe()
        os.set_blocking(self._writing, False)
        # A signal to any thread makes the pipe readable.
        signal.set_wakeup_fd(self._writing, warn_on_full_buffer=False)
        for number in self._ending():
            signal.signal(number, lambda *_: None)
        threading.Thread(target=self._run, name="iocsh", daemon=True).start()

    def _run(self) -> None:
        try:
            self._code = self._work()
        except Exception:
            traceback.print_exc()
        finally:  # Printing the traceback may fail, too.
            os.write(self._writing, b"\0")

    @staticmethod
    def _ending() -> list[signal.Signals]:
        """Return the signals that end the IOC. SIGHUP is one of them, unless nohup ignores it."""
        ignored = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        return [signal.SIGTERM, signal.SIGINT, *([] if ignored else [signal.SIGHUP])]

    def wait(self) -> int:
        """Wait for the end of the work or for a signal that ends the IOC. Return the exit code, 0 for a signal."""
        while True:
            first = os.read(self._reading, 1)[0]
            if first in (0, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                break
        # A second signal ends a shutdown that takes too long. Not SIGHUP: a lost terminal sends several.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        return self._code if first == 0 else 0

    def restore_terminal(self) -> None:
        """Restore the terminal's settings, which line editing may have changed, if the terminal still exists."""
        if self._terminal is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(0, termios.TCSADRAIN, self._terminal)
