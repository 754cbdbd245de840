/* What the drivers' checks print: "ok RULE", or "FAILED RULE: got ..., expected ...". C and C++.
   Not by printf: C++ headers undo its redirection by epicsStdio.h. */
#ifndef DRIVERS_CHECK_H
#define DRIVERS_CHECK_H

#include <string.h>

#include <epicsStdio.h>
#include <epicsThread.h>

static inline int checkInt(const char *rule, long long got, long long expected)
{
    if (got == expected)
        fprintf(epicsGetStdout(), "ok %s\n", rule);
    else
        fprintf(epicsGetStdout(), "FAILED %s: got %lld, expected %lld\n", rule, got, expected);
    return got == expected;
}

static inline int checkDouble(const char *rule, double got, double expected)
{
    const int same = !(got < expected) && !(got > expected);
    if (same)
        fprintf(epicsGetStdout(), "ok %s\n", rule);
    else
        fprintf(epicsGetStdout(), "FAILED %s: got %.17g, expected %.17g\n", rule, got, expected);
    return same;
}

static inline int checkText(const char *rule, const char *got, const char *expected)
{
    const int same = got && strcmp(got, expected) == 0;
    if (same)
        fprintf(epicsGetStdout(), "ok %s\n", rule);
    else
        fprintf(epicsGetStdout(), "FAILED %s: got \"%s\", expected \"%s\"\n", rule,
                got ? got : "(null)", expected);
    return same;
}

static inline int check(const char *rule, int holds)
{
    if (holds)
        fprintf(epicsGetStdout(), "ok %s\n", rule);
    else
        fprintf(epicsGetStdout(), "FAILED %s: got false, expected true\n", rule);
    return holds;
}

/* Counts what becomesInt waits for, in any thread. */
static inline void countOne(volatile int *flag)
{
    __atomic_add_fetch(flag, 1, __ATOMIC_ACQ_REL);
}

/* Waits, half a minute at most, until *flag has a value. */
static inline int becomesInt(volatile int *flag, int expected)
{
    int i;
    for (i = 0; i < 3000 && __atomic_load_n(flag, __ATOMIC_ACQUIRE) != expected; ++i)
        epicsThreadSleep(0.01);
    return __atomic_load_n(flag, __ATOMIC_ACQUIRE) == expected;
}

#endif
