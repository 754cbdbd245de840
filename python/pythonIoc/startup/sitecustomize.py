"""Python imports this first in a process of the command pythonIoc. It then imports the environment's sitecustomize."""

import sys
from os.path import dirname

_startup = dirname(__file__)
_root = dirname(dirname(_startup))
if _root not in sys.path:
    sys.path.append(_root)

import pythonIoc  # noqa: E402, F401

sys.path[:] = [entry for entry in sys.path if entry != _startup]
del sys.modules["sitecustomize"]
import sitecustomize  # noqa: E402, F401
