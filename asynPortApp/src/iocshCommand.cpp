#include "iocshCommand.h"

#include <cstring>

#include <epicsStdio.h>
#include <epicsString.h>

std::string shortened(const std::string &name)
{
    constexpr size_t most = 80;
    return name.size() > most ? name.substr(0, most) + "..." : name;
}

int complain(const char *command, const std::string &what)
{
    fprintf(epicsGetStderr(), "%s: %s\n", command, what.c_str());
    return 1;
}

namespace
{

// What a call left as its message, with the port's name.
std::string messageOf(const asynUser &user, asynStatus status, const char *portName)
{
    std::string message =
        user.errorMessage[0] ? user.errorMessage : pasynManager->strStatus(status);
    if (message.find(portName) == std::string::npos)
        message = "port " + shortened(portName) + ": " + message;
    return message;
}

} // namespace

int withPort(const char *command, const char *portName, int addr,
             const std::function<asynStatus(asynUser *)> &work)
{
    if (!portName || !*portName)
        return complain(command, "the name of a port is expected");
    asynUser *user = pasynManager->createAsynUser(nullptr, nullptr);
    asynStatus status = pasynManager->connectDevice(user, portName, addr);
    int result = 0;
    if (status == asynSuccess) {
        status = work(user);
        if (status != asynSuccess)
            result = complain(command, messageOf(*user, status, portName));
        pasynManager->disconnect(user);
    } else {
        result = complain(command, user->errorMessage);
    }
    pasynManager->freeAsynUser(user);
    return result;
}

namespace
{

constexpr double deviceTimeout = 2.0; // s

asynStatus callLocked(asynUser *user, const char *interfaceType, const InterfaceCall &call)
{
    asynInterface *interface = pasynManager->findInterface(user, interfaceType, 1);
    if (!interface)
        return asynError;
    int enabled = 0;
    asynStatus status = pasynManager->isEnabled(user, &enabled);
    if (status == asynSuccess && !enabled) {
        epicsSnprintf(user->errorMessage, static_cast<size_t>(user->errorMessageSize),
                      "it is disabled");
        status = asynDisabled;
    }
    if (status != asynSuccess)
        return status;
    user->timeout = deviceTimeout;
    status = pasynManager->lockPort(user);
    if (status != asynSuccess)
        return status;
    status = call(user, *interface);
    pasynManager->unlockPort(user);
    return status;
}

} // namespace

int withInterface(const char *command, const char *portName, int addr, const char *interfaceType,
                  const InterfaceCall &call)
{
    return withPort(command, portName, addr,
                    [&](asynUser *user) { return callLocked(user, interfaceType, call); });
}

std::string rawFromEscaped(const char *text)
{
    std::string raw(strlen(text) + 1, '\0');
    const int length = epicsStrnRawFromEscaped(&raw[0], raw.size(), text, strlen(text));
    raw.resize(static_cast<size_t>(length));
    return raw;
}
