# The classic EPICS build, on the asyn and the Base that configure/RELEASE.local names. The port
# library of asynPortApp is not part of it: there is an asyn.
TOP = .
include $(TOP)/configure/CONFIG

DIRS += configure
DIRS += asynPythonApp
asynPythonApp_DEPEND_DIRS = configure
ifeq ($(abspath $(INSTALL_LOCATION)),$(abspath $(TOP)))
  DIRS += iocs
  iocs_DEPEND_DIRS = asynPythonApp
endif

include $(TOP)/configure/RULES_TOP

# A module that is installed elsewhere gets its Python package, which needs no build, and leaves the IOC out: that is an
# application, built on what is installed.
ifneq ($(abspath $(INSTALL_LOCATION)),$(abspath $(TOP)))
install: install_python
.PHONY: install_python
install_python:
	@mkdir -p $(INSTALL_LOCATION)/python/PythonDriver
	cp python/PythonDriver/*.py python/PythonDriver/py.typed $(INSTALL_LOCATION)/python/PythonDriver
endif
