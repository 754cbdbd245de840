/* Keeps binaries apart, at load time, that were built for this port library and for others.
 *
 * - Variables have their own link names (ASYN_LINK_NAME). A binary that was built for another
 *   asyn finds none of ours.
 * - Every object file that includes a public header refers to variables whose names say what it
 *   was built for. Another library does not define these names, so the loader refuses the file.
 * - Constructors of asynPortDriver have a tag in their link names. A constructor without the tag
 *   refuses to run. See src/driver/abi.cpp. */
#pragma once

#include <epicsVersion.h>

/* Increases when the layout of the tables or of asynPortDriver changes, because binaries share
 * them. */
#define ASYN_ABI 1

#define ASYN_LINK_NAME(NAME) __asm__("asynPort1_" #NAME)
#define ASYN_ABI_TAG __attribute__((abi_tag("asynPort1")))

#define ASYN_ABI_JOIN(A, V, R, M) asynPort_ABI_##A##_EPICS_##V##_##R##_##M
#define ASYN_ABI_NAME(A, V, R, M) ASYN_ABI_JOIN(A, V, R, M)
#define ASYN_ABI_OF_LIBRARY                                                                        \
    ASYN_ABI_NAME(ASYN_ABI, EPICS_VERSION, EPICS_REVISION, EPICS_MODIFICATION)

/* Refers to VARIABLE as data. The loader looks up data at once. */
#define ASYN_ABI_NEEDS(VARIABLE)                                                                   \
    extern __attribute__((visibility("default"))) const char VARIABLE;                             \
    static const char *const VARIABLE##_needed __attribute__((used)) = &VARIABLE

#define ASYN_ABI_NEEDS_EXPANDED(VARIABLE) ASYN_ABI_NEEDS(VARIABLE)

#ifdef __cplusplus
extern "C" {
#endif
ASYN_ABI_NEEDS_EXPANDED(ASYN_ABI_OF_LIBRARY);
#ifdef __cplusplus
}
#endif
