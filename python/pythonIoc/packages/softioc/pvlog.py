"""Importing this module before iocInit prints every put by a client: user@host RECORD.FIELD old -> new.

These are the puts that access security traps. If the shell command asSetFilename sets a file, before or after the
import, only puts that match its rules with TRAPWRITE are printed. Otherwise all puts are printed.

The old and the new value are read while the record does not process. EPICS reports one put at a time: if two clients
write a record whose ``validate`` takes long, the second put delays the puts of all clients.
"""

from pathlib import Path

from . import _ioc

_ioc.host().log_puts(str(Path(__file__).with_name("pvlog.acf")))
