#include "interpreter/counters.h"

#include <Python.h>

#include <epicsStdio.h>

Counters &Counters::all()
{
    static auto *counters = new Counters; // never destroyed: threads may outlive static destructors
    return *counters;
}

void Counters::report(FILE *file) const
{
    fprintf(file,
            "Python %s\n  drivers: %ld\n  interpreters: %ld, left behind: %ld\n"
            "  thread states: %ld\n  arrays: %ld\n",
            PY_VERSION, drivers.load(), interpreters.load(), leftBehind.load(), threadStates.load(),
            arrays.load());
}
