"""``python -m softioc script`` is the command ``pythonIoc script``. --version prints the version."""

import sys

from pythonIoc import _command

from . import __version__

if sys.argv[1:2] == ["--version"]:
    print(__version__)
else:
    _command.main()
