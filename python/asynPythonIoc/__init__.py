"""An IOC in a Python process: the command asynPythonIoc."""
