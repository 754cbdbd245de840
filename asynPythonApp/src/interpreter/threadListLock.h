// CPython's lock of the lists of thread states.
//
// CPython 3.11 puts a new state into the list first, and fills it then; a thread that is not
// attached may do so at any time. Later versions fill it first.
#pragma once

#include <Python.h>

#ifdef __cplusplus
extern "C" {
#endif

// Attached; in between no Python code, and nothing that makes or deletes a thread state.
#if PY_VERSION_HEX < 0x030C0000
void threadListLock(void);
void threadListUnlock(void);
#else
#define threadListLock() ((void)0)
#define threadListUnlock() ((void)0)
#endif

#ifdef __cplusplus
}
#endif
