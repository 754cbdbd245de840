"""Environment variables that a classic IOC has from its envPaths file."""

import os
import platform
from pathlib import Path

from ._libraries import package_folder


def set_environment(script: str | None) -> None:
    """Sets what is not set: ASYNPYTHON, EPICS_HOST_ARCH, and TOP and IOC for TOP/iocBoot/IOC/st.cmd."""
    os.environ.setdefault("ASYNPYTHON", str(package_folder()))
    os.environ.setdefault("EPICS_HOST_ARCH", _host_architecture())
    os.environ.setdefault("PVXS_QSRV_ENABLE", "YES")
    # A startup script begins with "< ${ENVPATHS=envPaths}"; here there is nothing to say.
    os.environ.setdefault("ENVPATHS", os.devnull)
    if script is None:
        return
    folder = Path(script).resolve().parent
    if folder.parent.name == "iocBoot":
        os.environ.setdefault("TOP", str(folder.parent.parent))
        os.environ.setdefault("IOC", folder.name)


def _host_architecture() -> str:
    # epicscorelibs.config knows it, too, but asks a compiler.
    return f"{platform.system().lower()}-{platform.machine().lower()}"
