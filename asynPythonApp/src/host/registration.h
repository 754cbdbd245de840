// Registers what the loaded dbd files name.
#pragma once

// As Base's registerAllRecordDeviceDrivers, which stops at the first name that no library has. This
// one reports each such name once and goes on, so that an IOC's own dbd, which may name more than
// this process has, brings its own registrars. By the shell's thread alone. Returns how many names
// are missing; reports and returns -1 before a dbd file is loaded.
int registerLoadedDbds() noexcept;
