/* A layer on a port's asynOctet interface for drivers that cannot flush. To flush, it reads
 * until no more input arrives. */
#pragma once

#include <asynAPI.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The flush ends when no input has arrived for timeout milliseconds (1 ms if timeout is not
 * positive). Returns 0, or -1 after a message. */
ASYN_API int asynInterposeFlushConfig(const char *portName, int addr, int timeout);

#ifdef __cplusplus
}
#endif
