"""Where softioc lies, and sys.path."""

import os
import sys

from pythonIoc import _environment

PACKAGE = os.path.dirname(os.path.abspath(__file__))
PACKAGES = os.path.join(PACKAGE, "packages")  # softioc, pkg_resources
STARTUP = os.path.join(PACKAGE, "startup")  # what Python runs before the script, see _environment
ROOT = os.path.dirname(PACKAGE)  # what softioc needs lies beside pythonIoc


def prepare() -> None:
    """Makes `import softioc` find the one of this package.

    Raises ImportError where another softioc has been imported already.
    """
    _refuse_another()
    if PACKAGES not in sys.path:
        sys.path.insert(0, PACKAGES)
    if _environment.restore() and sys.flags.no_site:
        # Until now before the standard library.
        sys.path[:] = [entry for entry in sys.path if entry != ROOT] + [ROOT]


def _refuse_another() -> None:
    other = sys.modules.get("softioc")
    if other is None:
        return
    place = getattr(other, "__file__", None) or next(iter(getattr(other, "__path__", [])), "somewhere")
    if not os.path.realpath(place).startswith(os.path.realpath(PACKAGES) + os.sep):
        raise ImportError(
            f"another softioc has been imported already, from {place}, and a process can have one only: "
            "import pythonIoc before softioc, or run the script by the command pythonIoc"
        )
