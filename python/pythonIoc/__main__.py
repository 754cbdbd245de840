"""`python -m pythonIoc ...` is the command `pythonIoc ...`. Options of python before -m are kept."""

import sys

from pythonIoc import _command, _options

_command.main(_options.split(sys.orig_argv[1:])[0])
