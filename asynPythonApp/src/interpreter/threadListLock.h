// CPython's lock for the lists of thread states.
//
// CPython 3.11 first adds a new thread state to the list and then initialises it. A detached thread
// may do so at any time. Later versions initialise the thread state first.
#pragma once

#include <Python.h>

#ifdef __cplusplus
extern "C" {
#endif

// The caller is attached. While the lock is held, it must not run Python code nor create or delete
// a thread state.
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
