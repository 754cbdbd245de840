// The interrupt clients of one interface of one port.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "manager/port.h"

namespace portManager
{

// The list that interruptStart hands out does not change while anybody is between interruptStart
// and interruptEnd: additions and the removals of a callback's own thread wait for the last
// interruptEnd.
struct InterruptSource : std::enable_shared_from_this<InterruptSource> {
    std::mutex mutex;              // guards all that follows; never held while calling out
    std::condition_variable quiet; // active became 0, or nobody waits for it any more
    ELLLIST list = ELLLIST_INIT;
    // Of the list; stays, as the list does, while active is not 0. Written with mutex held.
    std::atomic<unsigned long> version{1};
    int active = 0;                         // how many are between start and end
    std::vector<interruptNode *> additions; // waiting for active 0
    std::atomic<bool> hasAdditions{false};  // written with mutex held
    std::vector<interruptNode *> removals;  // waiting for active 0
    int leaving = 0;                        // threads that wait for active 0

    // Somebody waits for active 0, and never sees it where several threads call without a break.
    bool disturbed() const { return leaving != 0 || !additions.empty(); }
    bool isUnsettled() const { return disturbed() || !removals.empty(); }

    // The nodes to free when the mutex is given back: one of them may be the last to refer to this.
    // Expects mutex held and active 0.
    std::vector<interruptNode *> settle();
};

// Whether the calling thread is between interruptStart and interruptEnd of the port. Port::state
// held.
bool callsBack(const Port &port);

// A node and where it belongs; clients and drivers see the first member only.
struct Node {
    interruptNode node{};
    std::shared_ptr<InterruptSource> source; // a client may be later than its port
    bool listed = false;                     // guarded by source->mutex
    bool freeWhenOut = false;                // guarded by source->mutex
    std::shared_ptr<void> content;           // what drvPvt refers to, where it goes with the node
    CancelInterrupt *cancel = nullptr;       // see keepWithNode
};

} // namespace portManager
