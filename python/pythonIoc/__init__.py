"""The package `softioc` for a Python process: `import pythonIoc` makes `import softioc` find it.

A script that is run by the command `pythonIoc` does not need this import. Raises ImportError if the process has already
imported another softioc.
"""

from pythonIoc import _path

_path.prepare()
