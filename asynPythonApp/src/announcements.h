// New arrays and new choices on their way to the records.
//
// asyn's device support takes the record lock in these callbacks, so that nobody makes them with
// the port locked: the record may be waiting for the port. They stand in a queue and are made in
// its order, by the thread that brings them or, where that thread has the port or a record locked
// already, by a thread of the port's own.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include <epicsEvent.h>
#include <epicsMutex.h>

#include "arrayValue.h"
#include "enumChoices.h"

struct PortHandle;

struct Announcement {
    int reason;
    std::shared_ptr<ArrayValue> array; // NULL for choices
    EnumChoices choices;
};

class Announcements
{
  public:
    using Arrays = std::vector<std::shared_ptr<ArrayValue>>;

    // Puts one at the end. Port locked.
    void add(Announcement announcement);

    // Makes all callbacks in waiting, and gives the arrays back that are to be freed attached.
    // Detached, no lock held.
    Arrays call(PortHandle &port);

    // Has them made by the port's own thread. Any locks held.
    void callLater(const std::shared_ptr<PortHandle> &port);

    // The port has no driver any more: waits for callbacks that are under way. No lock held.
    void finish(PortHandle &port);

  private:
    static void run(void *argument);

    std::deque<Announcement> waiting_; // guarded by the port lock
    Arrays spent_;                     // guarded by the port lock; to be freed attached
    bool hasThread_ = false;           // guarded by the port lock
    epicsMutex calling_;               // held while callbacks are made, outside the port lock
    epicsEvent wake_;
};
