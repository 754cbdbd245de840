/* A layer on a port's asynOctet interface that knows terminators: it ends each message that is
 * read at the input terminator and appends the output terminator to each that is written. */
#pragma once

#include <asynAPI.h>

#ifdef __cplusplus
extern "C" {
#endif

/* addr -1 is the port, 0 or more one of its devices. Where a direction is not processed, its
 * terminator is left to the driver. Returns 0, or -1 after a message. */
ASYN_API int asynInterposeEosConfig(const char *portName, int addr, int processEosIn,
                                    int processEosOut);

#ifdef __cplusplus
}
#endif
