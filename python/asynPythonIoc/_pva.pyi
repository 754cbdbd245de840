"""The PVAccess server of this process. Source: asynPythonApp/src/host/pvaModule.cpp."""

def connections() -> tuple[int, int]:
    """Return the numbers of clients and of their channels. Raises if the server does not run."""
