// In C, because CPython's internal headers are not C++.
#define Py_BUILD_CORE 1
#include <Python.h>
#undef _PyGC_FINALIZED // public and internal headers of 3.11 both define it
#include <internal/pycore_runtime.h>

#include "interpreter/gilStateSlot.h"

static Py_tss_t *key(void)
{
#if PY_VERSION_HEX < 0x030C0000
    return &_PyRuntime.gilstate.autoTSSkey;
#else
    return &_PyRuntime.autoTSSkey;
#endif
}

PyThreadState *gilStateSlotGet(void)
{
    return (PyThreadState *)PyThread_tss_get(key());
}

#if PY_VERSION_HEX < 0x030C0000
void gilStateSlotSet(PyThreadState *state)
{
    PyThread_tss_set(key(), state);
}
#endif

void gilStateSlotRestore(PyThreadState *state, PyThreadState *before)
{
    if (before == state)
        return;
#if PY_VERSION_HEX >= 0x030C0000
    // A state knows whether it stands in a slot, and is taken out of it when it is deleted.
    if (state)
        state->_status.bound_gilstate = 0;
    if (before)
        before->_status.bound_gilstate = 1;
#endif
    PyThread_tss_set(key(), before);
}
