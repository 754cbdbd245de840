dlload ./libtwice.so
dbLoadDatabase twice.dbd
twice_registerRecordDeviceDriver pdbbase
twiceConfigure CPP
dbLoadRecords twice.db
iocInit
