"""A wake-up for threads. A thread that has left Python can send it, too."""

import os
import sys

_STROKE = (1).to_bytes(8, sys.byteorder)


class Bell:
    """An eventfd or a pipe on which threads wait for strokes. A stroke is kept until a thread listens.

    With ``each`` a stroke wakes one listening thread. Otherwise one call of ``listen()`` takes all strokes. A bell is
    never closed: a thread may be about to strike, and the descriptor could then belong to another file.
    """

    def __init__(self, each: bool) -> None:
        if hasattr(os, "eventfd"):
            flags = os.EFD_SEMAPHORE if each else os.EFD_NONBLOCK
            self.reader = self.clapper = os.eventfd(0, flags | os.EFD_CLOEXEC)
        else:
            self.reader, self.clapper = os.pipe()
            os.set_blocking(self.reader, each)
            os.set_blocking(self.clapper, False)
        self._size = len(_STROKE) if each else 4096

    def strike(self) -> None:
        """Send one stroke, from any thread."""
        try:
            os.write(self.clapper, _STROKE)
        except BlockingIOError:  # It is full of strokes.
            pass

    def listen(self) -> None:
        """Take one stroke or all. With ``each``, wait for a stroke."""
        try:
            os.read(self.reader, self._size)
        except BlockingIOError:
            pass
