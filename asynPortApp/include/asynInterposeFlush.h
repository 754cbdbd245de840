/* A layer on a port's asynOctet interface for drivers that cannot flush: it reads until nothing
 * comes. */
#pragma once

#include <asynAPI.h>

#ifdef __cplusplus
extern "C" {
#endif

/* timeout is how long nothing must have come, in milliseconds, 1 where it is not positive. Returns
 * 0, or -1 after a message. */
ASYN_API int asynInterposeFlushConfig(const char *portName, int addr, int timeout);

#ifdef __cplusplus
}
#endif
