// Registers the record types, device support and so on that the loaded dbd files name.
#pragma once

// Like Base's registerAllRecordDeviceDrivers, which stops at the first name that no library
// defines. This function reports each such name once and continues, so that an IOC's own dbd file
// works with its own registrars even if it names more than this process contains. Called only by
// the shell's thread. Returns the number of missing names. If no dbd file has been loaded, reports
// that and returns -1.
int registerLoadedDbds() noexcept;
