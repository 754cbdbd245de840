// The thread-specific slot by which CPython's C API finds "this thread's" thread state.
//
// ctypes callbacks and extension modules use it when they come back into Python. CPython 3.12 and
// later set it at every attach; 3.11 sets it once per thread, so that a thread which serves two
// interpreters would come back into the wrong one.
#pragma once

#include <Python.h>

#ifdef __cplusplus
extern "C" {
#endif

// Makes state the thread's entry and returns what was there. A no-op, returning NULL, from 3.12 on.
PyThreadState *gilStateSlotSwap(PyThreadState *state);

#ifdef __cplusplus
}
#endif
