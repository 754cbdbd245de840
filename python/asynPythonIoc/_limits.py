"""The system limits that an IOC needs."""

import resource

#: An IOC without clients has about 25 open files. Each client needs one more.
_FILES = 64


def allow_files() -> None:
    """Raise the soft limit of open files if it is too low. Raise OSError if the hard limit is too low.

    If a library of EPICS cannot open a socket, the start fails or waits for ever.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if resource.RLIM_INFINITY != soft < _FILES:
        if resource.RLIM_INFINITY != hard < _FILES:
            raise OSError(
                f"an IOC needs at least {_FILES} open files, but the limit is {hard}; raise it with ulimit -n"
            )
        resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES, hard))
