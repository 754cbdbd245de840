// Layers for devices that take one byte at a time. asyn has no header for these; a program in C
// declares them itself.
#pragma once

#include <asynAPI.h>

extern "C" {
// Waits so many seconds after each byte; the option "delay" shows and changes it.
ASYN_API int asynInterposeDelay(const char *portName, int addr, double delay);
// Reads the device's echo of each byte before the next.
ASYN_API int asynInterposeEcho(const char *portName, int addr);
}
