"""How a thread is woken by another one, which may have left Python by then."""

import os
import sys

_STROKE = (1).to_bytes(8, sys.byteorder)


class Bell:
    """Its strokes wait to be heard. Never closed: a thread may be about to strike, and the number would mean another file.

    With ``each`` a stroke wakes one of the threads that listen, else one that listens hears all strokes there are.
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
        try:
            os.write(self.clapper, _STROKE)
        except BlockingIOError:  # there are strokes enough
            pass

    def listen(self) -> None:
        """With ``each`` it waits for a stroke."""
        try:
            os.read(self.reader, self._size)
        except BlockingIOError:
            pass
