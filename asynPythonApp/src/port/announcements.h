// New arrays and new choices on their way to the records.
//
// asyn's device support takes the record lock in these callbacks, so that nobody makes them with
// the port locked: the record may be waiting for the port. They stand in a queue and are made in
// its order, by the thread that brings them or, where that thread has the port or a record locked
// already, by a thread of the port's own. Callbacks of parameters, which may be made with the port
// locked, go behind them where there are any: a value is to find its choices.
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

    // Before the first port: may throw std::exception where the system gives no thread.
    static void prepare();

    // Puts one at the end. Port locked.
    void add(Announcement announcement);

    // Whether callbacks are waiting or being made. Port locked.
    bool underWay() const { return calls_ || !waiting_.empty(); }

    // Makes all callbacks in waiting, and gives back those that are to be freed attached. Detached,
    // no lock held.
    List call(PortHandle &port);
    // The same; leaves them to be freed by who comes next.
    void callAndKeep(PortHandle &port);

    // Has them made by the port's own thread, or where there can be none by one of the process's.
    // Any locks held.
    void callLater(const std::shared_ptr<PortHandle> &port);

    // The port has no driver any more: waits for callbacks that are under way. No lock held.
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
