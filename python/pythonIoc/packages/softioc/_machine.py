"""What the process and its machine have and use, by the names of devIocStats."""

import platform
import resource
import socket

import psutil

from . import _ioc


class Machine:
    """Each method tells what one look sees; loads are those since the look before."""

    def __init__(self) -> None:
        self.host = socket.gethostname()
        self.kernel = f"{platform.system()} {platform.release()}"
        self.epics = str(_ioc.host().epics_version)
        self._process = psutil.Process()
        self._cpus = psutil.cpu_count() or 1
        self.load()  # from which the next ones count

    def files(self) -> dict[str, float]:
        """File descriptors."""
        used = self._process.num_fds()
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        return {"FD_CNT": used, "FD_MAX": most, "FD_FREE": most - used}

    def load(self) -> dict[str, float]:
        """Loads in % of all CPUs."""
        return {
            "SYS_CPU_LOAD": psutil.cpu_percent(),
            "IOC_CPU_LOAD": self._process.cpu_percent() / self._cpus,
            "CPU_CNT": self._cpus,
        }

    def memory(self) -> dict[str, float]:
        """Memory in bytes."""
        machine = psutil.virtual_memory()
        return {
            "MEM_USED": self._process.memory_info().rss,
            "MEM_FREE": machine.available,
            "MEM_MAX": machine.total,
        }
