#!../../bin/linux-x86_64/scope
# The startup script of the scope IOC, for a classic IOC executable and for asynPythonIoc. asynPythonIoc sets the
# variables of envPaths itself.
< ${ENVPATHS=envPaths}

# The folders of Python modules and of templates
epicsEnvSet("PYTHONPATH", "${ASYNPYTHON}/python:${TOP}/scopeApp/python:${PYTHONPATH=}")
epicsEnvSet("EPICS_DB_INCLUDE_PATH", "${ASYNPYTHON}/db:${TOP}/db:${TOP}/scopeApp/Db")

# A classic IOC needs these two commands. asynPythonIoc has its own definitions and prints that scope.dbd is not there.
dbLoadDatabase "${TOP}/dbd/scope.dbd"
scope_registerRecordDeviceDriver pdbbase

# Port PY1 runs scope.py, port PY2 runs test.py.
asynPythonDriverConfigure("PY1", "scope")
asynPythonDriverConfigure("PY2", "test", 1)

dbLoadRecords("scope.template", "P=${P=MTEST:},R=${R=SCOPE:},PORT=PY1,ADDR=0,TIMEOUT=1,NPOINTS=1000")
dbLoadRecords("test.template", "PORT=PY2,ADDR=0,TIMEOUT=1")

iocInit
