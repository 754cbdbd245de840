// The thread-specific slot by which CPython's C API finds "this thread's" thread state.
//
// ctypes callbacks and extension modules use it when they come back into Python. CPython sets it
// when a thread is first attached (3.11) or at every attach (3.12 and later), and never takes a
// state out again that is merely detached. A thread that serves several interpreters would so come
// back into the wrong one, or find a state that is deleted meanwhile. So each attach of ours notes
// what was there, and puts it back.
#pragma once

#include <Python.h>

#ifdef __cplusplus
extern "C" {
#endif

// What the slot has. Before the attach.
PyThreadState *gilStateSlotGet(void);
// The slot gets the state that has just been attached; from 3.12 on it has it.
#if PY_VERSION_HEX < 0x030C0000
void gilStateSlotSet(PyThreadState *state);
#else
#define gilStateSlotSet(STATE) ((void)(STATE))
#endif
// The slot gets what was there before; state is detached, or NULL where it was deleted.
void gilStateSlotRestore(PyThreadState *state, PyThreadState *before);

#ifdef __cplusplus
}
#endif
