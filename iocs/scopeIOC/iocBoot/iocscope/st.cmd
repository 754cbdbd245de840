#!../../bin/linux-x86_64/scope
# For a classic IOC executable and for asynPythonIoc alike; the latter needs no envPaths.
< ${ENVPATHS=envPaths}

epicsEnvSet("PYTHONPATH", "${ASYNPYTHON}/python:${TOP}/scopeApp/python:${PYTHONPATH=}")
epicsEnvSet("EPICS_DB_INCLUDE_PATH", "${ASYNPYTHON}/db:${TOP}/db:${TOP}/scopeApp/Db")

dbLoadDatabase "${TOP}/dbd/scope.dbd"
scope_registerRecordDeviceDriver pdbbase

asynPythonDriverConfigure("PY1", "scope")
asynPythonDriverConfigure("PY2", "test", 1)

dbLoadRecords("scope.template", "P=${P=MTEST:},R=${R=SCOPE:},PORT=PY1,ADDR=0,TIMEOUT=1,NPOINTS=1000")
dbLoadRecords("test.template", "PORT=PY2,ADDR=0,TIMEOUT=1")

iocInit
