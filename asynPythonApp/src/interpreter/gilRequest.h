// Asks the thread that runs Python code in an interpreter to drop the GIL, as CPython's own waiting
// threads do, at its next look. CPython 3.11 and 3.12 only.
//
// Whoever is asked waits, once it has dropped the GIL, until somebody else has taken it. So nobody
// may ask but while a thread is on its way to take it.
#pragma once

#include <Python.h>

#ifdef __cplusplus
extern "C" {
#endif

#if PY_VERSION_HEX < 0x030D0000
// Not attached, for interpreters that are not ended meanwhile.
void gilRequest(PyInterpreterState *interpreter);
// Whether CPython's data are where they were when this was compiled. Attached.
int gilRequestWorks(void);
#endif

#ifdef __cplusplus
}
#endif
