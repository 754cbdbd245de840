// Delivers new arrays and new choices to the records.
//
// In these callbacks asyn's device support locks the record, so they must not be called with the
// port locked: the record may be waiting for the port. They are put into a queue and called in its
// order. The thread that adds one calls it, unless it has locked the port or a record; then a
// thread of the port calls it. If callbacks are waiting, parameter callbacks, which may be called
// with the port locked, are queued behind them, so that a value arrives after its choices.
#pragma once

#include <list>
#include <memory>

#include <epicsEvent.h>
#include <epicsMutex.h>

#include "values/arrayValue.h"
#include "values/enumChoices.h"

struct PortHandle;

struct Announcement {
    enum Kind { parameters, array, choices } kind = parameters;
    int index = 0;                     // the address of parameters, the reason of others
    std::shared_ptr<ArrayValue> value; // of an array
    EnumChoices enums;
};

class Announcements
{
  public:
    using List = std::list<Announcement>;

    // Call it before the first port is made. May throw std::exception if the system cannot create a
    // thread.
    static void prepare();

    // Appends an announcement. The port is locked.
    void add(Announcement announcement);

    // Whether callbacks are waiting or being called. The port is locked.
    bool underWay() const { return calls_ || !waiting_.empty(); }

    // Calls all waiting callbacks, and returns the announcements that must be freed while attached.
    // The caller is detached and holds no lock.
    List call(PortHandle &port);
    // Like call(), but keeps the announcements; a later caller frees them.
    void callAndKeep(PortHandle &port);

    // Lets the port's thread call them, or a thread of the process if the port cannot have one. The
    // caller may hold any lock.
    void callLater(const std::shared_ptr<PortHandle> &port);

    // Waits for callbacks that are being called, after the port has lost its driver. The caller
    // holds no lock.
    void finish(PortHandle &port);

  private:
    static void run(void *argument);

    bool startThread(const std::shared_ptr<PortHandle> &port);

    // Moved from one to the other as they are, so that none is lost where memory is.
    List waiting_;               // guarded by the port lock
    List spent_;                 // guarded by the port lock; to be freed attached
    bool calls_ = false;         // guarded by the port lock; one is being made
    bool hasThread_ = false;     // guarded by the port lock
    bool hasComplained_ = false; // guarded by the port lock; that it has no thread
    epicsMutex calling_;         // held while callbacks are made, outside the port lock
    epicsEvent wake_;
};
