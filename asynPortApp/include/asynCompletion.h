/* Writes whose end the driver does not know yet, and writes that it refuses.
 *
 * An extension of this port library: asyn has no such thing. A driver on a port that does not block
 * can so let a record stay active, as a blocking port would, without a thread that waits; and a
 * record whose value was refused gets its old one back. Records that follow their port are here,
 * too. */
#pragma once

#include <asynDriver.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct asynCompletion asynCompletion;

/* In a write method: the write ends with asynComplete, which is to be called once. If the port is
 * shut down first, the client's write fails and asynComplete has no effect. Returns NULL if the
 * client cannot wait (only device support can), or if the port may block and its thread can wait
 * instead: the write then ends when the method returns. */
ASYN_API asynCompletion *asynDeferCompletion(asynUser *pasynUser);
/* Any thread, any locks held. message: may be NULL; goes to the trace where status is no success.
 */
ASYN_API void asynComplete(asynCompletion *completion, asynStatus status, const char *message);

/* In a write method that returns an error: the client's value is that of the driver again, without
 * an alarm, and who has put the other one is told of the error. 0 where the client knows no such
 * thing. */
ASYN_API int asynRefuseWrite(asynUser *pasynUser);

/* In a write method: what callbacks have brought to the client and it has not taken is forgotten,
 * since what it writes is newer. */
ASYN_API void asynForgetCallbacks(asynUser *pasynUser);

/* All records of the client's port follow it, as with info(asynPort:follow, 1). Before iocInit. */
ASYN_API asynStatus asynFollowPort(asynUser *pasynUser);

#ifdef __cplusplus
}
#endif
