"""The command asynPythonIoc: an IOC in a Python process."""
