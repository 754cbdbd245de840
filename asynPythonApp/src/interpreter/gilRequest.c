// In C, because CPython's internal headers are not C++.
#define Py_BUILD_CORE 1
#include <Python.h>
#undef _PyGC_FINALIZED // public and internal headers of 3.11 both define it
#include <internal/pycore_interp.h>

#include "interpreter/gilRequest.h"

#if PY_VERSION_HEX < 0x030D0000

void gilRequest(PyInterpreterState *interpreter)
{
    struct _ceval_state *state = &interpreter->ceval;
    _Py_atomic_store_relaxed(&state->gil_drop_request, 1);
    _Py_atomic_store_relaxed(&state->eval_breaker, 1);
}

// The recursion limit stands beside them, and can be asked for.
int gilRequestWorks(void)
{
    return PyInterpreterState_Main()->ceval.recursion_limit == Py_GetRecursionLimit();
}

#endif
