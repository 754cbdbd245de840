"""`python -m pythonIoc ...` is `pythonIoc ...`, and options of python before -m count."""

import sys

from pythonIoc import _command, _options

_command.main(_options.split(sys.orig_argv[1:])[0])
