// pasynOctetSyncIO.
#include <algorithm>

#include <asynOctet.h>
#include <asynOctetSyncIO.h>

#include "interfaces/syncIO.h"

namespace
{

const char *const typeOctet = asynOctetType;
using Octet = syncIO::Io<asynOctet, typeOctet>;

asynStatus write(asynUser *user, const char *buffer, size_t length, double timeout, size_t *count)
{
    *count = 0;
    const asynStatus status = Octet::call(user, timeout, &asynOctet::write, buffer, length, count);
    if (status == asynSuccess)
        asynPrintIO(user, ASYN_TRACEIO_DEVICE, buffer, *count, "asynOctetSyncIO wrote:\n");
    return status;
}

asynStatus read(asynUser *user, char *buffer, size_t length, double timeout, size_t *count,
                int *eomReason)
{
    *count = 0;
    const asynStatus status =
        Octet::call(user, timeout, &asynOctet::read, buffer, length, count, eomReason);
    if (*count < length)
        buffer[*count] = '\0';
    if (status == asynSuccess)
        asynPrintIO(user, ASYN_TRACEIO_DEVICE, buffer, std::min(*count, length),
                    "asynOctetSyncIO read:\n");
    return status;
}

// Flush, write and read without another client in between.
asynStatus writeRead(asynUser *user, const char *out, size_t outLength, char *in, size_t inLength,
                     double timeout, size_t *countOut, size_t *countIn, int *eomReason)
{
    *countOut = *countIn = 0;
    const PortTurn turn(user);
    if (turn.status() != asynSuccess)
        return turn.status();
    asynStatus status = Octet::call(user, timeout, &asynOctet::flush);
    if (status == asynSuccess)
        status = write(user, out, outLength, timeout, countOut);
    if (status == asynSuccess)
        status = read(user, in, inLength, timeout, countIn, eomReason);
    return status;
}

constexpr double flushTimeout = 1.0; // s; the call has none of its own

asynStatus flush(asynUser *user)
{
    return Octet::call(user, flushTimeout, &asynOctet::flush);
}

// Terminators may be set before the port is connected.

template <auto Method> asynStatus setEos(asynUser *user, const char *eos, int length)
{
    return Octet::callLocked(user, Method, eos, length);
}

template <auto Method> asynStatus getEos(asynUser *user, char *eos, int size, int *length)
{
    return Octet::callLocked(user, Method, eos, size, length);
}

template <auto Method>
asynStatus setEosOnce(const char *port, int addr, const char *eos, int length, const char *drvInfo)
{
    return Octet::with(port, addr, drvInfo,
                       [=](asynUser *user) { return setEos<Method>(user, eos, length); });
}

template <auto Method> asynStatus getEosOnce(const char *port, int addr, char *eos, int size,
                                             int *length, const char *drvInfo)
{
    return Octet::with(port, addr, drvInfo,
                       [=](asynUser *user) { return getEos<Method>(user, eos, size, length); });
}

asynStatus writeOnce(const char *port, int addr, const char *buffer, size_t length, double timeout,
                     size_t *count, const char *drvInfo)
{
    return Octet::with(port, addr, drvInfo,
                       [=](asynUser *user) { return write(user, buffer, length, timeout, count); });
}

asynStatus readOnce(const char *port, int addr, char *buffer, size_t length, double timeout,
                    size_t *count, int *eomReason, const char *drvInfo)
{
    return Octet::with(port, addr, drvInfo, [=](asynUser *user) {
        return read(user, buffer, length, timeout, count, eomReason);
    });
}

asynStatus writeReadOnce(const char *port, int addr, const char *out, size_t outLength, char *in,
                         size_t inLength, double timeout, size_t *countOut, size_t *countIn,
                         int *eomReason, const char *drvInfo)
{
    return Octet::with(port, addr, drvInfo, [=](asynUser *user) {
        return writeRead(user, out, outLength, in, inLength, timeout, countOut, countIn, eomReason);
    });
}

asynStatus flushOnce(const char *port, int addr, const char *drvInfo)
{
    return Octet::with(port, addr, drvInfo, flush);
}

asynOctetSyncIO table = {
    Octet::connect,
    syncIO::disconnect,
    write,
    read,
    writeRead,
    flush,
    setEos<&asynOctet::setInputEos>,
    getEos<&asynOctet::getInputEos>,
    setEos<&asynOctet::setOutputEos>,
    getEos<&asynOctet::getOutputEos>,
    writeOnce,
    readOnce,
    writeReadOnce,
    flushOnce,
    setEosOnce<&asynOctet::setInputEos>,
    getEosOnce<&asynOctet::getInputEos>,
    setEosOnce<&asynOctet::setOutputEos>,
    getEosOnce<&asynOctet::getOutputEos>,
};

} // namespace

extern "C" {
ASYN_API asynOctetSyncIO *pasynOctetSyncIO = &table;
}
