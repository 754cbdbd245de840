"""The driver of tests/packages/run: uses a package again and again, while another port does the same."""

import os
import threading
import time
import traceback
from pathlib import Path

import _asynPython
import uses
from PythonDriver import PythonDriver

use = getattr(uses, os.environ["PACKAGE"])
folder = Path(os.environ["PACKAGE_FOLDER"]) / _asynPython.port
folder.mkdir()


class Driver(PythonDriver):
    def __init__(self):
        use(folder)  # on the shell's thread: what is wrong is told by the shell
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        # The other port is there, too, when it has made its folder.
        while len(list(folder.parent.iterdir())) < 2:
            time.sleep(0.01)
        end, count = time.monotonic() + float(os.environ["PACKAGE_SECONDS"]), 0
        try:
            while time.monotonic() < end and not self.stopped.is_set():
                use(folder)
                count += 1
            print(f"port {_asynPython.port} WORKS {count}", flush=True)
        except BaseException:
            print(f"port {_asynPython.port} FAILS {traceback.format_exc()}END", flush=True)

    def shutdown(self):
        self.stopped.set()
        self.thread.join()


driver = Driver()
