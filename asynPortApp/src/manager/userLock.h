// The lock of a client's port, held as long as the guard lives: whatever a driver throws meanwhile.
#pragma once

#include <asynDriver.h>

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
