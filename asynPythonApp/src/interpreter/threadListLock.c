// In C, because CPython's internal headers are not C++.
#define Py_BUILD_CORE 1
#include <Python.h>

#include "interpreter/threadListLock.h"

#if PY_VERSION_HEX < 0x030C0000

#undef _PyGC_FINALIZED // public and internal headers of 3.11 both define it
#include <internal/pycore_runtime.h>

void threadListLock(void)
{
    PyThread_acquire_lock(_PyRuntime.interpreters.mutex, WAIT_LOCK);
}

void threadListUnlock(void)
{
    PyThread_release_lock(_PyRuntime.interpreters.mutex);
}

#endif
