"""What the system must allow the process."""

import resource

#: An IOC without clients has about 25 files open; each client takes one.
_FILES = 64


def allow_files() -> None:
    """Raises the soft limit of open files where it is too low. Raises OSError if the hard one is.

    Libraries of EPICS stop the start or wait for ever when they cannot open a socket.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if resource.RLIM_INFINITY != soft < _FILES:
        if resource.RLIM_INFINITY != hard < _FILES:
            raise OSError(f"an IOC needs {_FILES} open files or more, and the limit is {hard} (ulimit -n)")
        resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, hard))
