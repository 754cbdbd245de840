"""Resources of the process and of its machine, by the names of devIocStats."""

import platform
import resource
import socket

import psutil

from . import _ioc


class Machine:
    """Each method returns current values by record name."""

    def __init__(self) -> None:
        self.host = socket.gethostname()
        self.kernel = f"{platform.system()} {platform.release()}"
        self.epics = str(_ioc.host().epics_version)
        self._process = psutil.Process()
        self._cpus = psutil.cpu_count() or 1
        self.load()  # Starts the first period.

    def files(self) -> dict[str, float]:
        """Return the numbers of file descriptors."""
        used = self._process.num_fds()
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        return {"FD_CNT": used, "FD_MAX": most, "FD_FREE": most - used}

    def load(self) -> dict[str, float]:
        """Return the loads since the last call, in % of all CPUs."""
        return {
            "SYS_CPU_LOAD": psutil.cpu_percent(),
            "IOC_CPU_LOAD": self._process.cpu_percent() / self._cpus,
            "CPU_CNT": self._cpus,
        }

    def memory(self) -> dict[str, float]:
        """Return the memory in bytes."""
        machine = psutil.virtual_memory()
        return {
            "MEM_USED": self._process.memory_info().rss,
            "MEM_FREE": machine.available,
            "MEM_MAX": machine.total,
        }
