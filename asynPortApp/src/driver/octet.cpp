// Strings in a driver that does not override them: the parameter list answers. Terminators are
// kept, and that is all.
#include <algorithm>
#include <cstring>

#include "common/monotonicTime.h"
#include "driver/driverState.h"

#include <epicsStdio.h>

namespace
{

asynStatus reportResult(const asynPortDriver &driver, asynUser *user, const char *method,
                        const char *name, asynStatus status, const char *value, size_t length)
{
    const int shown = static_cast<int>(std::min<size_t>(length, 80));
    if (status != asynSuccess)
        epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                      "port %s: %s of parameter %s, value \"%.*s\": %s", driver.portName, method,
                      name, shown, value, pasynManager->strStatus(status));
    else
        asynPrint(user, ASYN_TRACEIO_DRIVER, "port %s: %s of parameter %s, value \"%.*s\"\n",
                  driver.portName, method, name, shown, value);
    return status;
}

void keepEos(std::string &kept, const char *eos, int length)
{
    kept.assign(eos ? eos : "", eos ? static_cast<size_t>(std::max(length, 0)) : 0);
}

asynStatus giveEos(const asynPortDriver &driver, asynUser *user, const std::string &kept, char *eos,
                   int size, int *length)
{
    *length = 0;
    if (static_cast<int>(kept.size()) > size) {
        epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                      "port %s: a terminator of %zu bytes does not fit into %d", driver.portName,
                      kept.size(), size);
        return asynOverflow;
    }
    kept.copy(eos, kept.size());
    if (static_cast<int>(kept.size()) < size)
        eos[kept.size()] = '\0';
    *length = static_cast<int>(kept.size());
    return asynSuccess;
}

} // namespace

asynStatus asynPortDriver::readOctet(asynUser *pasynUser, char *value, size_t maxChars,
                                     size_t *nActual, int *eomReason)
{
    int reason, addr;
    const char *name;
    *nActual = 0;
    if (eomReason)
        *eomReason = 0;
    state_->readFromList_ = true;
    asynStatus status = parseAsynUser(pasynUser, &reason, &addr, &name);
    if (status != asynSuccess)
        return status;
    const size_t size = std::min<size_t>(maxChars, 0x7FFFFFFF);
    status = getStringParam(addr, reason, static_cast<int>(size), value);
    getTimeStamp(&pasynUser->timestamp);
    getParamAlarmStatus(addr, reason, &pasynUser->alarmStatus);
    getParamAlarmSeverity(addr, reason, &pasynUser->alarmSeverity);
    pasynUser->auxStatus = status;
    const size_t length = size > 0 ? strnlen(value, size) : 0;
    if (size > 0)
        *nActual = length + 1; // the terminating NUL counts, as clients of asyn expect
    if (eomReason)
        *eomReason = ASYN_EOM_END;
    return reportResult(*this, pasynUser, "readOctet", name, status, value, length);
}

asynStatus asynPortDriver::writeOctet(asynUser *pasynUser, const char *value, size_t maxChars,
                                      size_t *nActual)
{
    int reason, addr;
    const char *name;
    *nActual = 0;
    asynStatus status = parseAsynUser(pasynUser, &reason, &addr, &name);
    if (status != asynSuccess)
        return status;
    // Clients need not terminate the text; what stands behind a NUL does not belong to it.
    const size_t length = strnlen(value, maxChars);
    status = setStringParam(addr, reason, std::string(value, length));
    const asynStatus called = callParamCallbacks(addr, addr);
    if (status == asynSuccess)
        status = called;
    if (status == asynSuccess)
        *nActual = maxChars;
    return reportResult(*this, pasynUser, "writeOctet", name, status, value, length);
}

// Throws away what a device has sent: reads until nothing comes. A parameter list always has an
// answer, and a device may talk for ever: neither must hold the port.
asynStatus asynPortDriver::flushOctet(asynUser *pasynUser)
{
    constexpr double quiet = 0.05, longest = 1.0; // seconds
    const double timeout = pasynUser->timeout;
    const MonotonicTime begin = MonotonicTime::now();
    char buffer[256];
    pasynUser->timeout = quiet;
    do {
        size_t count = 0;
        int eomReason = 0;
        state_->readFromList_ = false;
        readOctet(pasynUser, buffer, sizeof buffer, &count, &eomReason);
        if (count == 0 || state_->readFromList_)
            break;
        asynPrintIO(pasynUser, ASYN_TRACEIO_DEVICE, buffer, std::min(count, sizeof buffer),
                    "port %s: flushOctet threw away %zu bytes\n", portName, count);
    } while (MonotonicTime::now() - begin < longest);
    pasynUser->timeout = timeout;
    return asynSuccess;
}

asynStatus asynPortDriver::setInputEosOctet(asynUser *, const char *eos, int eosLen)
{
    keepEos(state_->inputEos_, eos, eosLen);
    return asynSuccess;
}

asynStatus asynPortDriver::setOutputEosOctet(asynUser *, const char *eos, int eosLen)
{
    keepEos(state_->outputEos_, eos, eosLen);
    return asynSuccess;
}

asynStatus asynPortDriver::getInputEosOctet(asynUser *pasynUser, char *eos, int eosSize,
                                            int *eosLen)
{
    return giveEos(*this, pasynUser, state_->inputEos_, eos, eosSize, eosLen);
}

asynStatus asynPortDriver::getOutputEosOctet(asynUser *pasynUser, char *eos, int eosSize,
                                             int *eosLen)
{
    return giveEos(*this, pasynUser, state_->outputEos_, eos, eosSize, eosLen);
}
