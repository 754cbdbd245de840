/* Synchronous access to a port's asynOctet interface. Timeouts in seconds. */
#pragma once

#include <asynDriver.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct asynOctetSyncIO {
    asynStatus (*connect)(const char *port, int addr, asynUser **ppasynUser, const char *drvInfo);
    asynStatus (*disconnect)(asynUser *pasynUser);
    asynStatus (*write)(asynUser *pasynUser, char const *buffer, size_t buffer_len, double timeout,
                        size_t *nbytesTransferred);
    asynStatus (*read)(asynUser *pasynUser, char *buffer, size_t buffer_len, double timeout,
                       size_t *nbytesTransferred, int *eomReason);
    asynStatus (*writeRead)(asynUser *pasynUser, const char *write_buffer, size_t write_buffer_len,
                            char *read_buffer, size_t read_buffer_len, double timeout,
                            size_t *nbytesOut, size_t *nbytesIn, int *eomReason);
    asynStatus (*flush)(asynUser *pasynUser);
    asynStatus (*setInputEos)(asynUser *pasynUser, const char *eos, int eoslen);
    asynStatus (*getInputEos)(asynUser *pasynUser, char *eos, int eossize, int *eoslen);
    asynStatus (*setOutputEos)(asynUser *pasynUser, const char *eos, int eoslen);
    asynStatus (*getOutputEos)(asynUser *pasynUser, char *eos, int eossize, int *eoslen);
    asynStatus (*writeOnce)(const char *port, int addr, char const *buffer, size_t buffer_len,
                            double timeout, size_t *nbytesTransferred, const char *drvInfo);
    asynStatus (*readOnce)(const char *port, int addr, char *buffer, size_t buffer_len,
                           double timeout, size_t *nbytesTransferred, int *eomReason,
                           const char *drvInfo);
    asynStatus (*writeReadOnce)(const char *port, int addr, const char *write_buffer,
                                size_t write_buffer_len, char *read_buffer, size_t read_buffer_len,
                                double timeout, size_t *nbytesOut, size_t *nbytesIn, int *eomReason,
                                const char *drvInfo);
    asynStatus (*flushOnce)(const char *port, int addr, const char *drvInfo);
    asynStatus (*setInputEosOnce)(const char *port, int addr, const char *eos, int eoslen,
                                  const char *drvInfo);
    asynStatus (*getInputEosOnce)(const char *port, int addr, char *eos, int eossize, int *eoslen,
                                  const char *drvInfo);
    asynStatus (*setOutputEosOnce)(const char *port, int addr, const char *eos, int eoslen,
                                   const char *drvInfo);
    asynStatus (*getOutputEosOnce)(const char *port, int addr, char *eos, int eossize, int *eoslen,
                                   const char *drvInfo);
} asynOctetSyncIO;
ASYN_API extern asynOctetSyncIO *pasynOctetSyncIO ASYN_LINK_NAME(pasynOctetSyncIO);

#ifdef __cplusplus
}
#endif
