// The port manager's one door for the other parts of this library: what device support, the
// interfaces and asynPortDriver may ask of it beyond asyn's own API (pasynManager). What the
// manager keeps of ports and clients is in port.h, which only its own files include.
//
// Unless it says otherwise, a function may be called by any thread and needs no lock.
#pragma once

#include <cstdio>
#include <memory>

#include <asynCompletion.h>
#include <asynDriver.h>
#include <asynDrvUser.h>

#include "common/ownedMutex.h"

namespace portManager
{

// ---- Clients -----------------------------------------------------------------------------------

// Writes the message into the client's asynUser and returns the status.
asynStatus fail(asynUser *user, asynStatus status, const char *format, ...)
    EPICS_PRINTF_STYLE(3, 4);

// A duplicate for interrupt callbacks, which write status, alarm and time into it. It has no room
// for a message.
asynUser *duplicateForCallbacks(asynUser *user);

// A client of a port that does not block has room for an error message only while its request
// runs; what was written is kept. A client that is written to at other times needs room of its own.
// Nobody else may use the client meanwhile.
constexpr int messageSize = 256;
void giveMessageRoom(asynUser *user);
void takeMessageRoom(asynUser *user); // if the message is empty

// A prompt client never waits in its interrupt callback, as device support does not:
// callParamCallbacks wakes the scan threads after it has called all prompt clients, but before it
// calls any other. A prompt client's callback may get a copy of its asynUser that pasynManager does
// not know: it only reads the members. Set before anybody calls the client; duplicates inherit it.
void setPrompt(asynUser *user);
bool isPrompt(asynUser *user);

// ---- Drivers -----------------------------------------------------------------------------------

// Whether a driver's constructor still runs; see ASYN_UNFINISHED.
bool isHidden(const char *portName); // there is such a port, and the calling thread cannot see it
// There is such a port and its driver is complete. A driver that does not say so counts as complete
// after one second.
bool isComplete(const char *portName);

// asynDrvUser's create without a request: the port may be disconnected or busy. drvUser is the
// interface for destroyDrvUser; NULL if the driver takes no drvInfo.
asynStatus createDrvUser(asynUser *user, const char *drvInfo, asynInterface *&drvUser);
void destroyDrvUser(asynUser *user, asynInterface *drvUser);

// The interface of a client that holds the port's synchronous lock, interposed ones included. NULL
// with a message if there is none. The client remembers what was found.
asynInterface *findInterfaceLocked(asynUser *user, const char *type);

// Has the driver of the user's port report, under the port's lock. The report says so if the driver
// stays busy for a second: people ask for reports when something is stuck.
asynStatus reportDriver(asynUser *user, FILE *fp, int details);

// A turn at the driver without a connection, for what the driver knows by itself: no request runs
// meanwhile, and the port is not shut down. It may be refused, so check status() first:
// asynDisabled, or asynTimeout if the port stays busy.
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

// ---- Connection and time -----------------------------------------------------------------------

// For a request that runs on the port's thread: asynSuccess, or asynDisconnected with a message if
// the request needs a connection and the driver has refused it, or has disconnected since the
// request was queued.
asynStatus stillConnected(asynUser *user);

// Whether asynFollowPort was called for the client's port.
bool followsPort(asynUser *user);

// The time now from the time stamp source of the user's port. The port's own time stamp stays.
asynStatus currentTime(asynUser *user, epicsTimeStamp *timeStamp);

// ---- Writes that end later; see asynCompletion.h -----------------------------------------------

// A deferred write. The driver knows it as asynCompletion.
class Deferral
{
  public:
    virtual void complete(asynStatus status, const char *message) = 0; // any thread

  protected:
    ~Deferral() = default;
};

// A client that can wait for the end of a write, or take its value back.
class Completion
{
  public:
    virtual Deferral *defer() = 0; // in a request; NULL outside of one
    virtual bool refuse() = 0;     // in a request; false outside of one
    virtual void forget() = 0;     // in a request

  protected:
    ~Completion() = default;
};

// Before the client's first request.
void setCompletion(asynUser *user, Completion &completion);

// ---- Interrupt clients -------------------------------------------------------------------------

// An interface's cancelInterruptUser that needs no driver.
using CancelInterrupt = asynStatus(void *drvPvt, asynUser *user, void *registrar);

// Keeps content until nobody walks along the node any more. cancel serves cancelInterrupt below.
void keepWithNode(interruptNode *node, std::shared_ptr<void> content, CancelInterrupt *cancel);

// The version of an interrupt source's list, of registerInterruptSource: it changes with the list.
// Between interruptStart and interruptEnd it stays.
unsigned long listVersion(const void *interruptPvt);
// Whether the list differs from that version, or a client waits to be added.
bool listChanged(const void *interruptPvt, unsigned long version);

// ---- Shutdown ----------------------------------------------------------------------------------

// Whether the client's port is shut down for good.
bool isShutDown(asynUser *user);
// Cancels an interrupt client of a port that is shut down, without its interfaces, which may be
// gone. Clients that the driver keeps itself are left to it.
void cancelInterrupt(asynUser *user, void *registrar);

// shutdownPort refuses a caller that holds this lock, because it is inside the driver. Set to NULL
// before the lock is deleted.
void setDriverLock(asynUser *user, const OwnedMutex *lock);

// From here on, clients of these interfaces of the user's port find no driver. Waits for a running
// request or attempt to connect.
void detachDriver(asynUser *user, asynInterface *const *interfaces, size_t count);

// shutdownPort by a driver that lives until every caller inside it has returned, and at the end of
// the process.
asynStatus closePort(asynUser *user);

} // namespace portManager
