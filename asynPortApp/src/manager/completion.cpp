#include "manager/portManager.h"

#include "manager/port.h"

using portManager::Completion;

namespace portManager
{

void setCompletion(asynUser *user, Completion &completion)
{
    User::of(user).completion = &completion;
}

bool followsPort(asynUser *user)
{
    const DeviceRef &device = User::of(user).device;
    return device && device->port->followed;
}

} // namespace portManager

asynCompletion *asynDeferCompletion(asynUser *pasynUser)
{
    Completion *completion = portManager::User::of(pasynUser).completion;
    return completion ? reinterpret_cast<asynCompletion *>(completion->defer()) : nullptr;
}

void asynComplete(asynCompletion *completion, asynStatus status, const char *message)
{
    reinterpret_cast<portManager::Deferral *>(completion)->complete(status, message);
}

int asynRefuseWrite(asynUser *pasynUser)
{
    Completion *completion = portManager::User::of(pasynUser).completion;
    return completion && completion->refuse() ? 1 : 0;
}

void asynForgetCallbacks(asynUser *pasynUser)
{
    if (Completion *completion = portManager::User::of(pasynUser).completion)
        completion->forget();
}

asynStatus asynFollowPort(asynUser *pasynUser)
{
    const portManager::DeviceRef &device = portManager::deviceOf(pasynUser, "asynFollowPort");
    if (!device)
        return asynError;
    device->port->followed = true;
    return asynSuccess;
}
