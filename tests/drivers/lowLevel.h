/* A port driver in C that does without asynPortDriver. */
#ifndef DRIVERS_LOW_LEVEL_H
#define DRIVERS_LOW_LEVEL_H

#include <asynDriver.h>
#include <asynDrvUser.h>
#include <asynFloat64.h>
#include <asynInt32.h>
#include <asynOctet.h>

#define LOW_ADDRESSES 2
#define LOW_LINE 200

/* What drvInfo gives as asynUser.reason. */
enum { lowValue, lowTwice, lowRatio, lowLine };

typedef struct lowPort {
    char *name;
    int addresses;
    asynUser *self;
    epicsInt32 value[LOW_ADDRESSES];
    double ratio[LOW_ADDRESSES];
    char line[LOW_ADDRESSES][LOW_LINE]; /* what was written and is not yet read */
    size_t length[LOW_ADDRESSES];
    volatile int connects, disconnects, locks, unlocks, destroyed;
    asynInterface common, drvUser, int32, float64, octet, notify;
    void *int32Pvt, *float64Pvt, *octetPvt;
} lowPort;

#ifdef __cplusplus
extern "C" {
#endif

lowPort *lowPortFind(const char *name);
void lowPortChecks(const char *name);      /* of a port with two addresses */
void lowOctetChecks(const char *name);     /* of a port with one */
void lowInterposeChecks(const char *name); /* the same, another layer on it */
void lowStandardChecks(const char *name);  /* of a port by lowStandardConfigure */
int lowLevelConfigure(const char *name, int addresses);
int lowStandardConfigure(const char *name);

#ifdef __cplusplus
}
#endif

#endif
