#include "shell/command.h"

#include <cstring>

#include <epicsStdio.h>
#include <epicsString.h>

#include "common/portUser.h"

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
        return complain(command, "expected the name of a port");
    PortUser user;
    if (user.connect(portName, addr) != asynSuccess)
        return complain(command, user->errorMessage);
    const std::string port = "port " + shortened(portName) + ": ";
    try {
        const asynStatus status = work(user.get());
        return status == asynSuccess ? 0
                                     : complain(command, messageOf(*user.get(), status, portName));
    } catch (const std::exception &error) {
        return complain(command, port + "the driver threw a C++ exception: " + error.what());
    } catch (...) {
        return complain(command, port + "the driver threw a C++ exception: not a std::exception");
    }
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
    const PortLock lock(user);
    return lock.status() == asynSuccess ? call(user, *interface) : lock.status();
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
