// Asks the thread that runs Python code in an interpreter to drop the GIL, as CPython's own waiting
// threads do. The thread drops it at its next check. CPython 3.11 and 3.12 only.
//
// After dropping the GIL, that thread waits until another thread has taken it. So send a request
// only while another thread is about to take the GIL.
#pragma once

#include <Python.h>

#ifdef __cplusplus
extern "C" {
#endif

#if PY_VERSION_HEX < 0x030D0000
// The caller is detached and ensures that the interpreter is not ended during the call.
void gilRequest(PyInterpreterState *interpreter);
// Returns whether CPython's internal data have the offsets of the version that this file was
// compiled for. The caller is attached.
int gilRequestWorks(void);
#endif

#ifdef __cplusplus
}
#endif
