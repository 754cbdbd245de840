// The port manager's only header for the other parts of this library. It declares what device
// support, the interfaces and asynPortDriver may call beyond asyn's own API (pasynManager). The
// manager's data about ports and clients is in port.h, which only its own files include.
//
// Any thread may call these functions, without a lock, unless a comment says otherwise.
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

// Makes a duplicate for interrupt callbacks, which write status, alarm and time into it. It has no
// buffer for a message.
asynUser *duplicateForCallbacks(asynUser *user);

// A client of a port that does not block has a buffer for an error message only while its request
// runs. The message is kept afterwards. A client that gets messages at other times needs a buffer
// of its own. No other thread may use the client during these calls.
constexpr int messageSize = 256;
void giveMessageRoom(asynUser *user);
void takeMessageRoom(asynUser *user); // if the message is empty

// A prompt client never waits in its interrupt callback. Device support's clients are prompt.
// callParamCallbacks calls all prompt clients, then wakes the scan threads, then calls the other
// clients. A prompt client's callback may get a copy of its asynUser that pasynManager does not
// know, so it must only read the members. Call setPrompt before anybody calls the client.
// Duplicates inherit the setting.
void setPrompt(asynUser *user);
bool isPrompt(asynUser *user);

// ---- Drivers -----------------------------------------------------------------------------------

// Whether a driver's constructor still runs; see ASYN_UNFINISHED.
bool isHidden(const char *portName); // the port exists, but the calling thread cannot see it
// Whether the port exists and its driver is complete. A driver that does not report this counts as
// complete after one second.
bool isComplete(const char *portName);

// Calls asynDrvUser's create outside a request, so the port may be disconnected or busy. drvUser
// becomes the interface for destroyDrvUser, or NULL if the driver takes no drvInfo.
asynStatus createDrvUser(asynUser *user, const char *drvInfo, asynInterface *&drvUser);
void destroyDrvUser(asynUser *user, asynInterface *drvUser);

// Finds the interface for a client that holds the port's synchronous lock, including interposed
// interfaces. Returns NULL with a message if there is none. The client caches the result.
asynInterface *findInterfaceLocked(asynUser *user, const char *type);

// Calls the driver's report under the port's lock. If the driver stays busy for a second, the
// report says so instead of waiting, because people ask for reports when something is stuck.
asynStatus reportDriver(asynUser *user, FILE *fp, int details);

// Gives access to the driver without a connection, for what the driver knows without its device.
// Meanwhile no request runs and the port is not shut down. Access may be refused, so check status()
// first: asynDisabled, or asynTimeout if the port stays busy.
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

// For a request that runs on the port thread. Returns asynSuccess. Returns asynDisconnected with a
// message if the request needs a connection and the driver has refused it or has disconnected since
// the request was queued.
asynStatus stillConnected(asynUser *user);

// Whether asynFollowPort was called for the client's port.
bool followsPort(asynUser *user);

// Gets the current time from the time stamp source of the user's port. Does not change the port's
// own time stamp.
asynStatus currentTime(asynUser *user, epicsTimeStamp *timeStamp);

// ---- Writes that end later; see asynCompletion.h -----------------------------------------------

// A deferred write. The driver knows it as an asynCompletion.
class Deferral
{
  public:
    virtual void complete(asynStatus status, const char *message) = 0; // any thread

  protected:
    ~Deferral() = default;
};

// A client that can wait for the end of a write, or take the driver's value back.
class Completion
{
  public:
    virtual Deferral *defer() = 0; // in a request; NULL outside a request
    virtual bool refuse() = 0;     // in a request; false outside a request
    virtual void forget() = 0;     // in a request

  protected:
    ~Completion() = default;
};

// Call this before the client's first request.
void setCompletion(asynUser *user, Completion &completion);

// ---- Interrupt clients -------------------------------------------------------------------------

// An interface's cancelInterruptUser that needs no driver.
using CancelInterrupt = asynStatus(void *drvPvt, asynUser *user, void *registrar);

// Keeps content until no thread uses the node any more. cancelInterrupt below calls cancel.
void keepWithNode(interruptNode *node, std::shared_ptr<void> content, CancelInterrupt *cancel);

// The version of an interrupt source's list (interruptPvt comes from registerInterruptSource). It
// changes with the list and stays the same between interruptStart and interruptEnd.
unsigned long listVersion(const void *interruptPvt);
// Whether the list's version is another one, or a client waits to be added.
bool listChanged(const void *interruptPvt, unsigned long version);

// ---- Shutdown ----------------------------------------------------------------------------------

// Whether the client's port is shut down for good.
bool isShutDown(asynUser *user);
// Cancels an interrupt client of a port that is shut down. Does not use the port's interfaces,
// which may be gone. Does nothing for clients that the driver keeps itself.
void cancelInterrupt(asynUser *user, void *registrar);

// While a caller holds this lock it is inside the driver, so shutdownPort refuses it. Set the lock
// to NULL before you delete it.
void setDriverLock(asynUser *user, const OwnedMutex *lock);

// From here on, clients of these interfaces of the user's port find no driver. Waits for a running
// request or connection attempt.
void detachDriver(asynUser *user, asynInterface *const *interfaces, size_t count);

// shutdownPort for a driver that stays valid until every caller inside it has returned, and for the
// end of the process.
asynStatus closePort(asynUser *user);

} // namespace portManager
