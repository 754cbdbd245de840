// Who is told when a device is connected, enabled, traced differently or shut down.
#include <algorithm>

#include "manager/port.h"

#include <errlog.h>

namespace portManager
{

void ExceptionClient::call(asynException exception)
{
    const CallGate::Pass pass(gate_);
    if (!pass)
        return;
    // The callback may remove its client and free the asynUser: it is not looked at afterwards.
    try {
        callback_(&user_.user, exception);
    } catch (const std::exception &error) {
        errlogPrintf("%s: a client's callback ended by a C++ exception: %s\n",
                     asynExceptionToString(exception), error.what());
    } catch (...) {
        errlogPrintf("%s: a client's callback ended by a C++ exception\n",
                     asynExceptionToString(exception));
    }
}

bool listens(const User &user)
{
    const auto &clients = user.device->exceptionClients;
    return std::any_of(clients.begin(), clients.end(),
                       [&user](const auto &client) { return client->is(user); });
}

void callExceptionClients(Device &device, asynException exception)
{
    std::vector<std::shared_ptr<ExceptionClient>> clients;
    {
        Guard guard(device.port->state);
        clients = device.exceptionClients;
    }
    for (const auto &client : clients)
        client->call(exception);
}

asynStatus exceptionCallbackAdd(asynUser *pasynUser, exceptionCallback callback)
{
    User &user = User::of(pasynUser);
    const DeviceRef device = deviceOf(pasynUser, "exceptionCallbackAdd");
    if (!device)
        return asynError;
    if (!callback)
        return fail(pasynUser, asynError, "port %s: expected an exception callback, got NULL",
                    device->port->name.c_str());
    Guard guard(device->port->state);
    if (listens(user))
        return fail(pasynUser, asynError, "port %s: the asynUser has an exception callback already",
                    device->port->name.c_str());
    device->exceptionClients.push_back(std::make_shared<ExceptionClient>(user, callback));
    return asynSuccess;
}

asynStatus exceptionCallbackRemove(asynUser *user)
{
    const DeviceRef device = deviceOf(user, "exceptionCallbackRemove");
    if (!device)
        return asynError;
    std::shared_ptr<ExceptionClient> client;
    {
        Guard guard(device->port->state);
        auto &clients = device->exceptionClients;
        const auto found = std::find_if(clients.begin(), clients.end(), [user](const auto &each) {
            return each->is(User::of(user));
        });
        if (found == clients.end())
            return fail(user, asynError, "port %s: no exception callback is registered",
                        device->port->name.c_str());
        client = *found;
        clients.erase(found);
    }
    client->retire();
    return asynSuccess;
}

} // namespace portManager
