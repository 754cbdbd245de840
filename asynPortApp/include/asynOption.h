/* The asynOption interface: options of a port as pairs of strings. */
#pragma once

#include <asynDriver.h>

#ifdef __cplusplus
extern "C" {
#endif

#define asynOptionType "asynOption"
typedef struct asynOption {
    asynStatus (*setOption)(void *drvPvt, asynUser *pasynUser, const char *key, const char *val);
    asynStatus (*getOption)(void *drvPvt, asynUser *pasynUser, const char *key, char *val,
                            int sizeval);
} asynOption;

#ifdef __cplusplus
}
#endif
