/* A layer on a port's asynOctet interface that handles terminators. It ends each read at the
 * input terminator and appends the output terminator to each write. */
#pragma once

#include <asynAPI.h>

#ifdef __cplusplus
extern "C" {
#endif

/* addr -1 is the port; 0 or more is one of its devices. If the layer does not process a
 * direction, the driver handles that terminator. Returns 0, or -1 after a message. */
ASYN_API int asynInterposeEosConfig(const char *portName, int addr, int processEosIn,
                                    int processEosOut);

#ifdef __cplusplus
}
#endif
