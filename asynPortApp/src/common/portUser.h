// An asynUser that frees itself, and the locks of its port as guards: whatever a driver throws
// meanwhile. They need asyn's own API alone.
#pragma once

#include <asynDriver.h>

// Its message says why a call failed.
class PortUser
{
  public:
    [[nodiscard]] explicit PortUser(userCallback process = nullptr, userCallback timeout = nullptr)
        : user_(pasynManager->createAsynUser(process, timeout))
    {
    }
    ~PortUser()
    {
        if (connected_)
            pasynManager->disconnect(user_);
        pasynManager->freeAsynUser(user_);
    }
    PortUser(const PortUser &) = delete;
    PortUser &operator=(const PortUser &) = delete;

    asynStatus connect(const char *port, int addr)
    {
        const asynStatus status = pasynManager->connectDevice(user_, port, addr);
        connected_ = status == asynSuccess;
        return status;
    }
    asynUser *get() const { return user_; }
    asynUser *operator->() const { return user_; }

  private:
    asynUser *const user_;
    bool connected_ = false;
};

// Take may refuse, so that the caller looks at status() first.
template <asynStatus (*asynManager::*Take)(asynUser *),
          asynStatus (*asynManager::*Give)(asynUser *)>
class UserLock
{
  public:
    [[nodiscard]] explicit UserLock(asynUser *user)
        : user_(user), status_((pasynManager->*Take)(user))
    {
    }
    ~UserLock()
    {
        if (status_ == asynSuccess)
            (pasynManager->*Give)(user_);
    }
    UserLock(const UserLock &) = delete;
    UserLock &operator=(const UserLock &) = delete;
    asynStatus status() const { return status_; }

  private:
    asynUser *const user_;
    const asynStatus status_;
};

using PortLock = UserLock<&asynManager::lockPort, &asynManager::unlockPort>;
// At the client's turn, and where the port is connected.
using PortTurn = UserLock<&asynManager::queueLockPort, &asynManager::queueUnlockPort>;
