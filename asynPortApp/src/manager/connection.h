// For device support: what a client's port is up to.
#pragma once

#include <asynDriver.h>

namespace portManager
{

// In a request that a port's thread runs: asynSuccess, or asynDisconnected with a message: the
// driver has refused to connect for the request, or has disconnected since it was queued, and the
// request needs it. The interfaces of a port that is shut down say so themselves. No lock needed.
asynStatus stillConnected(asynUser *user);

// A turn at the driver that no connection is needed for, as for what it knows by itself: no request
// runs meanwhile, and the port is not shut down. It may be refused, so that the caller looks at
// status() first: asynDisabled, or asynTimeout where the port is busy for too long.
class DriverTurn
{
  public:
    [[nodiscard]] explicit DriverTurn(asynUser *user);
    ~DriverTurn();
    DriverTurn(const DriverTurn &) = delete;
    DriverTurn &operator=(const DriverTurn &) = delete;
    asynStatus status() const { return status_; }

  private:
    asynUser *const user_;
    const asynStatus status_;
};

// Whether the client's port is shut down for good. No lock needed.
bool isShutDown(asynUser *user);
// Cancels an interrupt of a port that is shut down, without its interfaces: they may be gone. One
// that the driver keeps itself is left to it.
void cancelInterrupt(asynUser *user, void *registrar);

} // namespace portManager
