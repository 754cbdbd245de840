"""The folders of softioc, and their entries in sys.path."""

import os
import sys

from pythonIoc import _environment

PACKAGE = os.path.dirname(os.path.abspath(__file__))
PACKAGES = os.path.join(PACKAGE, "packages")  # softioc, pkg_resources
STARTUP = os.path.join(PACKAGE, "startup")  # sitecustomize, see _environment
ROOT = os.path.dirname(PACKAGE)  # site-packages, which also has the packages that softioc needs


def prepare() -> None:
    """Make `import softioc` find the package of this project.

    Raises ImportError if another softioc is already imported.
    """
    _refuse_another()
    if PACKAGES not in sys.path:
        sys.path.insert(0, PACKAGES)
    if _environment.restore() and sys.flags.no_site:
        # PYTHONPATH put it before the standard library; it belongs behind.
        sys.path[:] = [entry for entry in sys.path if entry != ROOT] + [ROOT]


def _refuse_another() -> None:
    other = sys.modules.get("softioc")
    if other is None:
        return
    place = getattr(other, "__file__", None) or next(iter(getattr(other, "__path__", [])), "somewhere")
    if not os.path.realpath(place).startswith(os.path.realpath(PACKAGES) + os.sep):
        raise ImportError(
            f"another softioc is already imported from {place}, and a process can have only one: "
            "import pythonIoc before softioc, or run the script with the command pythonIoc"
        )
