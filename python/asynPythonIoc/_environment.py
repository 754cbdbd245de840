"""The environment variables that a classic IOC gets from its envPaths file."""

import os
import platform
from pathlib import Path

from ._libraries import package_folder


def set_environment(script: str | None) -> None:
    """Set the variables that are not set.

    These are ASYNPYTHON, EPICS_HOST_ARCH, PVXS_QSRV_ENABLE and ENVPATHS, and for a script TOP/iocBoot/IOC/st.cmd also
    TOP and IOC.
    """
    os.environ.setdefault("ASYNPYTHON", str(package_folder()))
    os.environ.setdefault("EPICS_HOST_ARCH", _host_architecture())
    os.environ.setdefault("PVXS_QSRV_ENABLE", "YES")
    # A startup script begins with "< ${ENVPATHS=envPaths}". Here the variables are set already.
    os.environ.setdefault("ENVPATHS", os.devnull)
    if script is None:
        return
    folder = Path(script).resolve().parent
    if folder.parent.name == "iocBoot":
        os.environ.setdefault("TOP", str(folder.parent.parent))
        os.environ.setdefault("IOC", folder.name)


def _host_architecture() -> str:
    # epicscorelibs.config also has it, but runs a compiler to find it.
    return f"{platform.system().lower()}-{platform.machine().lower()}"
