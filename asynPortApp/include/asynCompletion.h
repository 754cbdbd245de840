/* Writes that end later than the write method returns, and writes that the driver refuses.
 *
 * This header extends asyn's API. With it, a driver on a port that does not block can keep a
 * record active, as a blocking port would, without a thread that waits. A driver can also give a
 * record its old value back after it has refused a new one. asynFollowPort makes records follow
 * their port. */
#pragma once

#include <asynDriver.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct asynCompletion asynCompletion;

/* Call this in a write method. The write then ends when the driver calls asynComplete, which it
 * must do once. If the port is shut down first, the client's write fails and asynComplete has no
 * effect. Returns NULL if the client cannot wait (only device support can), or if the port may
 * block, because then its thread can wait. After NULL, the write ends when the method returns. */
ASYN_API asynCompletion *asynDeferCompletion(asynUser *pasynUser);
/* May be called by any thread with any locks held. message may be NULL. It is printed to the
 * trace if status is not asynSuccess. */
ASYN_API void asynComplete(asynCompletion *completion, asynStatus status, const char *message);

/* Call this in a write method that returns an error. The client takes the driver's value back,
 * without an alarm, and whoever put the refused value gets the error. Returns 0 if the client
 * does not support this. */
ASYN_API int asynRefuseWrite(asynUser *pasynUser);

/* Call this in a write method. The client drops the callback values that it has not processed
 * yet, because the value that it writes is newer. */
ASYN_API void asynForgetCallbacks(asynUser *pasynUser);

/* All records of the client's port follow the port, as with info(asynPort:follow, 1). Call this
 * before iocInit. */
ASYN_API asynStatus asynFollowPort(asynUser *pasynUser);

#ifdef __cplusplus
}
#endif
