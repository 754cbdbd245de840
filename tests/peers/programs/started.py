"""A program with a Python prompt, in a terminal of its own."""

import os
import pty
import subprocess
import sys
import threading
import time

LIMIT = 300.0  # s, of a busy computer


def found(name: str, value: object) -> None:
    """Something looked at, for the table: in a line that is not the program's."""
    print(f"= {name.replace(' ', '_')} {value}")


class Started:
    def __init__(self, *command: str, folder: str | None = None) -> None:
        self._terminal, other = pty.openpty()
        self._process = subprocess.Popen(command, stdin=other, stdout=other, stderr=other, cwd=folder)
        os.close(other)
        self.output = ""
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while True:
            try:
                self.output += os.read(self._terminal, 4096).decode(errors="replace")
            except OSError:  # it has ended
                return

    def until(self, text: str, start: int = 0) -> str:
        """Its output from start on, when the text is in it."""
        deadline = time.monotonic() + LIMIT
        while text not in self.output[start:]:
            if time.monotonic() > deadline or self._process.poll() is not None:
                sys.exit(f"the program has not printed {text!r}:\n{self.output}")
            time.sleep(0.05)
        return self.output[start:]

    def ask(self, line: str) -> list[str]:
        """What a line at the prompt prints."""
        start = len(self.output)
        os.write(self._terminal, f"{line}; print('asked'.upper())\n".encode())
        return self.until("ASKED", start).splitlines()[1:-1]

    def leave(self) -> None:
        os.write(self._terminal, b"exit()\n")
        found("exit", self._process.wait(LIMIT))
