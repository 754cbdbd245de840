# The classic EPICS build, on the asyn and the Base that configure/RELEASE.local names. The port
# library of asynPortApp is not part of it: there is an asyn.
TOP = .
include $(TOP)/configure/CONFIG

DIRS += configure
DIRS += asynPythonApp
asynPythonApp_DEPEND_DIRS = configure
DIRS += iocs
iocs_DEPEND_DIRS = asynPythonApp

include $(TOP)/configure/RULES_TOP
