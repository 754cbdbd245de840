"""Importing this module before iocInit has every put by a client printed: user@host RECORD.FIELD old -> new.

Puts are those that access security traps. Where the shell's command asSetFilename has set a file, before or after
the import, its rules say by TRAPWRITE which these are; else all are.

Old and new value are read while the record does not process. EPICS tells of one put at a time, so where two clients
write a record whose ``validate`` takes long, the second one holds up the puts of all.
"""

from pathlib import Path

from . import _ioc

_ioc.host().log_puts(str(Path(__file__).with_name("pvlog.acf")))
