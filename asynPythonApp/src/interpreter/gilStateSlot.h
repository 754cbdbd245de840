// The thread-specific slot in which CPython's C API looks up the thread state of the calling
// thread.
//
// ctypes callbacks and extension modules use it when they re-enter Python. CPython sets the slot
// when a thread is first attached (3.11) or whenever it is attached (3.12 and later). Detaching
// does not clear it. If a thread serves several interpreters, the slot could therefore refer to the
// wrong interpreter or to a deleted thread state. So every attach in this library saves the content
// of the slot and restores it afterwards.
#pragma once

#include <Python.h>

#ifdef __cplusplus
extern "C" {
#endif

// Returns the content of the slot. Call it before attaching.
PyThreadState *gilStateSlotGet(void);
// Stores the thread state that has just been attached. From 3.12 on, CPython has already done so.
#if PY_VERSION_HEX < 0x030C0000
void gilStateSlotSet(PyThreadState *state);
#else
#define gilStateSlotSet(STATE) ((void)(STATE))
#endif
// Restores the saved content. state is the thread state that was detached, or NULL if it was
// deleted.
void gilStateSlotRestore(PyThreadState *state, PyThreadState *before);

#ifdef __cplusplus
}
#endif
