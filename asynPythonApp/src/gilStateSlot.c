// In C, because CPython 3.11's internal headers are not C++.
#include <Python.h>

#if PY_VERSION_HEX < 0x030C0000
#define Py_BUILD_CORE 1
#undef _PyGC_FINALIZED // public and internal headers of 3.11 both define it
#include <internal/pycore_runtime.h>
#undef Py_BUILD_CORE
#endif

#include "gilStateSlot.h"

PyThreadState *gilStateSlotSwap(PyThreadState *state)
{
#if PY_VERSION_HEX < 0x030C0000
    Py_tss_t *key = &_PyRuntime.gilstate.autoTSSkey;
    PyThreadState *before = (PyThreadState *)PyThread_tss_get(key);
    if (before != state)
        PyThread_tss_set(key, state);
    return before;
#else
    (void)state;
    return NULL;
#endif
}
