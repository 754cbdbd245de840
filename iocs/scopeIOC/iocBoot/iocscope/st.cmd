#!../../bin/linux-x86_64/scope
# For asynPythonIoc and for a classic IOC executable alike.

epicsEnvSet("TOP", "${TOP=../..}")
epicsEnvSet("PYTHONPATH", "${TOP}/python:${TOP}/scopeApp/python:${PYTHONPATH=}")
epicsEnvSet("EPICS_DB_INCLUDE_PATH", "${TOP}/db:${TOP}/scopeApp/Db")

dbLoadDatabase "${TOP}/dbd/scope.dbd"
scope_registerRecordDeviceDriver pdbbase

asynPythonDriverConfigure("PY1", "scope")
asynPythonDriverConfigure("PY2", "test", 1)

dbLoadRecords("scope.template", "P=${P=MTEST:},R=${R=SCOPE:},PORT=PY1,ADDR=0,TIMEOUT=1,NPOINTS=1000")
dbLoadRecords("test.template", "PORT=PY2,ADDR=0,TIMEOUT=1")

iocInit
