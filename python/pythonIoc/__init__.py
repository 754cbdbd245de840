"""The package `softioc` for a Python process: `import pythonIoc` puts it on the path.

A script that is run by the command `pythonIoc` has it there already.
"""

from pythonIoc import _path

_path.prepare()
